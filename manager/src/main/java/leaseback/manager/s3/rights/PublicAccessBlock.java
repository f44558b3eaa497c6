package leaseback.manager.s3.rights;

/// S3's four switches against openness by mistake.
///
/// @param blockAcls      no ACL that is public can be set
/// @param ignoreAcls     public grants count for nothing
/// @param blockPolicy    no policy that is public can be set
/// @param restrictPolicy a public policy opens the bucket to its owner alone
public record PublicAccessBlock(boolean blockAcls, boolean ignoreAcls, boolean blockPolicy, boolean restrictPolicy) {
    public static final PublicAccessBlock NONE = new PublicAccessBlock(false, false, false, false);

    /// As the database keeps it.
    public String text() {
        return blockAcls + " " + ignoreAcls + " " + blockPolicy + " " + restrictPolicy;
    }

    /// What `text` made.
    public static PublicAccessBlock parse(String text) {
        String[] words = text.split(" ");
        return new PublicAccessBlock(Boolean.parseBoolean(words[0]), Boolean.parseBoolean(words[1]),
                Boolean.parseBoolean(words[2]), Boolean.parseBoolean(words[3]));
    }
}
