package leaseback.manager.s3.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The evaluator against a naive twin, and the rules of it one by one.
class RightsTest {
    private static final UUID OWNER = new UUID(0, 1);
    private static final UUID WRITER = new UUID(0, 2);
    private static final UUID STRANGER = new UUID(0, 3);
    private static final String BUCKET = "arn:aws:s3:::b";
    private static final int DRAWS = 200_000;

    @Test
    void itDecidesAsItsNaiveTwin() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < DRAWS; i++) {
            Statement[] statements = new Statement[random.nextInt(3)];
            Arrays.setAll(statements, n -> Statement.draw(random));
            Rights rights = new Rights(OWNER, statements.length == 0 ? null : PolicyText.parse(policy(statements)), acl(random),
                    new PublicAccessBlock(false, random.nextBoolean(), false, random.nextBoolean()),
                    any(random, Ownership.values()));
            Action action = any(random, Action.values());
            UUID caller = someone(random);
            Question.ObjectRights object = action.scope() == Action.Scope.OBJECT && random.nextBoolean()
                    ? new Question.ObjectRights(random.nextBoolean() ? OWNER : WRITER, acl(random)) : null;
            Question question = new Question(caller, action, action.scope() == Action.Scope.OBJECT ? BUCKET + "/k" : BUCKET, object,
                    Map.of());
            assertThat(rights.allows(question)).as(rights + "\n" + question).isEqualTo(twin(rights, question, statements));
        }
    }

    /// The rules in the order a lawyer would read them.
    private static boolean twin(Rights rights, Question question, Statement[] statements) {
        Action action = question.action();
        boolean isOwner = OWNER.equals(question.caller());
        if (isOwner && action.wireName().endsWith("BucketPolicy")) {
            return true;
        }
        boolean allowed = false;
        boolean open = false;
        for (Statement statement : statements) {
            if (statement.concerns(question)) {
                if (!statement.allow) {
                    return false;
                }
                allowed = true;
            }
            open |= statement.allow && statement.who == null;
        }
        Question.ObjectRights object = question.object();
        boolean foreign = object != null && rights.ownership() != Ownership.BUCKET_OWNER_ENFORCED && !object.owner().equals(OWNER);
        boolean inside = action.scope() == Action.Scope.OBJECT && !List.of("s3:PutObject", "s3:DeleteObject",
                "s3:DeleteObjectVersion", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:BypassGovernanceRetention")
                .contains(action.wireName());
        boolean own = object != null && foreign && inside ? object.owner().equals(question.caller()) : isOwner;
        boolean granted = allowed && !(foreign && inside) && (isOwner || !(open && rights.block().restrictPolicy()));
        if (own || granted) {
            return true;
        }
        if (rights.ownership() == Ownership.BUCKET_OWNER_ENFORCED) {
            return false;
        }
        boolean ignore = rights.block().ignoreAcls();
        return listed(rights.acl(), question.caller(), action.inBucketAcl(), ignore)
                || object != null && listed(object.acl(), question.caller(), action.inObjectAcl(), ignore);
    }

    private static boolean listed(Acl acl, @Nullable UUID caller, @Nullable Permission wanted, boolean ignorePublic) {
        for (Acl.Grant grant : acl.grants()) {
            boolean fits = wanted != null && (grant.permission() == wanted || grant.permission() == Permission.FULL_CONTROL);
            boolean him = grant.grantee().equals(new Acl.Grantee.Everyone()) && !ignorePublic
                    || grant.grantee().equals(new Acl.Grantee.AnyAccount()) && !ignorePublic && caller != null
                    || caller != null && grant.grantee().equals(new Acl.Grantee.Account(caller));
            if (fits && him) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aNewBucketIsClosedToAllButItsOwnerForEveryAction() {
        Rights rights = Rights.ofNew(OWNER);
        for (Action action : Action.values()) {
            for (UUID caller : new UUID[] {STRANGER, null}) {
                assertThat(rights.allows(new Question(caller, action, BUCKET + "/k", null, Map.of()))).as("%s", action).isFalse();
                assertThat(rights.allows(new Question(caller, action, BUCKET + "/k",
                        new Question.ObjectRights(OWNER, Acl.PRIVATE), Map.of()))).as("%s", action).isFalse();
            }
            assertThat(rights.allows(new Question(OWNER, action, BUCKET + "/k", null, Map.of()))).as("%s", action).isTrue();
        }
    }

    @Test
    void conditionsAreWeighedAsAwsDoes() throws Exception {
        assertThat(holds("StringEquals", "s3:prefix", "\"a\"", "a")).isTrue();
        assertThat(holds("StringEquals", "s3:prefix", "\"a\"", "b")).isFalse();
        assertThat(holds("StringEquals", "s3:prefix", "\"a\"")).isFalse();
        assertThat(holds("StringNotEquals", "s3:prefix", "\"a\"")).isTrue();
        assertThat(holds("StringEqualsIfExists", "s3:prefix", "\"a\"")).isTrue();
        assertThat(holds("StringLike", "s3:prefix", "\"a*\"", "abc")).isTrue();
        assertThat(holds("NumericLessThanEquals", "s3:max-keys", "10", "10")).isTrue();
        assertThat(holds("NumericLessThanEquals", "s3:max-keys", "10", "11")).isFalse();
        assertThat(holds("IpAddress", "aws:SourceIp", "\"10.0.0.0/8\"", "10.9.8.7")).isTrue();
        assertThat(holds("IpAddress", "aws:SourceIp", "\"10.0.0.0/8\"", "11.9.8.7")).isFalse();
        assertThat(holds("NotIpAddress", "aws:SourceIp", "\"10.0.0.0/8\"", "11.9.8.7")).isTrue();
        assertThat(holds("Bool", "aws:SecureTransport", "\"false\"", "false")).isTrue();
        assertThat(holds("Null", "s3:x-amz-acl", "\"true\"")).isTrue();
        assertThat(holds("Null", "s3:x-amz-acl", "\"true\"", "private")).isFalse();
        assertThat(holds("ForAllValues:StringEquals", "s3:RequestObjectTagKeys", "[\"a\", \"b\"]", "a", "c")).isFalse();
        assertThat(holds("ForAnyValue:StringEquals", "s3:RequestObjectTagKeys", "[\"a\", \"b\"]", "a", "c")).isTrue();
        assertThat(holds("DateLessThan", "aws:CurrentTime", "\"2027-01-01T00:00:00Z\"", "2026-01-01T00:00:00Z")).isTrue();
    }

    private static boolean holds(String operator, String key, String values, String... facts) throws PolicyFault {
        Policy policy = PolicyText.parse("""
                {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*",
                 "Condition": {"%s": {"%s": %s}}}]}""".formatted(operator, key, values));
        Question question = new Question(STRANGER, Action.LIST_BUCKET, BUCKET, null,
                Map.of(key.toLowerCase(java.util.Locale.ROOT), List.of(facts)));
        return policy.weigh(question) == Policy.Effect.ALLOW;
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        for (String bad : new String[] {
                "", "[]", "{}", "{\"Statement\": []}", "{\"Statement\": [{}]} trailing", "{\"Version\": \"2020-01-01\", \"Statement\": [{}]}",
                statement("\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"ec2:Run\", \"Resource\": \"*\""),
                statement("\"Effect\": \"Maybe\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\""),
                statement("\"Effect\": \"Allow\", \"Principal\": \"x\", \"Action\": \"s3:*\", \"Resource\": \"*\""),
                statement("\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"nobody\"}, \"Action\": \"s3:*\", \"Resource\": \"*\""),
                statement("\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"elsewhere\""),
                statement("\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\", \"More\": 1"),
                statement("\"Effect\": \"Allow\", \"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\""),
                statement("\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\", "
                        + "\"Condition\": {\"StringEquals\": {\"aws:Unknown\": \"a\"}}"),
                statement("\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\", "
                        + "\"Condition\": {\"StringEquels\": {\"s3:prefix\": \"a\"}}"),
                statement("\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"arn:aws:s3:::${aws:x}\""),
                "[".repeat(5000), " ".repeat(30_000)}) {
            assertThatThrownBy(() -> PolicyText.parse(bad)).as(bad).isInstanceOf(PolicyFault.class);
        }
    }

    @Test
    void aPatternThatWouldTakeForEverIsMatchedAtOnce() {
        assertThat(Glob.matches("*a".repeat(300) + "b", "a".repeat(5000))).isFalse();
        assertThat(Glob.matches("a?c*", "abcd")).isTrue();
    }

    @Test
    void aPolicyIsPublicUnlessACallerOrPlaceIsNamed() throws Exception {
        String open = "\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\"";
        assertThat(PolicyText.parse(statement(open)).isPublic()).isTrue();
        assertThat(PolicyText.parse(statement(open + ", \"Condition\": {\"IpAddress\": {\"aws:SourceIp\": \"10.0.0.0/32\"}}")).isPublic())
                .isFalse();
        assertThat(PolicyText.parse(statement(open + ", \"Condition\": {\"IpAddress\": {\"aws:SourceIp\": \"0.0.0.0/0\"}}")).isPublic())
                .isTrue();
        assertThat(PolicyText.parse(statement(open.replace("\"*\", \"Action\"", "{\"AWS\": \"" + STRANGER + "\"}, \"Action\"")))
                .isPublic()).isFalse();
    }

    private static String statement(String inner) {
        return "{\"Version\": \"2012-10-17\", \"Statement\": [{" + inner + "}]}";
    }

    private static String policy(Statement... statements) {
        List<String> texts = new ArrayList<>();
        for (Statement statement : statements) {
            texts.add("{\"Effect\": \"%s\", \"Principal\": %s, \"Action\": \"%s\", \"Resource\": \"%s\"}".formatted(
                    statement.allow ? "Allow" : "Deny", statement.who == null ? "\"*\"" : "{\"AWS\": \"arn:aws:iam::" + statement.who
                    + ":root\"}", statement.action == null ? "s3:*" : statement.action.wireName(),
                    statement.objects ? BUCKET + "/*" : BUCKET));
        }
        return "{\"Version\": \"2012-10-17\", \"Statement\": [" + String.join(",", texts) + "]}";
    }

    private static Acl acl(Random random) {
        List<Acl.Grant> grants = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Acl.Grantee grantee = switch (random.nextInt(4)) {
                case 0 -> new Acl.Grantee.Everyone();
                case 1 -> new Acl.Grantee.AnyAccount();
                case 2 -> new Acl.Grantee.LogDelivery();
                default -> new Acl.Grantee.Account(random.nextBoolean() ? STRANGER : WRITER);
            };
            grants.add(new Acl.Grant(grantee, any(random, Permission.values())));
        }
        return Acl.parse(new Acl(grants).text());
    }

    private static <T> T any(Random random, T[] values) {
        return List.of(values).get(random.nextInt(values.length));
    }

    private static @Nullable UUID someone(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> OWNER;
            case 1 -> WRITER;
            case 2 -> STRANGER;
            default -> null;
        };
    }

    /// @param who    null for everyone
    /// @param action null for all
    private record Statement(boolean allow, @Nullable UUID who, @Nullable Action action, boolean objects) {
        static Statement draw(Random random) {
            return new Statement(random.nextInt(3) > 0, someone(random),
                    random.nextBoolean() ? null : any(random, Action.values()), random.nextBoolean());
        }

        boolean concerns(Question question) {
            return (who == null || who.equals(question.caller())) && (action == null || action == question.action())
                    && objects == question.resource().startsWith(BUCKET + "/");
        }
    }
}
