package leaseback.manager.s3.rights;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An access control list: what others than the owner are granted. The owner's own rights need no grant.
public record Acl(List<Grant> grants) {
    public static final int MOST_GRANTS = 100;
    public static final Acl PRIVATE = new Acl(List.of());

    public Acl {
        if (grants.size() > MOST_GRANTS) {
            throw new IllegalArgumentException("an ACL has at most " + MOST_GRANTS + " grants, not " + grants.size());
        }
        grants = List.copyOf(grants);
    }

    /// Who is granted something.
    public sealed interface Grantee {
        /// One account.
        record Account(UUID id) implements Grantee {}

        /// Anyone at all, anonymous callers too.
        record Everyone() implements Grantee {}

        /// Anyone with an account.
        record AnyAccount() implements Grantee {}

        /// The service that writes access logs.
        record LogDelivery() implements Grantee {}
    }

    public record Grant(Grantee grantee, Permission permission) {}

    /// A canned ACL of S3.
    ///
    /// @param owner       of what the ACL is for
    /// @param bucketOwner whom two of them name
    /// @return null when there is none of that name
    public static @Nullable Acl canned(String name, UUID owner, UUID bucketOwner) {
        Grantee everyone = new Grantee.Everyone();
        List<Grant> grants = new ArrayList<>(List.of(new Grant(new Grantee.Account(owner), Permission.FULL_CONTROL)));
        switch (name) {
            case "private", "aws-exec-read" -> { }
            case "public-read" -> grants.add(new Grant(everyone, Permission.READ));
            case "public-read-write" -> {
                grants.add(new Grant(everyone, Permission.READ));
                grants.add(new Grant(everyone, Permission.WRITE));
            }
            case "authenticated-read" -> grants.add(new Grant(new Grantee.AnyAccount(), Permission.READ));
            case "bucket-owner-read" -> addUnlessOwner(grants, owner, bucketOwner, Permission.READ);
            case "bucket-owner-full-control" -> addUnlessOwner(grants, owner, bucketOwner, Permission.FULL_CONTROL);
            case "log-delivery-write" -> {
                grants.add(new Grant(new Grantee.LogDelivery(), Permission.WRITE));
                grants.add(new Grant(new Grantee.LogDelivery(), Permission.READ_ACP));
            }
            default -> {
                return null;
            }
        }
        return new Acl(grants);
    }

    private static void addUnlessOwner(List<Grant> grants, UUID owner, UUID bucketOwner, Permission permission) {
        if (!owner.equals(bucketOwner)) {
            grants.add(new Grant(new Grantee.Account(bucketOwner), permission));
        }
    }

    /// Whether a caller is granted this.
    ///
    /// @param caller       null for an anonymous one
    /// @param ignorePublic whether grants to everyone and to any account count for nothing
    boolean grants(@Nullable UUID caller, Permission permission, boolean ignorePublic) {
        return grants.stream().anyMatch(grant -> (grant.permission() == permission || grant.permission() == Permission.FULL_CONTROL)
                && switch (grant.grantee()) {
                    case Grantee.Account(UUID id) -> id.equals(caller);
                    case Grantee.Everyone() -> !ignorePublic;
                    case Grantee.AnyAccount() -> !ignorePublic && caller != null;
                    case Grantee.LogDelivery() -> false;
                });
    }

    boolean grantsLogDelivery(Permission permission) {
        return grants.contains(new Grant(new Grantee.LogDelivery(), permission))
                || grants.contains(new Grant(new Grantee.LogDelivery(), Permission.FULL_CONTROL));
    }

    /// Whether it grants anything to everyone or to any account.
    public boolean isPublic() {
        return grants.stream().anyMatch(grant -> grant.grantee() instanceof Grantee.Everyone
                || grant.grantee() instanceof Grantee.AnyAccount);
    }

    /// Whether it grants no more than the owner has anyway.
    public boolean isPrivate(UUID owner) {
        return Set.copyOf(grants).stream().allMatch(grant -> grant.grantee().equals(new Grantee.Account(owner)));
    }

    /// As the database keeps it: one grant a line, `PERMISSION grantee`.
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Grant grant : grants) {
            text.append(grant.permission()).append(' ').append(switch (grant.grantee()) {
                case Grantee.Account(UUID id) -> id.toString();
                case Grantee.Everyone() -> "everyone";
                case Grantee.AnyAccount() -> "any-account";
                case Grantee.LogDelivery() -> "log-delivery";
            }).append('\n');
        }
        return text.toString();
    }

    /// What `text` made.
    public static Acl parse(String text) {
        return new Acl(text.lines().map(line -> {
            int space = line.indexOf(' ');
            String name = line.substring(space + 1);
            return new Grant(switch (name) {
                case "everyone" -> new Grantee.Everyone();
                case "any-account" -> new Grantee.AnyAccount();
                case "log-delivery" -> new Grantee.LogDelivery();
                default -> new Grantee.Account(UUID.fromString(name));
            }, Permission.valueOf(line.substring(0, space)));
        }).toList());
    }
}
