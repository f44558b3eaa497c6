package leaseback.manager.s3.rights;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/// One condition of a statement: an operator upon the values of one key.
///
/// @param over   how it is applied where the key has several values
/// @param exists whether the operator ended in `IfExists`: without a value it holds
/// @param key    in lower case
record Condition(Over over, Operator operator, boolean exists, String key, List<String> values) {
    static final int MOST_VALUES = 200;

    /// Keys that requests give values to. Others cannot be weighed, so a policy with one is refused.
    private static final Set<String> KEYS = Set.of("aws:sourceip", "aws:securetransport", "aws:useragent", "aws:referer",
            "aws:currenttime", "aws:epochtime", "aws:userid", "aws:principaltype", "aws:sourcearn", "aws:sourceaccount", "s3:prefix",
            "s3:delimiter", "s3:max-keys", "s3:versionid", "s3:authtype", "s3:signatureversion", "s3:locationconstraint",
            "s3:requestobjecttagkeys", "s3:object-lock-mode", "s3:object-lock-legal-hold", "s3:object-lock-retain-until-date");
    private static final List<String> FAMILIES = List.of("s3:x-amz-", "s3:existingobjecttag/", "s3:requestobjecttag/");

    /// Sets of values.
    enum Over { ONE, ALL, ANY }

    /// What operators do, without their sets and endings.
    enum Operator {
        STRING_EQUALS(false, String::equals),
        STRING_NOT_EQUALS(true, String::equals),
        STRING_EQUALS_IGNORE_CASE(false, String::equalsIgnoreCase),
        STRING_NOT_EQUALS_IGNORE_CASE(true, String::equalsIgnoreCase),
        STRING_LIKE(false, Glob::matches),
        STRING_NOT_LIKE(true, Glob::matches),
        ARN_EQUALS(false, Glob::matches),
        ARN_NOT_EQUALS(true, Glob::matches),
        ARN_LIKE(false, Glob::matches),
        ARN_NOT_LIKE(true, Glob::matches),
        NUMERIC_EQUALS(false, (value, fact) -> number(value, fact, 0, 0)),
        NUMERIC_NOT_EQUALS(true, (value, fact) -> number(value, fact, 0, 0)),
        NUMERIC_LESS_THAN(false, (value, fact) -> number(value, fact, -1, -1)),
        NUMERIC_LESS_THAN_EQUALS(false, (value, fact) -> number(value, fact, -1, 0)),
        NUMERIC_GREATER_THAN(false, (value, fact) -> number(value, fact, 1, 1)),
        NUMERIC_GREATER_THAN_EQUALS(false, (value, fact) -> number(value, fact, 0, 1)),
        DATE_EQUALS(false, (value, fact) -> date(value, fact, 0, 0)),
        DATE_NOT_EQUALS(true, (value, fact) -> date(value, fact, 0, 0)),
        DATE_LESS_THAN(false, (value, fact) -> date(value, fact, -1, -1)),
        DATE_LESS_THAN_EQUALS(false, (value, fact) -> date(value, fact, -1, 0)),
        DATE_GREATER_THAN(false, (value, fact) -> date(value, fact, 1, 1)),
        DATE_GREATER_THAN_EQUALS(false, (value, fact) -> date(value, fact, 0, 1)),
        BOOL(false, String::equalsIgnoreCase),
        IP_ADDRESS(false, Condition::inRange),
        NOT_IP_ADDRESS(true, Condition::inRange),
        NULL(false, (value, fact) -> false);

        private final boolean negative;
        // Functions without state: as immutable as the names.
        @SuppressWarnings("ImmutableEnumChecker")
        private final BiPredicate<String, String> matches;

        Operator(boolean negative, BiPredicate<String, String> matches) {
            this.negative = negative;
            this.matches = matches;
        }

        /// As policies write it: `StringEquals`.
        String wireName() {
            StringBuilder name = new StringBuilder();
            for (String word : name().split("_")) {
                name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
            }
            return name.toString();
        }
    }

    /// @param name as the policy writes it, with sets and endings
    /// @throws PolicyFault when there is no such operator or key, or a value is none for it
    static Condition of(String name, String key, List<String> values) throws PolicyFault {
        Over over = name.startsWith("ForAllValues:") ? Over.ALL : name.startsWith("ForAnyValue:") ? Over.ANY : Over.ONE;
        String bare = over == Over.ONE ? name : name.substring(name.indexOf(':') + 1);
        boolean exists = bare.endsWith("IfExists");
        String wanted = exists ? bare.substring(0, bare.length() - "IfExists".length()) : bare;
        String lower = key.toLowerCase(Locale.ROOT);
        if (!KEYS.contains(lower) && FAMILIES.stream().noneMatch(lower::startsWith)) {
            throw new PolicyFault("the condition key " + key + " is not known here");
        }
        if (values.isEmpty() || values.size() > MOST_VALUES) {
            throw new PolicyFault("a condition has 1 to " + MOST_VALUES + " values");
        }
        for (Operator operator : Operator.values()) {
            if (operator.wireName().equals(wanted)) {
                check(operator, values);
                return new Condition(over, operator, exists, lower, List.copyOf(values));
            }
        }
        throw new PolicyFault("the condition operator " + name + " is not known");
    }

    private static void check(Operator operator, List<String> values) throws PolicyFault {
        for (String value : values) {
            boolean good = switch (operator) {
                case IP_ADDRESS, NOT_IP_ADDRESS -> AddressRange.parse(value) != null;
                case BOOL, NULL -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
                case NUMERIC_EQUALS, NUMERIC_NOT_EQUALS, NUMERIC_LESS_THAN, NUMERIC_LESS_THAN_EQUALS, NUMERIC_GREATER_THAN,
                        NUMERIC_GREATER_THAN_EQUALS -> value.matches("-?\\d{1,18}(\\.\\d{1,18})?");
                case DATE_EQUALS, DATE_NOT_EQUALS, DATE_LESS_THAN, DATE_LESS_THAN_EQUALS, DATE_GREATER_THAN,
                        DATE_GREATER_THAN_EQUALS -> instant(value).isAfter(Instant.MIN);
                default -> true;
            };
            if (!good) {
                throw new PolicyFault("'" + value + "' is no value for the condition operator " + operator.wireName());
            }
        }
    }

    boolean holds(Map<String, List<String>> facts) {
        List<String> found = facts.getOrDefault(key, List.of());
        if (operator == Operator.NULL) {
            return values.stream().anyMatch(value -> Boolean.parseBoolean(value) == found.isEmpty());
        }
        if (found.isEmpty()) {
            return exists || (over == Over.ONE ? operator.negative : over == Over.ALL);
        }
        return over == Over.ALL ? found.stream().allMatch(this::holdsFor)
                : over == Over.ANY || !operator.negative ? found.stream().anyMatch(this::holdsFor)
                : found.stream().allMatch(this::holdsFor);
    }

    private boolean holdsFor(String fact) {
        return operator.negative != values.stream().anyMatch(value -> operator.matches.test(value, fact));
    }

    /// Whether it ties a statement to callers or places that are named.
    boolean isNarrow() {
        if (exists || over == Over.ALL) {
            return false;
        }
        return switch (key) {
            case "aws:sourceip" -> operator == Operator.IP_ADDRESS && values.stream().allMatch(value -> {
                AddressRange range = AddressRange.parse(value);
                return range != null && range.isNarrow();
            });
            case "aws:sourcearn", "aws:sourceaccount", "aws:userid" -> !operator.negative && operator != Operator.NULL
                    && values.stream().noneMatch(value -> value.indexOf('*') >= 0 || value.indexOf('?') >= 0);
            default -> false;
        };
    }

    private static boolean inRange(String value, String fact) {
        AddressRange range = AddressRange.parse(value);
        return range != null && range.holds(fact);
    }

    private static boolean number(String value, String fact, int least, int most) {
        if (!fact.matches("-?\\d{1,18}(\\.\\d{1,18})?")) {
            return false;
        }
        int sign = new BigDecimal(fact).compareTo(new BigDecimal(value));
        return sign >= least && sign <= most;
    }

    private static boolean date(String value, String fact, int least, int most) {
        int sign = Integer.signum(instant(fact).compareTo(instant(value)));
        return sign >= least && sign <= most;
    }

    /// Of ISO 8601 or of seconds since 1970; the beginning of time for what is neither.
    private static Instant instant(String text) {
        try {
            return text.matches("\\d{1,12}") ? Instant.ofEpochSecond(Long.parseLong(text)) : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException unreadable) {
            return Instant.MIN;
        }
    }
}
