package leaseback.manager.s3.rights;

/// Whose the objects in a bucket are: everything the bucket's owner's and ACLs without effect; the bucket owner's if the
/// writer gives them away with the canned ACL `bucket-owner-full-control`; or the writer's.
public enum Ownership {
    BUCKET_OWNER_ENFORCED("BucketOwnerEnforced"),
    BUCKET_OWNER_PREFERRED("BucketOwnerPreferred"),
    OBJECT_WRITER("ObjectWriter");

    private final String wireName;

    Ownership(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /// @throws IllegalArgumentException when there is none of that name
    public static Ownership named(String name) {
        for (Ownership ownership : values()) {
            if (ownership.wireName.equals(name)) {
                return ownership;
            }
        }
        throw new IllegalArgumentException("no object ownership is called " + name);
    }
}
