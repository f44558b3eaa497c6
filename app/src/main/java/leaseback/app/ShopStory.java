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
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A small business buys a server, three workstations, Internet access and a service contract, and lends the server and the workstations
/// outside its business hours and on public holidays. It is paid every month, its service contract is free, its Web site is hosted in
/// exchange; in the fifth month a larger drive in the server raises the pay from that day on.
final class ShopStory {
    private static final LocalTime EVENING = LocalTime.of(23, 59);
    private static final YearMonth LAST = YearMonth.of(2028, 2);
    private static final LocalDate UPGRADE_ASKED = LocalDate.of(2027, 5, 12);
    private static final LocalDate UPGRADE = LocalDate.of(2027, 5, 18);
    private static final Map<LocalDate, String> HOLIDAYS = Map.of(LocalDate.of(2027, 3, 26), "Karfreitag", LocalDate.of(2027, 3, 29), "Ostermontag",
            LocalDate.of(2027, 5, 6), "Christi Himmelfahrt", LocalDate.of(2027, 5, 17), "Pfingstmontag", LocalDate.of(2027, 12, 24), "Heiligabend");
    private static final String SITE = "WEB_HOSTING";
    private final StoryWorld world;

    ShopStory(StoryWorld world) {
        this.world = world;
    }

    /// A machine of the shop with its lease.
    private record Machine(String name, String lease, String serial, int cores) {}

    void tell() throws IOException, InterruptedException {
        catalogue();
        StoryWorld.Person shop = world.person("Lindner Optics", "lindner@example.org");
        world.introduce(shop, Map.of("name", "Lindner Optics GmbH", "street", "Marktplatz 1", "postcode", "21335", "city", "Lüneburg", "country", "DE",
                "vatId", "DE987654321", "iban", "DE02500105170137075030", "language", "en"));
        world.tell("Lindner Optics buys a server, three workstations, Internet access and a service contract, and lends them after hours.");
        List<Machine> machines = new ArrayList<>();
        machines.add(buy(shop, "server", "shop-server", List.of("shop-drive-1tb"), List.of("internet-100", "next-day-service"), "shop-server-nights", 16));
        for (int i = 1; i <= 3; i++) {
            machines.add(buy(shop, "workstation " + i, "shop-workstation", List.of(), List.of(), "shop-desk-nights", 8));
        }
        calendar(shop, machines);
        JsonNode hosting = shop.api().post("/subscription", Map.of("product", SITE));
        world.tell("Its Web site is hosted with us (subscription " + hosting.path("id").asString() + "), in exchange for what it lends.");

        YearMonth month = YearMonth.from(StoryWorld.BEGIN);
        while (!month.isAfter(LAST)) {
            for (LocalDate day = month.equals(YearMonth.from(StoryWorld.BEGIN)) ? StoryWorld.BEGIN : month.atDay(1);
                    YearMonth.from(day).equals(month); day = day.plusDays(1)) {
                world.until(day, EVENING);
                live(shop, machines, day);
            }
            month = month.plusMonths(1);
            world.until(month.atDay(1), LocalTime.NOON);
            world.readLetters(shop);
            world.statement(shop, month.minusMonths(1));
            world.payOut();
        }
        List<JsonNode> payouts = shop.api().list("/bill?kind=PAYOUT");
        world.explain("bill:" + payouts.get(4).path("number").asString() + "/2");
        world.books();
    }

    private Machine buy(StoryWorld.Person shop, String name, String system, List<String> options, List<String> items, String plan, int cores)
            throws IOException, InterruptedException {
        JsonNode quote = shop.api().post("/quote", Map.of("customerId", shop.id(), "offeringId", system, "options", options, "planId", plan,
                "items", items));
        if (name.equals("server")) {
            world.indented(quote.path("offer").asString());
        }
        JsonNode order = shop.api().post("/quote/" + quote.path("id").asString() + "/accept", Map.of("version", quote.path("version").asInt()));
        String serial = world.deliver(order);
        world.tell("The " + name + " (" + serial + ", " + Amount.shown(order.path("total")) + ") is delivered and its lease runs.");
        return new Machine(name, order.path("leaseId").asString(), serial, cores);
    }

    /// The public holidays, as the shop's own calendar exports them.
    private void calendar(StoryWorld.Person shop, List<Machine> machines) throws IOException {
        StringBuilder ics = new StringBuilder("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Lindner//calendar//DE\r\n");
        HOLIDAYS.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(holiday -> ics.append("BEGIN:VEVENT\r\nUID:")
                .append(holiday.getKey()).append("@lindner.example\r\nDTSTAMP:20270104T080000Z\r\nDTSTART;VALUE=DATE:")
                .append(holiday.getKey().toString().replace("-", "")).append("\r\nSUMMARY:").append(holiday.getValue()).append("\r\nEND:VEVENT\r\n"));
        ics.append("END:VCALENDAR\r\n");
        for (Machine machine : machines) {
            shop.api().post("/agreement/" + machine.lease() + "/holiday", Map.of("ics", ics.toString()));
        }
        world.tell("The shop's calendar is imported: on its " + HOLIDAYS.size() + " public holidays the machines serve the whole day.");
    }

    /// One day.
    private void live(StoryWorld.Person shop, List<Machine> machines, LocalDate day) throws IOException {
        if (day.equals(UPGRADE_ASKED)) {
            askForUpgrade(shop, machines.getFirst());
        }
        List<Map<String, Object>> readings = new ArrayList<>();
        for (Machine machine : machines) {
            long window = asked(day);
            long present = window - (day.getDayOfMonth() + machine.cores()) % 7;
            long gigabytes = machine.name().equals("server") ? day.isBefore(UPGRADE) ? 200 : 700 : 50;
            readings.add(StoryWorld.reading("lease", machine.lease(), "window", day, window));
            readings.add(StoryWorld.reading("lease", machine.lease(), "presence", day, present));
            readings.add(StoryWorld.reading("lease", machine.lease(), "audits", day, 24));
            readings.add(StoryWorld.reading("lease", machine.lease(), "audits-passed", day, 24));
            readings.add(StoryWorld.reading("lease", machine.lease(), "disk-used", day, gigabytes * 1_000_000_000L * 24));
            readings.add(StoryWorld.reading("lease", machine.lease(), "cpu-available", day, present * 60 * machine.cores()));
            readings.add(StoryWorld.reading("lease", machine.lease(), "cpu-delivered", day, present * 60 * machine.cores() / 20));
            readings.add(StoryWorld.reading("lease", machine.lease(), "egress", day, gigabytes * 10_000_000L));
        }
        readings.add(StoryWorld.reading("customer", shop.id(), "hits", day, day.getMonthValue() == 12 ? 40_000 : 9_000));
        world.send(readings);
        if (day.getDayOfMonth() % 10 == 0) {
            world.pay(shop);
        }
    }

    private void askForUpgrade(StoryWorld.Person shop, Machine server) throws IOException {
        world.tell("The shop asks for a larger drive in its server:");
        JsonNode offer = shop.api().post("/upgrade", Map.of("agreementId", server.lease(), "parts", List.of("shop-drive-4tb")));
        world.indented(offer.path("offer").asString());
        String addendum = offer.path("id").asString();
        JsonNode accepted = shop.api().post("/addendum/" + addendum + "/accept", Map.of("version", offer.path("addendum").path("version").asInt()));
        world.operator().post("/upgrade/" + addendum + "/install", Map.of("date", UPGRADE.toString()));
        world.tell("It says yes (" + accepted.path("state").path("name").asString() + "); the drive is built in on " + UPGRADE
                + ", and from that day on more is paid.");
    }

    /// Minutes that are asked for: after hours, at the week-end and on holidays all day.
    private static long asked(LocalDate day) {
        boolean whole = Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY).contains(day.getDayOfWeek()) || HOLIDAYS.containsKey(day);
        // Monday's early hours belong to Sunday's night, which ends with the day.
        boolean monday = day.getDayOfWeek() == DayOfWeek.MONDAY;
        return whole ? Windows.minutes(day, "00:00", "00:00") : monday ? Windows.minutes(day, "18:00", "00:00") : Windows.minutes(day, "18:00", "08:00");
    }

    private void catalogue() throws IOException {
        Map<String, Object> free = FamilyStory.eur(0);
        world.operator().post("/productOffering", Map.of("id", "shop-server", "version", 1, "name", "Shop server",
                "description", "A server for a small business.",
                "price", FamilyStory.eur(189_900), "parts", List.of("Rack case", "Bridge battery, 15 minutes"), "options", List.of(
                        FamilyStory.option("shop-drive-1tb", "DRIVE", "Drive, 1 TB", 1_000_000_000_000L, free),
                        FamilyStory.option("shop-memory-32gb", "MEMORY", "Memory, 32 GB", 34_359_738_368L, free)), "idleWatts", 60));
        world.operator().post("/productOffering", Map.of("id", "shop-workstation", "version", 1, "name", "Workstation", "description", "A desk computer.",
                "price", FamilyStory.eur(79_900), "parts", List.of("Small case"), "options", List.of(
                        FamilyStory.option("desk-drive-500gb", "DRIVE", "Drive, 500 GB", 500_000_000_000L, free),
                        FamilyStory.option("desk-memory-16gb", "MEMORY", "Memory, 16 GB", 17_179_869_184L, free)), "idleWatts", 25));
        world.operator().post("/upgradePart", Map.of("id", "shop-drive-4tb", "version", 1, "kind", "DRIVE", "name", "Drive, 4 TB", "bytes", 4_000_000_000_000L,
                "price", FamilyStory.eur(24_900), "raise", FamilyStory.eur(1_500)));
        plan("shop-server-nights", "Server, after hours", 30, List.of(
                Map.of("kind", "PAYOUT_MONTHLY", "amount", FamilyStory.eur(2_500)),
                Map.of("kind", "PAYOUT_SCALE", "typical", FamilyStory.eur(3_000)),
                Map.of("kind", "EVENT_BONUS", "event", "UPGRADE", "amount", FamilyStory.eur(2_000)),
                Map.of("kind", "SERVICE_CONTRACT", "name", "next-day-service", "monthly", FamilyStory.eur(1_900)),
                Map.of("kind", "INTERNET_CREDIT", "monthly", FamilyStory.eur(3_500)),
                Map.of("kind", "BARTER_SERVICE", "product", SITE, "monthly", FamilyStory.eur(1_500), "months", 0)));
        plan("shop-desk-nights", "Workstation, after hours", 20, List.of(
                Map.of("kind", "PAYOUT_MONTHLY", "amount", FamilyStory.eur(500)),
                Map.of("kind", "PAYOUT_SCALE", "typical", FamilyStory.eur(800))));
    }

    private void plan(String id, String name, int percent, List<Map<String, Object>> incentives) throws IOException {
        List<Map<String, Object>> nights = new ArrayList<>();
        for (DayOfWeek day : DayOfWeek.values()) {
            boolean weekend = day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY;
            nights.add(Map.of("day", day.name(), "from", weekend ? "00:00" : "18:00", "to", weekend || day == DayOfWeek.FRIDAY ? "00:00" : "08:00"));
        }
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("id", id);
        plan.put("version", 1);
        plan.put("name", name);
        plan.put("share", Map.of("kind", "PERCENT", "percent", percent));
        plan.put("leastBytes", 1_000_000_000L);
        plan.put("mostBytes", 2_000_000_000_000L);
        plan.put("serving", nights);
        plan.put("processor", nights);
        plan.put("termMonths", 24);
        plan.put("noticeDays", 30);
        plan.put("kilowattHour", FamilyStory.eur(32));
        plan.put("incentives", incentives);
        plan.put("holidays", true);
        plan.put("negotiation", Map.of("leastHoursAWeek", 60, "leastProcessorHoursAWeek", 0, "diskPercent", 50, "mostMonthlyPay", FamilyStory.eur(15_000),
                "mostVersions", 5));
        world.operator().post("/leasePlan", plan);
    }
}
