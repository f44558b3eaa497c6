package leaseback.app;

import java.io.IOException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A family buys a PC with modem and Internet access and lends a part of it: 15 % of the drive, the processor from 23:00 to 07:00. One
/// fortnight they switch it off at night; they renew once for a second incentive, and at last they decline.
final class FamilyStory {
    private static final LocalTime EVENING = LocalTime.of(23, 59);
    private static final LocalDate NEGLECT_FROM = LocalDate.of(2027, 4, 5);
    private static final LocalDate NEGLECT_TO = LocalDate.of(2027, 4, 18);
    private static final YearMonth LAST = YearMonth.of(2028, 3);
    private final StoryWorld world;

    FamilyStory(StoryWorld world) {
        this.world = world;
    }

    void tell() throws IOException, InterruptedException {
        catalogue();
        StoryWorld.Person family = world.person("The Berg family", "berg@example.org");
        world.introduce(family, Map.of("name", "Berg", "street", "Lindenweg 4", "postcode", "22303", "city", "Hamburg", "country", "DE",
                "iban", "DE02120300000000202051", "language", "en"));
        world.supplied("home-internet", "nordnetz", "Nordnetz AG", 1_800);
        world.tell("Their Internet access is supplied by Nordnetz AG, for EUR 18.00 a month.");
        world.tell("The Bergs want a PC with a 20 GB drive and a 750 MHz processor, a modem and Internet access.");
        JsonNode quote = family.api().post("/quote", Map.of("customerId", family.id(), "offeringId", "family-pc", "options",
                List.of("drive-20gb", "cpu-750mhz"), "planId", "family-nights", "items", List.of("home-internet", "home-modem")));
        world.tell("They propose to switch it on at 23:00, not at 22:00; the offer is priced again:");
        quote = family.api().post("/quote/" + quote.path("id").asString() + "/counter", Map.of("version", quote.path("version").asInt(),
                "serving", windows("23:00", "07:00"), "processor", windows("23:00", "07:00")));
        world.indented(quote.path("offer").asString());
        JsonNode order = family.api().post("/quote/" + quote.path("id").asString() + "/accept", Map.of("version", quote.path("version").asInt(),
                "documentSha256", quote.path("documentSha256").asString(), "channel", "WEB"));
        world.tell("They say yes to version " + quote.path("version").asInt() + ": order " + order.path("number").asString() + ", "
                + Amount.shown(order.path("total")) + ".");
        String lease = order.path("leaseId").asString();
        String serial = world.deliver(order);
        world.tell("The machine " + serial + " is made, delivered and switched on; its agent enrols, and the lease runs.");

        YearMonth month = YearMonth.from(StoryWorld.BEGIN);
        boolean over = false;
        while (!month.isAfter(LAST)) {
            for (LocalDate day = month.equals(YearMonth.from(StoryWorld.BEGIN)) ? StoryWorld.BEGIN : month.atDay(1);
                    YearMonth.from(day).equals(month); day = day.plusDays(1)) {
                world.until(day, EVENING);
                if (!over) {
                    over = live(family, lease, serial, day);
                }
                if (day.getDayOfMonth() % 10 == 0) {
                    world.pay(family);
                }
            }
            month = month.plusMonths(1);
            world.until(month.atDay(1), LocalTime.NOON);
            world.readLetters(family);
            world.statement(family, month.minusMonths(1));
            world.payOut();
        }
        List<JsonNode> payouts = family.api().list("/bill?kind=PAYOUT");
        List<JsonNode> bills = family.api().list("/bill?kind=BILL");
        world.explain("bill:" + payouts.getFirst().path("number").asString() + "/1");
        world.explain("bill:" + bills.get(1).path("number").asString() + "/2");
        world.books();
    }

    /// One day.
    ///
    /// @return whether the machine is theirs alone again
    private boolean live(StoryWorld.Person family, String lease, String serial, LocalDate day) throws IOException, InterruptedException {
        JsonNode agreement = family.api().get("/agreement/" + lease);
        String state = agreement.path("state").path("name").asString();
        if (state.equals("STANDING_DOWN")) {
            world.readLetters(family);
            world.tell("The lease has ended (" + agreement.path("state").path("ending").asString() + "); the host is emptied and given back.");
            world.await(serial + " to be released", () ->
                    family.api().get("/agreement/" + lease).path("state").path("name").asString().equals("RELEASED"));
            String host = world.operator().list("/hosts").stream().filter(each -> each.path("serial").asString("").equals(serial)).findFirst()
                    .orElseThrow().path("id").asString();
            world.tell("The machine has signed its receipt: " + family.api().get("/hosts/" + host + "/receipt").path("document").asString());
            return true;
        }
        boolean neglected = !day.isBefore(NEGLECT_FROM) && !day.isAfter(NEGLECT_TO);
        if (day.equals(NEGLECT_FROM)) {
            world.tell("The children switch the machine off at night.");
        }
        if (day.equals(NEGLECT_TO.plusDays(1))) {
            world.readLetters(family);
            world.tell("The letter was read; from now on it stays on.");
        }
        long window = Windows.minutes(day, "23:00", "07:00");
        long present = neglected ? 0 : window - day.getDayOfMonth() % 5;
        List<Map<String, Object>> readings = new ArrayList<>();
        readings.add(StoryWorld.reading("lease", lease, "window", day, window));
        readings.add(StoryWorld.reading("lease", lease, "presence", day, present));
        readings.add(StoryWorld.reading("lease", lease, "audits", day, 24));
        readings.add(StoryWorld.reading("lease", lease, "audits-passed", day, 24));
        readings.add(StoryWorld.reading("lease", lease, "disk-used", day, 4_000_000_000L * 24));
        world.send(readings);
        renew(family, lease, day);
        return false;
    }

    /// The first offer of another term is accepted, the next one declined.
    private void renew(StoryWorld.Person family, String lease, LocalDate day) throws IOException {
        if (day.getDayOfWeek() != DayOfWeek.SUNDAY) {
            return;
        }
        List<JsonNode> offers = new ArrayList<>();
        family.api().get("/agreement/" + lease + "/renewal").forEach(offers::add);
        for (JsonNode offer : offers) {
            if (!offer.path("state").path("name").asString("").equals("OPEN")) {
                continue;
            }
            world.readLetters(family);
            boolean first = day.isBefore(StoryWorld.BEGIN.plusMonths(7));
            family.api().post("/agreement/" + lease + "/renewal", Map.of("version", offer.path("version").asInt(),
                    "decision", first ? "ACCEPTED" : "DECLINED"));
            world.tell(first ? "They renew, for the second incentive." : "They decline to renew: the lease will end with its term.");
        }
    }

    private void catalogue() throws IOException {
        Map<String, Object> free = eur(0);
        world.operator().post("/productOffering", Map.of("id", "family-pc", "version", 1, "name", "Family PC", "description", "A computer for the household.",
                "price", eur(119_900), "parts", List.of("Tower case", "Network card, wakes on LAN"), "options", List.of(
                        option("drive-20gb", "DRIVE", "Drive, 20 GB", 20_000_000_000L, free),
                        option("drive-40gb", "DRIVE", "Drive, 40 GB", 40_000_000_000L, eur(8_900)),
                        option("cpu-750mhz", "PROCESSOR", "Processor, 750 MHz", 750, free),
                        option("cpu-1ghz", "PROCESSOR", "Processor, 1 GHz", 1_000, eur(12_900)),
                        option("memory-128mb", "MEMORY", "Memory, 128 MB", 134_217_728L, free)), "idleWatts", 40));
        world.operator().post("/productItem", Map.of("id", "home-internet", "version", 1, "kind", "INTERNET", "name", "Internet access at home",
                "price", eur(2_990)));
        world.operator().post("/productItem", Map.of("id", "home-modem", "version", 1, "kind", "ACCESSORY", "name", "Cable modem", "price", eur(5_900)));
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("id", "family-nights");
        plan.put("version", 1);
        plan.put("name", "On at night, 15 percent of the drive");
        plan.put("share", Map.of("kind", "PERCENT", "percent", 15));
        plan.put("leastBytes", 1_000_000_000L);
        plan.put("mostBytes", 20_000_000_000L);
        plan.put("serving", windows("22:00", "07:00"));
        plan.put("processor", windows("23:00", "07:00"));
        plan.put("termMonths", 7);
        plan.put("noticeDays", 30);
        plan.put("kilowattHour", eur(32));
        plan.put("incentives", List.of(
                Map.of("kind", "DISCOUNT_PURCHASE", "percent", 15, "clause", Map.of("onBreach", "CLAWBACK", "amortiseMonths", 14, "conditions", List.of())),
                Map.of("kind", "HARDWARE_UPGRADE", "part", "DRIVE"),
                Map.of("kind", "HARDWARE_UPGRADE", "part", "PROCESSOR"),
                Map.of("kind", "INTERNET_CREDIT", "monthly", eur(1_000)),
                Map.of("kind", "PAYOUT_MONTHLY", "amount", eur(300)),
                Map.of("kind", "SUPPORT")));
        plan.put("negotiation", Map.of("leastHoursAWeek", 28, "leastProcessorHoursAWeek", 0, "diskPercent", 50, "mostMonthlyPay", eur(600), "mostVersions", 5));
        plan.put("renewal", List.of(Map.of("daysBefore", 90, "incentives", List.of(
                Map.of("kind", "INTERNET_CREDIT", "monthly", eur(1_000)),
                Map.of("kind", "PAYOUT_MONTHLY", "amount", eur(300)),
                Map.of("kind", "RENEWAL_BONUS", "amount", eur(4_000)),
                Map.of("kind", "SUPPORT")))));
        world.operator().post("/leasePlan", plan);
    }

    static Map<String, Object> option(String id, String kind, String name, long bytes, Map<String, Object> price) {
        return Map.of("id", id, "kind", kind, "name", name, "bytes", bytes, "price", price);
    }

    static Map<String, Object> eur(long minor) {
        return Map.of("minor", minor, "currency", "EUR");
    }

    static List<Map<String, Object>> windows(String from, String to) {
        List<Map<String, Object>> windows = new ArrayList<>();
        for (DayOfWeek day : DayOfWeek.values()) {
            windows.add(Map.of("day", day.name(), "from", from, "to", to));
        }
        return windows;
    }
}
