package leaseback.manager.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.s3.rights.Acl;
import leaseback.manager.s3.rights.Ownership;
import leaseback.manager.s3.rights.Permission;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import org.jspecify.annotations.Nullable;

/// ACLs as requests ask for them, by header or by document, and as answers write them.
final class AclRequests {
    private static final String GROUPS = "http://acs.amazonaws.com/groups/";
    private static final List<Map.Entry<String, Permission>> HEADERS = List.of(Map.entry("x-amz-grant-read", Permission.READ),
            Map.entry("x-amz-grant-write", Permission.WRITE), Map.entry("x-amz-grant-read-acp", Permission.READ_ACP),
            Map.entry("x-amz-grant-write-acp", Permission.WRITE_ACP),
            Map.entry("x-amz-grant-full-control", Permission.FULL_CONTROL));
    private final Customers customers;

    AclRequests(Customers customers) {
        this.customers = customers;
    }

    /// What the headers ask for; null when they ask for none.
    @Nullable Acl ofHeaders(Call call, UUID owner, UUID bucketOwner) throws S3Fault {
        String canned = call.header("x-amz-acl");
        List<Acl.Grant> grants = new ArrayList<>();
        for (Map.Entry<String, Permission> header : HEADERS) {
            for (String grantee : call.headers().getValuesList(header.getKey())) {
                for (String one : grantee.split(",")) {
                    grants.add(new Acl.Grant(grantee(one.strip()), header.getValue()));
                    limit(grants);
                }
            }
        }
        if (canned != null && !grants.isEmpty()) {
            throw S3Error.INVALID_REQUEST.because("Specifying both Canned ACLs and Header Grants is not allowed");
        }
        if (canned == null) {
            return grants.isEmpty() ? null : new Acl(grants);
        }
        Acl acl = Acl.canned(canned, owner, bucketOwner);
        if (acl == null) {
            throw S3Fault.invalidArgument("x-amz-acl", canned, "There is no canned ACL of that name.");
        }
        return acl;
    }

    /// What the request asks for, by headers or by its body; one of both there must be.
    Acl ofRequest(Call call, UUID owner, UUID bucketOwner) throws IOException {
        Acl acl = ofHeaders(call, owner, bucketOwner);
        if (acl != null) {
            call.noBody();
            return acl;
        }
        byte[] body = call.documentBytes();
        if (body.length == 0) {
            throw S3Error.MISSING_SECURITY_HEADER.because("Your request was missing a required header: x-amz-acl, or a document.");
        }
        Element document = Call.parse(body, "AccessControlPolicy");
        String said = document.child("Owner").flatMap(element -> element.childText("ID")).map(String::strip).orElse("");
        if (!said.isEmpty() && !said.equals(owner.toString())) {
            throw S3Error.ACCESS_DENIED.because("Access Denied. The owner cannot be changed by an ACL.");
        }
        Element list = document.child("AccessControlList").orElseThrow(AclRequests::malformed);
        List<Acl.Grant> grants = new ArrayList<>();
        for (Element grant : list.children()) {
            Element grantee = grant.child("Grantee").orElseThrow(AclRequests::malformed);
            String permission = grant.childText("Permission").map(String::strip).orElseThrow(AclRequests::malformed);
            grants.add(new Acl.Grant(grantee(grantee), permission(permission)));
            limit(grants);
        }
        return new Acl(grants);
    }

    /// @throws S3Fault when the bucket takes no ACLs, or none like this
    ///
    /// @param canned the canned ACL that it came from, if any
    static void check(Gate gate, Acl acl, @Nullable String canned) throws S3Fault {
        if (gate.rights().ownership() == Ownership.BUCKET_OWNER_ENFORCED && !"bucket-owner-full-control".equals(canned)) {
            throw S3Error.ACCESS_CONTROL_LIST_NOT_SUPPORTED.because("The bucket does not allow ACLs");
        }
        if (gate.rights().block().blockAcls() && acl.isPublic()) {
            throw S3Error.ACCESS_DENIED.because("Access Denied. The bucket's public access block refuses public ACLs.");
        }
    }

    /// @param acl null for one that was never set: the owner's own
    Xml document(UUID owner, @Nullable Acl acl) {
        Xml xml = Xml.document("AccessControlPolicy");
        owner(xml, "Owner", owner);
        xml.open("AccessControlList");
        List<Acl.Grant> grants = new ArrayList<>(acl == null
                ? List.of(new Acl.Grant(new Acl.Grantee.Account(owner), Permission.FULL_CONTROL)) : acl.grants());
        // What everyone may stands first, where a reader looks.
        grants.sort(Comparator.comparing(grant -> grant.grantee() instanceof Acl.Grantee.Account));
        for (Acl.Grant grant : grants) {
            String kind = grant.grantee() instanceof Acl.Grantee.Account ? "CanonicalUser" : "Group";
            xml.open("Grant").open("Grantee", "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"" + kind + "\"");
            switch (grant.grantee()) {
                case Acl.Grantee.Account(UUID id) -> xml.element("ID", id.toString()).element("DisplayName", name(id));
                case Acl.Grantee.Everyone() -> xml.element("URI", GROUPS + "global/AllUsers");
                case Acl.Grantee.AnyAccount() -> xml.element("URI", GROUPS + "global/AuthenticatedUsers");
                case Acl.Grantee.LogDelivery() -> xml.element("URI", GROUPS + "s3/LogDelivery");
            }
            xml.close().element("Permission", grant.permission().name()).close();
        }
        return xml;
    }

    void owner(Xml xml, String element, UUID id) {
        owners().write(xml, element, id);
    }

    /// For one listing.
    Owners owners() {
        return new Owners(this::name);
    }

    private String name(UUID id) {
        return customers.find(id).map(Customer::name).orElse("");
    }

    private Acl.Grantee grantee(Element element) throws S3Fault {
        String id = element.childText("ID").map(String::strip).orElse("");
        String uri = element.childText("URI").map(String::strip).orElse("");
        String email = element.childText("EmailAddress").map(String::strip).orElse("");
        return !id.isEmpty() ? account(id) : !uri.isEmpty() ? group(uri) : byEmail(email);
    }

    /// As headers write it: `id="..."`.
    private Acl.Grantee grantee(String text) throws S3Fault {
        int equals = text.indexOf('=');
        String kind = equals < 0 ? "" : text.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        String value = text.substring(equals + 1).strip();
        String bare = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"") ? value.substring(1, value.length() - 1)
                : value;
        return switch (kind) {
            case "id" -> account(bare);
            case "uri" -> group(bare);
            case "emailaddress" -> byEmail(bare);
            default -> throw S3Fault.invalidArgument("grant", text, "Argument format not recognized: write id=\"...\", uri=\"...\" or "
                    + "emailAddress=\"...\".");
        };
    }

    private Acl.Grantee account(String id) throws S3Fault {
        UUID account = UploadOperations.parseId(id);
        if (account == null || customers.find(account).isEmpty()) {
            throw S3Fault.invalidArgument("CanonicalUser/ID", id, "Invalid id");
        }
        return new Acl.Grantee.Account(account);
    }

    private static Acl.Grantee group(String uri) throws S3Fault {
        return switch (uri) {
            case GROUPS + "global/AllUsers" -> new Acl.Grantee.Everyone();
            case GROUPS + "global/AuthenticatedUsers" -> new Acl.Grantee.AnyAccount();
            case GROUPS + "s3/LogDelivery" -> new Acl.Grantee.LogDelivery();
            default -> throw S3Fault.invalidArgument("Group/URI", uri, "Invalid group uri");
        };
    }

    private Acl.Grantee byEmail(String email) throws S3Fault {
        return new Acl.Grantee.Account(customers.findByEmail(email).map(Customer::id).orElseThrow(() ->
                S3Error.UNRESOLVABLE_GRANT_BY_EMAIL_ADDRESS.because("The email address you provided does not match any account on "
                        + "record.")));
    }

    private static Permission permission(String name) throws S3Fault {
        try {
            return Permission.valueOf(name);
        } catch (IllegalArgumentException unknown) {
            throw malformed();
        }
    }

    private static void limit(List<Acl.Grant> grants) throws S3Fault {
        if (grants.size() > Acl.MOST_GRANTS) {
            throw S3Error.INVALID_REQUEST.because("An ACL has at most " + Acl.MOST_GRANTS + " grants.");
        }
    }

    private static S3Fault malformed() {
        return S3Error.MALFORMED_ACL_ERROR.because("The XML you provided was not well-formed or did not validate against our "
                + "published schema");
    }
}
