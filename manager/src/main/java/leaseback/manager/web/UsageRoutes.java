package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Explains;
import leaseback.manager.ledger.Explanation;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Reading;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Received;
import leaseback.manager.metering.Subject;
import leaseback.manager.metering.Sum;
import org.jspecify.annotations.Nullable;

/// Readings, in the shape of TM Forum's TMF635 usage. For the operator alone.
public final class UsageRoutes implements Routes {
    /// As lines of documents name a reading: `reading:UUID`.
    public static final String KIND = "reading";
    private static final List<String> NAMES = List.of("from", "meter", "quantity", "replaces", "source", "to", "unit");
    private static final Map<Subject.Kind, String> TYPES = Map.of(Subject.Kind.LEASE, "Agreement", Subject.Kind.HOST, "Host",
            Subject.Kind.CUSTOMER, "Individual");
    private final Database database;
    private final Readings readings;
    private final InstantSource clock;

    public UsageRoutes(Database database, Readings readings, InstantSource clock) {
        this.database = database;
        this.readings = readings;
        this.clock = clock;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("POST", "/api/usage", this::record).says("Records readings; the same ones again change nothing")
                        .takesMany(Usage.class).gives(201, Kept.class).refuses(409, "An id is that of another reading"),
                spanned(Route.of("GET", "/api/usage", this::list).says("Readings of a lease, host or customer").pages(Usage.class))
                        .asks("meter", String.class, "Such as presence"),
                spanned(Route.of("GET", "/api/usage/sum", this::sum).says("What the readings of a meter add up to").gives(ShownSum.class))
                        .needs("meter", String.class, "Such as presence")
                        .asks("knownBefore", Instant.class, "As it was known then; as now when left out"),
                Route.of("GET", "/api/usage/{id}", this::one).says("One reading").gives(Usage.class));
    }

    /// The same in the place where TM Forum's TMF635 has it.
    List<Route> alsoAt(String path) {
        return List.of(
                Route.of("POST", path, this::record).says("TMF635: records usages; the same ones again change nothing")
                        .takesMany(Usage.class).gives(201, Kept.class).refuses(409, "An id is that of another reading"),
                spanned(Route.of("GET", path, call -> slice(call, path)).says("TMF635: usages of a lease, host or customer")
                        .slices(ChosenUsage.class)).asks("meter", String.class, "Such as presence"),
                Route.of("GET", path + "/{id}", call -> TmfPages.one(call, shown(found(call), path))).says("TMF635: one usage")
                        .chosen(ChosenUsage.class));
    }

    private static Route spanned(Route route) {
        return route.needs("subject", UUID.class, "The id of a lease, host or customer").needs("from", Instant.class, "Included")
                .needs("to", Instant.class, "Not included");
    }

    /// A reading says of itself what it measured, and of whom.
    public static Explains explains(Readings readings) {
        return (handle, line) -> Call.uuid(line.id()).flatMap(id -> readings.find(handle, id)).map(received -> {
            Reading reading = received.reading();
            List<DocumentLine> because = reading.replaces() == null ? List.of() : List.of(DocumentLine.whole(KIND, reading.replaces()));
            return new Explanation(reading.quantity() + " " + reading.meter().unit() + " " + reading.meter().word() + " of "
                    + reading.subject().kind().name().toLowerCase(Locale.ROOT) + " " + reading.subject().id() + " from " + reading.from()
                    + " to " + reading.to() + ", measured by " + reading.source() + ", received " + received.at()
                    + (received.replacedBy() == null ? "" : "; corrected since by reading:" + received.replacedBy()), because);
        });
    }

    /// @param usageDate when it began to be measured
    /// @param status    `received`; told, not asked
    record Usage(UUID id, @Nullable String href, @Nullable Instant usageDate, @Nullable String usageType, @Nullable String description,
            @Nullable String status, List<Characteristic> usageCharacteristic, List<RelatedParty> relatedParty) {}

    /// The same with what was asked for.
    private record ChosenUsage(UUID id, String href, @Nullable Instant usageDate, @Nullable String usageType, @Nullable String description,
            @Nullable String status, @Nullable List<Characteristic> usageCharacteristic, @Nullable List<RelatedParty> relatedParty) {}

    /// @param value text or a whole number
    record Characteristic(String name, Object value, @Nullable String valueType) {}

    /// @param role lease, host or customer
    record RelatedParty(UUID id, String role, @JsonProperty("@referredType") @Nullable String referredType) {}

    private record Kept(int received, int fresh) {}

    private Answer record(Call call) {
        Usage[] sent = call.body(Usage[].class);
        List<Reading> wanted = new ArrayList<>();
        for (int i = 0; i < sent.length; i++) {
            try {
                wanted.add(reading(sent[i]));
            } catch (IllegalArgumentException wrong) {
                throw new Problem(422, "[" + i + "]: " + wrong.getMessage());
            }
        }
        int fresh = database.transact(handle -> {
            int added = readings.record(handle, wanted);
            if (added > 0) {
                Audit.write(handle, clock.instant(), call.actor(), "record usage", wanted.getFirst().id().toString(),
                        "the first of " + wanted.size() + " readings, " + added + " of them new");
            }
            return added;
        });
        return new Answer(201, Answer.JSON, call.wire().bytes(new Kept(wanted.size(), fresh)), Map.of());
    }

    private Answer list(Call call) {
        UUID subject = subject(call);
        Instant from = call.askedInstant("from");
        Instant to = call.askedInstant("to");
        Meter meter = call.query().containsKey("meter") ? meter(call) : null;
        List<Received> found = database.read(handle -> readings.page(handle, subject, from, to, meter, call.after(), call.limit() + 1));
        return Pages.of(call, found, received -> received.reading().id(), received -> shown(received, "/api/usage"));
    }

    private Answer slice(Call call, String path) {
        UUID subject = subject(call);
        Instant from = call.askedInstant("from");
        Instant to = call.askedInstant("to");
        Meter meter = call.query().containsKey("meter") ? meter(call) : null;
        return TmfPages.<Received, UUID>of(call, (after, limit) -> database.read(handle -> readings.page(handle, subject, from, to, meter, after, limit)),
                received -> received.reading().id(), () -> database.read(handle -> readings.count(handle, subject, from, to, meter)),
                received -> shown(received, path));
    }

    private Answer one(Call call) {
        return Pages.one(call, shown(found(call), "/api/usage"));
    }

    private Received found(Call call) {
        UUID id = call.id("reading");
        return database.read(handle -> readings.find(handle, id)).orElseThrow(() -> new Problem(404, "there is no reading " + id));
    }

    private record ShownSum(UUID subject, Instant from, Instant to, String meter, long quantity, String unit, List<UUID> readings) {}

    private Answer sum(Call call) {
        UUID subject = subject(call);
        Meter meter = meter(call);
        Instant from = call.askedInstant("from");
        Instant to = call.askedInstant("to");
        Optional<Instant> known = call.instant("knownBefore");
        Sum sum = database.read(handle -> known.isPresent() ? readings.sum(handle, subject, meter, from, to, known.get())
                : readings.sum(handle, subject, meter, from, to));
        return Pages.one(call, new ShownSum(subject, from, to, meter.word(), sum.quantity(), meter.unit(), sum.readings()));
    }

    private static UUID subject(Call call) {
        String subject = call.asked("subject", "the id of a lease, host or customer");
        return Call.uuid(subject).orElseThrow(() -> new Problem(400, "subject is the id of a lease, host or customer, not \"" + subject + "\""));
    }

    private static Meter meter(Call call) {
        try {
            return Meter.named(call.asked("meter", "presence"));
        } catch (IllegalArgumentException unknown) {
            throw new Problem(400, String.valueOf(unknown.getMessage()));
        }
    }

    @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
    private static Reading reading(Usage usage) {
        if (usage == null || usage.usageCharacteristic() == null) {
            throw new IllegalArgumentException("a usage needs usageCharacteristic, a list of " + NAMES);
        }
        if (usage.relatedParty() == null || usage.relatedParty().size() != 1 || usage.relatedParty().getFirst() == null) {
            throw new IllegalArgumentException("a usage needs one relatedParty, the lease, host or customer it is of");
        }
        Map<String, Object> values = new TreeMap<>();
        for (Characteristic each : usage.usageCharacteristic()) {
            if (each == null || each.name() == null || !NAMES.contains(each.name())) {
                throw new IllegalArgumentException("a usageCharacteristic is one of " + String.join(", ", NAMES) + ", not "
                        + (each == null ? "null" : "\"" + each.name() + "\""));
            }
            if (values.put(each.name(), each.value() == null ? "" : each.value()) != null) {
                throw new IllegalArgumentException("the usageCharacteristic " + each.name() + " is given twice");
            }
        }
        Meter meter = Meter.named(text(values, "meter"));
        if (values.containsKey("unit") && !meter.unit().equals(text(values, "unit"))) {
            throw new IllegalArgumentException(meter.word() + " is measured in " + meter.unit() + ", not in " + text(values, "unit"));
        }
        if (!(values.get("quantity") instanceof Number quantity) || !(quantity instanceof Integer || quantity instanceof Long)) {
            throw new IllegalArgumentException("the usageCharacteristic quantity is a whole number of " + meter.unit());
        }
        return new Reading(usage.id(), party(usage.relatedParty().getFirst()), meter, instant(values, "from"), instant(values, "to"),
                quantity.longValue(), text(values, "source"), !values.containsKey("replaces") ? null
                        : Call.uuid(text(values, "replaces")).orElseThrow(() ->
                                new IllegalArgumentException("the usageCharacteristic replaces is the id of a reading")));
    }

    @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
    private static Subject party(RelatedParty party) {
        Subject.Kind kind = Arrays.stream(Subject.Kind.values())
                .filter(each -> party.role() != null && each.name().toLowerCase(Locale.ROOT).equals(party.role())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the role of the relatedParty is lease, host or customer, not \""
                        + party.role() + "\""));
        return new Subject(kind, party.id());
    }

    private static String text(Map<String, Object> values, String name) {
        if (!(values.get(name) instanceof String text) || text.isEmpty()) {
            throw new IllegalArgumentException("the usageCharacteristic " + name + " is missing, or is no text");
        }
        return text;
    }

    private static Instant instant(Map<String, Object> values, String name) {
        try {
            return Instant.parse(text(values, name));
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException("the usageCharacteristic " + name + " is an instant such as 2027-01-31T23:00:00Z, not \""
                    + values.get(name) + "\"", wrong);
        }
    }

    private static Object shown(Received received, String path) {
        Reading reading = received.reading();
        List<Characteristic> values = new ArrayList<>(List.of(
                new Characteristic("meter", reading.meter().word(), "string"),
                new Characteristic("quantity", reading.quantity(), "integer"),
                new Characteristic("unit", reading.meter().unit(), "string"),
                new Characteristic("from", reading.from().toString(), "dateTime"),
                new Characteristic("to", reading.to().toString(), "dateTime"),
                new Characteristic("source", reading.source(), "string"),
                new Characteristic("received", received.at().toString(), "dateTime")));
        if (reading.replaces() != null) {
            values.add(new Characteristic("replaces", reading.replaces().toString(), "string"));
        }
        if (received.replacedBy() != null) {
            values.add(new Characteristic("replacedBy", received.replacedBy().toString(), "string"));
        }
        return new Usage(reading.id(), path + "/" + reading.id(), reading.from(), reading.meter().word(),
                reading.quantity() + " " + reading.meter().unit() + " " + reading.meter().word(), "received", values,
                List.of(new RelatedParty(reading.subject().id(), reading.subject().kind().name().toLowerCase(Locale.ROOT),
                        TYPES.get(reading.subject().kind()))));
    }
}
