package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Collectors;
import leaseback.manager.lease.Hours;
import leaseback.manager.web.ApiWorld.Reply;
import leaseback.protocol.LeaseTerms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// A business brings the calendar of its public holidays; on them its machine is promised all day.
final class HolidayTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /// As public calendars export German holidays: lines end with a line feed alone, days are transparent.
    private static final String GERMAN = """
            BEGIN:VCALENDAR
            PRODID:-//Google Inc//Google Calendar 70.9054//EN
            VERSION:2.0
            CALSCALE:GREGORIAN
            METHOD:PUBLISH
            X-WR-CALNAME:Feiertage in Deutschland
            X-WR-TIMEZONE:UTC
            BEGIN:VEVENT
            DTSTART;VALUE=DATE:20261225
            DTEND;VALUE=DATE:20261226
            DTSTAMP:20261120T101010Z
            UID:20261225_weihnachten@google.com
            CLASS:PUBLIC
            DESCRIPTION:Gesetzlicher Feiertag
            STATUS:CONFIRMED
            SUMMARY:Erster Weihnachtstag
            TRANSP:TRANSPARENT
            END:VEVENT
            BEGIN:VEVENT
            DTSTART;VALUE=DATE:20261226
            DTEND;VALUE=DATE:20261227
            UID:20261226@google.com
            SUMMARY:Zweiter Weihnachtstag
            END:VEVENT
            BEGIN:VEVENT
            DTSTART;VALUE=DATE:20250501
            DTEND;VALUE=DATE:20250502
            UID:20250501@google.com
            RRULE:FREQ=YEARLY
            SUMMARY:Tag der Arbeit
            END:VEVENT
            BEGIN:VEVENT
            DTSTART;VALUE=DATE:20270326
            UID:karfreitag@google.com
            SUMMARY:Karfreitag
            END:VEVENT
            BEGIN:VEVENT
            DTSTART;VALUE=DATE:20251003
            UID:gone@google.com
            SUMMARY:Long gone
            END:VEVENT
            BEGIN:VEVENT
            DTSTART:20261201T120000Z
            DTEND:20261201T130000Z
            UID:lunch@google.com
            SUMMARY:Lunch
            END:VEVENT
            END:VCALENDAR
            """;

    /// As Outlook writes them: CRLF, folded lines, a time zone of its own, days from midnight to midnight.
    private static final String OUTLOOK = """
            BEGIN:VCALENDAR
            PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
            VERSION:2.0
            METHOD:PUBLISH
            X-MS-OLK-FORCEINSPECTOROPEN:TRUE
            BEGIN:VTIMEZONE
            TZID:W. Europe Standard Time
            BEGIN:STANDARD
            DTSTART:16011028T030000
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
            TZOFFSETFROM:+0200
            TZOFFSETTO:+0100
            END:STANDARD
            BEGIN:DAYLIGHT
            DTSTART:16010325T020000
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
            TZOFFSETFROM:+0100
            TZOFFSETTO:+0200
            END:DAYLIGHT
            END:VTIMEZONE
            BEGIN:VEVENT
            CLASS:PUBLIC
            DTSTART;TZID="W. Europe Standard Time":20261224T000000
            DTEND;TZID="W. Europe Standard Time":20270103T000000
            UID:040000008200E00074C5B7101A82E00800000000D0A1
            SUMMARY;LANGUAGE=de:Betriebsferien zwischen den Jahren\\, das ganze Haus ist g
             eschlossen
            X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
            END:VEVENT
            BEGIN:VEVENT
            DTSTART;VALUE=DATE:20240101
            RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20281231T000000Z
            EXDATE;VALUE=DATE:20281123
            UID:thanks
            SUMMARY:Thanksgiving
            END:VEVENT
            BEGIN:VAVAILABILITY
            UID:shut
            DTSTART;TZID="W. Europe Standard Time":20270802T000000
            DTEND;TZID="W. Europe Standard Time":20270804T000000
            BUSYTYPE:BUSY-UNAVAILABLE
            SUMMARY:Stocktaking
            END:VAVAILABILITY
            END:VCALENDAR
            """.replace("\n", "\r\n");

    @TempDir Path folder;
    private final JsonMapper json = new JsonMapper();
    private ApiWorld world;
    private String adas;
    private String agreement;
    private UUID lease;
    private Reply order;
    private String offer = "";

    @BeforeEach
    void aShopsLease() throws Exception {
        world = new ApiWorld(folder);
        UUID ada = world.customer("shop");
        adas = world.tokenOf(ada);
        order = ordered(ada, "after-hours");
        agreement = order.text("/agreement");
        lease = UUID.fromString(order.text("/leaseId"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theOfferSaysWhatHoldsOnHolidays() {
        assertThat(offer).contains("On public holidays, by the calendar that you give us, it is on all day, from midnight to midnight");
    }

    @Test
    void aCalendarOfGermanHolidaysIsTakenOnce() {
        Reply taken = take(GERMAN).is(200);
        assertThat(taken.json().at("/passedOver").asInt()).isEqualTo(1);
        assertThat(days()).containsExactly("2026-12-25", "2026-12-26", "2027-03-26", "2027-05-01", "2028-05-01", "2029-05-01");
        assertThat(world.get(adas, agreement + "/holiday").json().findValuesAsString("summary"))
                .startsWith("Erster Weihnachtstag", "Zweiter Weihnachtstag", "Karfreitag", "Tag der Arbeit");
        long before = version();
        Reply again = take(GERMAN).is(200);
        assertThat(again.json().at("/added").size() + again.json().at("/removed").size()).isZero();
        assertThat(again.json().at("/kept").asInt()).isEqualTo(6);
        assertThat(version()).isEqualTo(before);
    }

    @Test
    void whatOutlookWritesIsUnderstood() {
        take(OUTLOOK).is(200);
        assertThat(days()).containsExactly("2026-11-26", "2026-12-24", "2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28", "2026-12-29",
                "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-08-02", "2027-08-03", "2027-11-25");
        assertThat(world.get(adas, agreement + "/holiday").text("/1/summary"))
                .isEqualTo("Betriebsferien zwischen den Jahren, das ganze Haus ist geschlossen");
    }

    @Test
    void daysThatAreGoneStayAndDaysAheadMayGo() {
        take(GERMAN).is(200);
        world.clock.move(Duration.between(world.clock.instant(), Instant.parse("2026-12-25T09:00:00Z")));
        assertThat(delete("2026-12-25").status()).isEqualTo(409);
        delete("2026-12-26").is(200);
        delete("2026-12-26").is(404);
        delete("nonsense").is(404);
        Reply replaced = post("{\"replace\":true,\"ics\":%s}", event("20270401", "")).is(200);
        assertThat(replaced.json().at("/removed").size()).isEqualTo(4);
        assertThat(days()).containsExactly("2026-12-25", "2027-04-01");
        // Today is not ahead any more.
        assertThat(take(event("20261225", "")).is(422).text("/detail")).contains("no whole day", "RRULE:FREQ=YEARLY");
    }

    @Test
    void theMinutesOfAHolidayArePromisedToTheMinuteOverDaylightSavingNights() {
        deliver();
        long week = promised("2027-03-26");
        take(event("20270326", "") + event("20270328", "").replace("x@", "y@") + event("20261130", "").replace("x@", "z@")).is(200);
        // Good Friday would have been shut from 08:00 to 18:00; the Sunday on which the clocks spring is 23 hours long.
        assertThat(promised("2027-03-26")).isEqualTo(24 * 60).isEqualTo(week + 600);
        assertThat(promised("2027-03-28")).isEqualTo(23 * 60);
        // Only from 18:00: Sunday ends at midnight, so a Monday has no early hours.
        assertThat(promised("2027-03-29")).isEqualTo(6 * 60);
        LeaseTerms terms = world.database.read(handle -> world.leases.terms(handle, lease));
        assertThat(terms.serving().wholeDays()).hasSize(3).isEqualTo(terms.processor().wholeDays());
        assertThat(terms.version()).isEqualTo(2);
        assertThat(terms.summary()).contains("On public holidays");
        assertThat(terms.serving().isOpen(Instant.parse("2026-11-30T11:00:00Z"))).isTrue();
    }

    @Test
    void whatIsNotUnderstoodIsRefusedAndChangesNothing() {
        List.of("nonsense", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", event("20270101", "RRULE:FREQ=WEEKLY\r\n"),
                event("20270101", "RRULE:FREQ=SECONDLY;COUNT=2000000000\r\n"), event("20270101", "RRULE:FREQ=YEARLY;BYYEARDAY=1,2,3\r\n"),
                event("16010101", "RRULE:FREQ=YEARLY\r\n"), event("20271399", ""), event("20270101", "DTEND;VALUE=DATE:20990101\r\n"),
                "x".repeat(300_000), calendar(IntStream.range(0, 2100).mapToObj(i -> "BEGIN:VEVENT\r\nEND:VEVENT\r\n")
                        .collect(Collectors.joining())), "BEGIN:X\r\n".repeat(28_000),
                event("20270101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n").replace("20270101", "19000101"),
                calendar("BEGIN:VAVAILABILITY\r\nDTSTART:20270101T000000\r\nDTEND:20270103T000000\r\nBEGIN:AVAILABLE\r\n"
                        + "DTSTART:20270101T090000\r\nDTEND:20270101T170000\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\n"))
                .forEach(hostile -> assertThat(take(hostile).is(422).text("/detail")).contains("understood are VEVENTs"));
        // A zone that would never come to an end is not read at all.
        take(calendar("BEGIN:VTIMEZONE\r\nTZID:evil\r\nTZURL:http://192.0.2.1/\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
                + "RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
                + "BEGIN:VEVENT\r\nDTSTART;TZID=evil:20270101T000000\r\nDTEND;TZID=evil:20270102T000000\r\nEND:VEVENT\r\n")).is(200);
        assertThat(days()).containsExactly("2027-01-01");
        assertThat(take(event("20270601", "DTEND;VALUE=DATE:20280701\r\n") ).is(200).json().at("/added").size()).isEqualTo(396);
        assertThat(take(event("20290101", "DTEND;VALUE=DATE:20290108\r\n")).is(422).text("/detail")).contains("at most 400 holidays");
        post("{}", "").is(422);
    }

    @Test
    void onlyTheOwnerOfALeaseWithHolidaysHasThem() {
        String eves = world.tokenOf(world.customer("eve"));
        world.get(eves, agreement + "/holiday").is(404);
        assertThat(world.post(eves, agreement + "/holiday", "{\"ics\":\"x\"}").status()).isEqualTo(404);
        UUID bob = world.customer("bob");
        String bobs = world.tokenOf(bob);
        String nights = world.post(bobs, world.quote(bobs, bob).text("/href") + "/accept", "{\"version\":1}").is(201).text("/agreement");
        assertThat(world.post(bobs, nights + "/holiday", body("{\"ics\":%s}", GERMAN)).is(409).text("/detail")).contains("has no holidays");
        assertThat(world.post(world.operator, agreement + "/holiday", body("{\"ics\":%s}", GERMAN)).is(200).json().at("/added").size()).isEqualTo(6);
    }

    private Reply ordered(UUID customer, String plan) {
        Reply quote = world.post(adas, "/api/quote", """
                {"customerId":"%s","offeringId":"corner-server","planId":"%s"}""".formatted(customer, plan)).is(201);
        offer = quote.text("/offer");
        return world.post(adas, quote.text("/href") + "/accept", "{\"version\":1}").is(201);
    }

    private void deliver() {
        world.post(world.factoryLine, order.text("/href") + "/build", "{}").is(200);
        world.post(world.factoryLine, order.text("/href") + "/deliver", "").is(200);
    }

    private long promised(String day) {
        Instant from = LocalDate.parse(day).atStartOfDay(BERLIN).toInstant();
        Instant to = LocalDate.parse(day).plusDays(1).atStartOfDay(BERLIN).toInstant();
        LeaseTerms terms = world.database.read(handle -> world.leases.terms(handle, lease));
        Hours hours = Objects.requireNonNull(world.database.read(handle -> Hours.of(handle, List.of(lease))).get(lease));
        long minutes = hours.minutes(from, to);
        assertThat(terms.serving().minutesOpen(from, to)).isEqualTo(minutes);
        return minutes;
    }

    private long version() {
        return world.get(adas, agreement).is(200).json().at("/holidaysVersion").asLong();
    }

    private List<String> days() {
        return world.get(adas, agreement + "/holiday").is(200).json().findValuesAsString("day");
    }

    private Reply take(String ics) {
        return post("{\"ics\":%s}", ics);
    }

    private Reply post(String form, String ics) {
        return world.post(adas, agreement + "/holiday", body(form, ics));
    }

    private String body(String form, String ics) {
        return form.formatted(json.writeValueAsString(ics));
    }

    private Reply delete(String day) {
        return world.send(world.request(adas, agreement + "/holiday/" + day).method("DELETE", HttpRequest.BodyPublishers.noBody()));
    }

    private static String event(String day, String more) {
        return calendar("BEGIN:VEVENT\r\nUID:x@example.org\r\nDTSTART;VALUE=DATE:" + day + "\r\n" + more + "SUMMARY:Shut\r\nEND:VEVENT\r\n");
    }

    private static String calendar(String inside) {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + inside + "END:VCALENDAR\r\n";
    }
}
