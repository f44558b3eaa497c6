package leaseback.manager.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.rights.Ownership;
import leaseback.manager.s3.rights.Policy;
import leaseback.manager.s3.rights.PolicyFault;
import leaseback.manager.s3.rights.PolicyText;
import leaseback.manager.s3.rights.PublicAccessBlock;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.BucketSettings;
import leaseback.manager.storage.StorageFault;

/// What is set of a bucket by documents of their own: policy, public access block, ownership, tags, CORS, website.
final class BucketConfigurations {
    private static final String TAGS = "tags";
    private static final int MOST_TAGS = 50;
    private final Access access;
    private final BucketSettings settings;
    private final Encryptions encryptions;

    BucketConfigurations(Access access, BucketSettings settings, Encryptions encryptions) {
        this.encryptions = encryptions;
        this.access = access;
        this.settings = settings;
    }

    /// @return whether the operation, such as `GET ?policy`, was one of these
    boolean answers(Call call, String operation) throws IOException, StorageFault {
        switch (operation) {
            case "GET ?policy" -> getPolicy(call);
            case "PUT ?policy" -> putPolicy(call);
            case "DELETE ?policy" -> remove(call, Action.DELETE_BUCKET_POLICY, Access.POLICY);
            case "GET ?policyStatus" -> policyStatus(call);
            case "GET ?publicAccessBlock" -> getBlock(call);
            case "PUT ?publicAccessBlock" -> putBlock(call);
            case "DELETE ?publicAccessBlock" -> remove(call, Action.PUT_BUCKET_PUBLIC_ACCESS_BLOCK, Access.BLOCK);
            case "GET ?ownershipControls" -> getOwnership(call);
            case "PUT ?ownershipControls" -> putOwnership(call);
            case "DELETE ?ownershipControls" -> remove(call, Action.PUT_BUCKET_OWNERSHIP_CONTROLS, Access.OWNERSHIP);
            case "GET ?tagging" -> getTags(call);
            case "PUT ?tagging" -> putTags(call);
            case "DELETE ?tagging" -> remove(call, Action.PUT_BUCKET_TAGGING, TAGS);
            case "GET ?cors" -> getCors(call);
            case "PUT ?cors" -> putCors(call);
            case "DELETE ?cors" -> remove(call, Action.PUT_BUCKET_CORS, Cors.SETTING);
            case "GET ?website" -> getWebsite(call);
            case "PUT ?website" -> putWebsite(call);
            case "DELETE ?website" -> remove(call, Action.DELETE_BUCKET_WEBSITE, Website.SETTING);
            case "GET ?encryption" -> getEncryption(call);
            case "PUT ?encryption" -> putEncryption(call);
            case "DELETE ?encryption" -> remove(call, Action.PUT_ENCRYPTION_CONFIGURATION, Encryptions.SETTING);
            case "GET ?requestPayment" -> requestPayment(call);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void getPolicy(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_BUCKET_POLICY);
        String policy = settings.find(bucket, Access.POLICY).orElseThrow(BucketConfigurations::noPolicy);
        call.answerJson(policy.getBytes(StandardCharsets.UTF_8));
    }

    private void putPolicy(Call call) throws IOException, StorageFault {
        Gate gate = access.gate(call);
        gate.require(Action.PUT_BUCKET_POLICY);
        String text = new String(call.documentBytes(), StandardCharsets.UTF_8);
        try {
            Policy policy = PolicyText.parse(text);
            if (gate.rights().block().blockPolicy() && policy.isPublic()) {
                throw S3Error.ACCESS_DENIED.because("Access Denied. The bucket's public access block refuses public policies.");
            }
        } catch (PolicyFault fault) {
            throw S3Error.MALFORMED_POLICY.because(String.valueOf(fault.getMessage()));
        }
        settings.put(gate.bucket(), Access.POLICY, text);
        call.answer(204);
    }

    private void policyStatus(Call call) throws IOException, StorageFault {
        call.noBody();
        Gate gate = access.gate(call);
        gate.require(Action.GET_BUCKET_POLICY_STATUS);
        Policy policy = gate.rights().policy();
        boolean open = policy != null && policy.isPublic()
                || !gate.rights().block().ignoreAcls() && gate.rights().ownership() != Ownership.BUCKET_OWNER_ENFORCED
                && gate.rights().acl().isPublic();
        call.answer(Xml.document("PolicyStatus").element("IsPublic", open));
    }

    private void getBlock(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_BUCKET_PUBLIC_ACCESS_BLOCK);
        PublicAccessBlock block = PublicAccessBlock.parse(settings.find(bucket, Access.BLOCK).orElseThrow(() ->
                S3Error.NO_SUCH_PUBLIC_ACCESS_BLOCK_CONFIGURATION.because("The public access block configuration was not found")));
        call.answer(Xml.document("PublicAccessBlockConfiguration").element("BlockPublicAcls", block.blockAcls())
                .element("IgnorePublicAcls", block.ignoreAcls()).element("BlockPublicPolicy", block.blockPolicy())
                .element("RestrictPublicBuckets", block.restrictPolicy()));
    }

    private void putBlock(Call call) throws IOException, StorageFault {
        Bucket bucket = access.bucket(call, Action.PUT_BUCKET_PUBLIC_ACCESS_BLOCK);
        Element document = call.document("PublicAccessBlockConfiguration");
        settings.put(bucket, Access.BLOCK, new PublicAccessBlock(on(document, "BlockPublicAcls"), on(document, "IgnorePublicAcls"),
                on(document, "BlockPublicPolicy"), on(document, "RestrictPublicBuckets")).text());
        call.answer(200);
    }

    private static boolean on(Element document, String name) throws S3Fault {
        return switch (document.childText(name).map(String::strip).orElse("false")) {
            case "true", "TRUE", "True" -> true;
            case "false", "FALSE", "False" -> false;
            default -> throw Call.malformedXml();
        };
    }

    private void getOwnership(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_BUCKET_OWNERSHIP_CONTROLS);
        String ownership = settings.find(bucket, Access.OWNERSHIP).orElseThrow(() ->
                S3Error.OWNERSHIP_CONTROLS_NOT_FOUND_ERROR.because("The bucket ownership controls were not found"));
        call.answer(Xml.document("OwnershipControls").open("Rule").element("ObjectOwnership", ownership));
    }

    private void putOwnership(Call call) throws IOException, StorageFault {
        Gate gate = access.gate(call);
        gate.require(Action.PUT_BUCKET_OWNERSHIP_CONTROLS);
        List<Element> rules = call.document("OwnershipControls").children();
        if (rules.size() != 1) {
            throw Call.malformedXml();
        }
        Ownership ownership = ownership(rules.getFirst().childText("ObjectOwnership").map(String::strip).orElse(""));
        if (ownership == Ownership.BUCKET_OWNER_ENFORCED && !gate.rights().acl().isPrivate(gate.bucket().ownerId())) {
            throw S3Error.INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP.because("Bucket cannot have ACLs set with ObjectOwnership's "
                    + "BucketOwnerEnforced setting");
        }
        settings.put(gate.bucket(), Access.OWNERSHIP, ownership.wireName());
        call.answer(200);
    }

    static Ownership ownership(String name) throws S3Fault {
        try {
            return Ownership.named(name);
        } catch (IllegalArgumentException unknown) {
            throw Call.malformedXml();
        }
    }

    private void getTags(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_BUCKET_TAGGING);
        String kept = settings.find(bucket, TAGS).orElseThrow(() -> S3Error.NO_SUCH_TAG_SET.because("The TagSet does not exist"));
        Xml xml = Xml.document("Tagging").open("TagSet");
        for (Element tag : Call.parse(kept.getBytes(StandardCharsets.UTF_8), "Tagging").children().getFirst().children()) {
            xml.open("Tag").element("Key", tag.childText("Key").orElse("")).element("Value", tag.childText("Value").orElse("")).close();
        }
        call.answer(xml);
    }

    private void putTags(Call call) throws IOException, StorageFault {
        Bucket bucket = access.bucket(call, Action.PUT_BUCKET_TAGGING);
        Element set = call.document("Tagging").child("TagSet").orElseThrow(Call::malformedXml);
        Set<String> keys = new HashSet<>();
        Xml xml = Xml.document("Tagging").open("TagSet");
        for (Element tag : set.children()) {
            String key = tag.childText("Key").orElseThrow(Call::malformedXml);
            String value = tag.childText("Value").orElseThrow(Call::malformedXml);
            if (key.isEmpty() || key.length() > 128 || value.length() > 256 || !keys.add(key)) {
                throw S3Error.INVALID_TAG.because("Each tag needs a key of its own of 1 to 128 characters, and a value of up to 256.");
            }
            xml.open("Tag").element("Key", key).element("Value", value).close();
        }
        if (keys.size() > MOST_TAGS) {
            throw S3Error.INVALID_TAG.because("A bucket has at most " + MOST_TAGS + " tags.");
        }
        settings.put(bucket, TAGS, new String(xml.bytes(), StandardCharsets.UTF_8));
        call.answer(204);
    }

    private void getCors(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_BUCKET_CORS);
        call.answer(Cors.parse(settings.find(bucket, Cors.SETTING).orElseThrow(() -> S3Error.NO_SUCH_CORS_CONFIGURATION.because(
                "The CORS configuration does not exist")).getBytes(StandardCharsets.UTF_8)).document());
    }

    private void putCors(Call call) throws IOException, StorageFault {
        Bucket bucket = access.bucket(call, Action.PUT_BUCKET_CORS);
        Cors cors = Cors.parse(call.documentBytes());
        settings.put(bucket, Cors.SETTING, new String(cors.document().bytes(), StandardCharsets.UTF_8));
        call.answer(200);
    }

    private void getWebsite(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_BUCKET_WEBSITE);
        call.answer(Website.parse(settings.find(bucket, Website.SETTING).orElseThrow(() -> S3Error.NO_SUCH_WEBSITE_CONFIGURATION.because(
                "The specified bucket does not have a website configuration")).getBytes(StandardCharsets.UTF_8)).document());
    }

    private void putWebsite(Call call) throws IOException, StorageFault {
        Bucket bucket = access.bucket(call, Action.PUT_BUCKET_WEBSITE);
        Website website = Website.parse(call.documentBytes());
        settings.put(bucket, Website.SETTING, new String(website.document().bytes(), StandardCharsets.UTF_8));
        call.answer(200);
    }

    private void getEncryption(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_ENCRYPTION_CONFIGURATION);
        String[] kind = settings.find(bucket, Encryptions.SETTING).orElseThrow(() ->
                S3Error.SERVER_SIDE_ENCRYPTION_CONFIGURATION_NOT_FOUND_ERROR.because("The server side encryption configuration was not "
                        + "found: everything is sealed all the same.")).split(" ", 2);
        Xml xml = Xml.document("ServerSideEncryptionConfiguration").open("Rule").open("ApplyServerSideEncryptionByDefault")
                .element("SSEAlgorithm", kind[0]);
        if (kind.length > 1) {
            xml.element("KMSMasterKeyID", kind[1]);
        }
        call.answer(xml.close().element("BucketKeyEnabled", false).close());
    }

    private void putEncryption(Call call) throws IOException, StorageFault {
        Bucket bucket = access.bucket(call, Action.PUT_ENCRYPTION_CONFIGURATION);
        List<Element> rules = call.document("ServerSideEncryptionConfiguration").children();
        if (rules.size() != 1 || !rules.getFirst().name().equals("Rule")) {
            throw Call.malformedXml();
        }
        settings.put(bucket, Encryptions.SETTING, encryptions.rule(bucket, rules.getFirst()));
        call.answer(200);
    }

    private void requestPayment(Call call) throws IOException, StorageFault {
        call.noBody();
        access.bucket(call, Action.GET_BUCKET_REQUEST_PAYMENT);
        call.answer(Xml.document("RequestPaymentConfiguration").element("Payer", "BucketOwner"));
    }

    private void remove(Call call, Action action, String setting) throws IOException, StorageFault {
        call.noBody();
        settings.remove(access.bucket(call, action), setting);
        call.answer(204);
    }

    private static S3Fault noPolicy() {
        return S3Error.NO_SUCH_BUCKET_POLICY.because("The bucket policy does not exist");
    }
}
