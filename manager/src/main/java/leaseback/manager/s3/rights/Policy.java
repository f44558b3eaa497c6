package leaseback.manager.s3.rights;

import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A bucket policy.
public record Policy(List<Statement> statements) {
    public Policy {
        statements = List.copyOf(statements);
    }

    /// What a policy says to a question.
    public enum Effect { ALLOW, DENY, NONE }

    /// Whom a statement is for.
    sealed interface Principal {
        Pattern USER = Pattern.compile("arn:aws:iam::([^:/]*):(?:user/(.*)|root)");

        /// Anyone, anonymous callers too.
        record Everyone() implements Principal {}

        record Account(UUID id) implements Principal {}

        /// A service acting for an account, such as `logging.s3.amazonaws.com`.
        record Program(String name) implements Principal {}

        /// Of an account's id, or the ARN of its root or user: an account here has one user, of the same id.
        static Principal account(String text) throws PolicyFault {
            if (text.equals("*")) {
                return new Everyone();
            }
            Matcher arn = USER.matcher(text);
            String id = text;
            if (arn.matches()) {
                String user = arn.group(2);
                id = user == null ? arn.group(1) : user;
                if (user != null && !arn.group(1).isEmpty() && !arn.group(1).equals(user)) {
                    throw new PolicyFault("there is no principal " + text + ": an account's only user has the account's id");
                }
            }
            try {
                UUID account = UUID.fromString(id);
                if (account.toString().equals(id)) {
                    return new Account(account);
                }
            } catch (IllegalArgumentException notOurs) {
                // Said below.
            }
            throw new PolicyFault("Invalid principal in policy: " + text + "; write *, an account's id, arn:aws:iam::ID:root or "
                    + "arn:aws:iam:::user/ID");
        }
    }

    /// @param others     whether it is for all but these principals (`NotPrincipal`)
    /// @param notActions whether it is about all but these actions
    /// @param notHere    whether it is about all but these resources
    record Statement(Effect effect, boolean others, List<Principal> principals, boolean notActions, List<String> actions,
            boolean notHere, List<String> resources, List<Condition> conditions) {
        boolean concerns(Question question) {
            return concernsCaller(question.caller()) && concernsDeed(question);
        }

        /// A service is let in only by its name; what denies everyone denies it too.
        boolean concernsProgram(String name, Question question) {
            boolean named = principals.contains(new Principal.Program(name));
            boolean meant = effect == Effect.ALLOW ? named && !others
                    : others != (named || principals.contains(new Principal.Everyone()));
            return meant && concernsDeed(question);
        }

        private boolean concernsCaller(@Nullable UUID caller) {
            return others != principals.stream().anyMatch(principal -> switch (principal) {
                case Principal.Everyone() -> true;
                case Principal.Account(UUID id) -> id.equals(caller);
                case Principal.Program program -> false;
            });
        }

        private boolean concernsDeed(Question question) {
            String action = question.action().wireName();
            return notActions != actions.stream().anyMatch(pattern -> Glob.matches(pattern, action.toLowerCase(java.util.Locale.ROOT)))
                    && notHere != resources.stream().anyMatch(pattern -> Glob.matches(pattern, question.resource()))
                    && conditions.stream().allMatch(condition -> condition.holds(question.facts()));
        }

        boolean isPublic() {
            return effect == Effect.ALLOW && (others || principals.contains(new Principal.Everyone()))
                    && conditions.stream().noneMatch(Condition::isNarrow);
        }
    }

    /// A denial outweighs whatever allows.
    Effect weigh(Question question) {
        return weigh(statements.stream().filter(statement -> statement.concerns(question)).toList());
    }

    /// What it says to a service of ours that asks for itself.
    public Effect weighProgram(String name, Question question) {
        return weigh(statements.stream().filter(statement -> statement.concernsProgram(name, question)).toList());
    }

    private static Effect weigh(List<Statement> concerned) {
        if (concerned.stream().anyMatch(statement -> statement.effect() == Effect.DENY)) {
            return Effect.DENY;
        }
        return concerned.isEmpty() ? Effect.NONE : Effect.ALLOW;
    }

    /// Whether it opens anything to everyone, as S3 defines it: without a condition that names addresses or callers.
    public boolean isPublic() {
        return statements.stream().anyMatch(Statement::isPublic);
    }
}
