package leaseback.manager.web;

import java.time.Instant;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One request to the API, its caller known and its body whole.
///
/// @param variables what stands in the path where the route has `{name}`
/// @param query     parameters, the first of each name
@SuppressWarnings("ArrayRecordComponent")
record Call(
        Wire wire,
        Caller caller,
        String path,
        Map<String, String> variables,
        Map<String, String> query,
        byte[] content,
        @Nullable String idempotencyKey) {
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-30T00:00:00Z");
    private static final int LIMIT = 50;
    private static final int MOST = 500;

    String actor() {
        return caller.actor();
    }

    String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalStateException("this route has no {" + name + "}");
        }
        return value;
    }

    /// The `{id}` of the path; what is not a UUID is the id of nothing.
    UUID id(String what) {
        return uuid(variable("id")).orElseThrow(() -> new Problem(404, "there is no " + what + " " + variable("id")));
    }

    /// How many to list, 1 to 500; 50 unless told.
    int limit() {
        String limit = query.getOrDefault("limit", String.valueOf(LIMIT));
        if (!limit.matches("[1-9][0-9]{0,2}") || Integer.parseInt(limit) > MOST) {
            throw new Problem(400, "limit is 1 to " + MOST + ", not \"" + limit + "\"");
        }
        return Integer.parseInt(limit);
    }

    /// The id of the last one listed before.
    @Nullable UUID after() {
        String after = query.get("after");
        return after == null ? null
                : uuid(after).orElseThrow(() ->
                        new Problem(400, "after is the id of the last one you were given, not \"" + after + "\""));
    }

    /// A parameter that must be there.
    ///
    /// @param example of a value
    String asked(String name, String example) {
        String value = query.get(name);
        if (value == null || value.isEmpty()) {
            throw new Problem(400, path + " needs the parameter " + name + ", such as " + name + "=" + example);
        }
        return value;
    }

    /// An instant that may be given.
    Optional<Instant> instant(String name) {
        String value = query.get(name);
        if (value == null) {
            return Optional.empty();
        }
        Optional<Instant> instant = instantOf(value);
        if (instant.isEmpty()) {
            throw new Problem(400, name + " is an instant such as 2027-01-31T23:00:00Z, not \"" + value + "\"");
        }
        return instant;
    }

    /// Of the years 1 to 9999: further ones the database does not keep.
    static Optional<Instant> instantOf(String text) {
        try {
            return Optional.of(Instant.parse(text)).filter(each -> !each.isBefore(FIRST) && each.isBefore(LAST));
        } catch (DateTimeParseException wrong) {
            return Optional.empty();
        }
    }

    /// An instant that must be given.
    Instant askedInstant(String name) {
        asked(name, "2027-01-31T23:00:00Z");
        return instant(name).orElseThrow();
    }

    /// A month that must be given.
    YearMonth askedMonth(String name) {
        String month = asked(name, "2027-03");
        if (!month.matches("[1-9][0-9]{3}-(0[1-9]|1[0-2])")) {
            throw new Problem(400, name + " is a month such as 2027-03, not \"" + month + "\"");
        }
        return YearMonth.parse(month);
    }

    /// A number that may be given, `most` at most; 1 where it is not.
    int count(String name, int most) {
        String value = query.getOrDefault(name, "1");
        if (!value.matches("[1-9][0-9]{0,8}") || Integer.parseInt(value) > most) {
            throw new Problem(400, name + " is 1 to " + most + ", not \"" + value + "\"");
        }
        return Integer.parseInt(value);
    }

    /// The customer asked about, where one is.
    Optional<UUID> customer() {
        String customer = query.get("customer");
        return customer == null ? Optional.empty() : Optional.of(uuid(customer).orElseThrow(() ->
                new Problem(400, "customer is the id of a customer, not \"" + customer + "\"")));
    }

    <T> T body(Class<T> type) {
        if (content.length == 0) {
            throw new Problem(400, "the body is missing; send a JSON object");
        }
        return wire.read(content, type);
    }

    <T> Optional<T> bodyIfAny(Class<T> type) {
        return content.length == 0 ? Optional.empty() : Optional.of(wire.read(content, type));
    }

    /// Strictly the 36 characters of a UUID.
    static Optional<UUID> uuid(String text) {
        return UUID_FORM.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }
}
