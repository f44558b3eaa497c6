package leaseback.manager.billing;

import static leaseback.manager.billing.BillingWorld.BERLIN;
import static leaseback.manager.billing.BillingWorld.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.SalesChannel;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Margin;
import leaseback.manager.order.Channel;
import leaseback.manager.order.Orders;
import leaseback.manager.order.QuoteRequest;
import leaseback.manager.order.Verdict;
import leaseback.manager.sealing.MasterKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who supplies what we bill and who sells for us get their part, once, and the books show what we keep.
final class PartnerDuesTest {
    @TempDir Path folder;
    private BillingWorld world;
    private Supplies supplies;
    private UUID ada = UUID.randomUUID();

    @BeforeEach
    void begin() throws Exception {
        world = new BillingWorld(folder, "2027-01-01T12:00:00Z");
        BillingBook book = new BillingBook(MasterKey.at(folder.resolve("other.key")), world.clock);
        supplies = new Supplies(book, world.clock);
        world.database.transact(handle -> {
            for (String each : List.of("isp-north", "isp-south")) {
                book.putPartner(handle, each, new BillingDetails("ISP", "Road 1", "10115", "Berlin", "DE", null, null, "en"), "test");
            }
            return 0;
        });
    }

    @AfterEach
    void end() {
        try (BillingWorld closing = world) {
            closing.database.read(handle -> closing.ledger.balances(handle, closing.clock.instant().plusMillis(1)));
            assertThat(closing.days.verify().sound()).isTrue();
        }
    }

    @Test
    void aSupplierGetsItsPriceForTheDaysOnWhichItSupplied() {
        Supply north = supply("internet-100", "isp-north", 1800, "2027-01-02T00:00:00Z");
        world.to("2027-01-31T23:00:00Z");
        ordered(null);
        world.to("2027-02-15T23:00:00Z");
        // From 16 March in Berlin on somebody else does, for less.
        supply("internet-100", "isp-south", 1550, "2027-03-15T23:00:00Z");
        world.to("2027-03-02T00:00:00Z");
        assertThat(owed("isp-north")).isEqualTo(eur(1800));
        assertThat(owed("isp-south")).isEqualTo(eur(0));
        world.to("2027-04-02T00:00:00Z");
        // 15 of 31 days, and 16 days less the hour that the spring takes.
        assertThat(owed("isp-north")).isEqualTo(eur(1800 + 872));
        assertThat(owed("isp-south")).isEqualTo(eur(799));
        // The hardware was paid without a channel.
        assertThat(world.balance(Chart.PARTNER_COST.of("internet"))).isEqualTo(eur(1800 + 872 + 799));
        assertThat(world.explained(DocumentLine.whole("supply", north.id())).getFirst().words()).contains("isp-north supplies INTERNET_100 for EUR 18.00");
        Margin.Service internet = world.database.read(handle -> Margin.of(handle, LocalDate.parse("2027-03-01"), LocalDate.parse("2027-04-01"), "EUR"))
                .services().stream().filter(each -> each.name().equals("internet")).findFirst().orElseThrow();
        assertThat(internet.fees()).isEqualTo(eur(872 + 799));
        assertThat(internet.margin()).isEqualTo(internet.revenue().minus(eur(872 + 799)));
        // Looking ahead posts nothing.
        world.billing.preview(world.bills(ada).getFirst().customerId(), java.time.YearMonth.parse("2027-04"));
        assertThat(owed("isp-south")).isEqualTo(eur(799));
    }

    @Test
    void whatASupplierGetsIsAgreedAheadAndOneAfterTheOther() {
        Supply first = supply("internet-100", "isp-north", 1800, "2027-02-01T00:00:00Z");
        assertThat(supply("INTERNET_100", "isp-north", 1800, "2027-03-01T00:00:00Z")).as("the same again").isEqualTo(first);
        refused("internet-100", "isp-south", 1700, "2027-01-15T00:00:00Z", "from 2027-02-01");
        refused("internet-100", "isp-south", 1700, "2026-12-31T00:00:00Z", "agreed ahead");
        refused("internet-100", "nobody", 1700, "2027-04-01T00:00:00Z", "/api/partner/nobody/billing");
        refused("internet-100", "isp-south", -1, "2027-04-01T00:00:00Z", "nothing or more");
        assertThat(world.database.read(supplies::all)).containsExactly(first);
    }

    @Test
    void aChannelWithACommissionIsOwedItAndOneWithAMarginOwesWhatItTookInLessItsPart() {
        channel("commission-shop", SalesChannel.Terms.COMMISSION);
        channel("margin-shop", SalesChannel.Terms.MARGIN);
        Bill ours = ordered("commission-shop");
        Money part = owed("commission-shop");
        assertThat(part.minor()).isPositive();
        assertThat(world.open(ours)).isEqualTo(ours.gross());
        assertThat(world.balance(Chart.PARTNER_COST.of("hardware"))).isEqualTo(part);

        Bill theirs = ordered("margin-shop");
        assertThat(theirs.gross()).isEqualTo(ours.gross());
        assertThat(owed("margin-shop")).isEqualTo(part.minus(theirs.gross()));
        assertThat(world.open(theirs)).isEqualTo(eur(0));
        assertThat(world.letters(ada).getLast().text()).contains("You pay it where you bought, and nothing of it to us.");
        // Nobody is reminded of what was paid at the till.
        world.to("2027-01-31T12:00:00Z");
        assertThat(world.letters(ada)).noneMatch(letter -> letter.subject().contains("Reminder"));
        assertThat(owed("margin-shop")).isEqualTo(part.minus(theirs.gross()));
    }

    /// A machine with a modem and Internet access, delivered now.
    private Bill ordered(@Nullable String channel) {
        ada = world.customer("ada" + UUID.randomUUID(), BERLIN);
        world.database.transact(handle -> {
            UUID quote = UUID.randomUUID();
            world.quotes.create(handle, quote, new QuoteRequest(ada, "family-tower", List.of("ssd-1tb"), "nights", null, null, null, null,
                    List.of("internet-100", "modem"), null, null, channel), "test");
            world.deliver(handle, world.orders.decide(handle, quote, new Orders.Answer(Verdict.DECLINED, 1, null, Channel.SHOP), "test"));
            return 0;
        });
        world.timetable.run();
        return world.bills(ada).getFirst();
    }

    private void channel(String id, SalesChannel.Terms terms) {
        world.database.transact(handle -> world.catalog.put(handle, new SalesChannel(id, 0, SalesChannel.Kind.RETAILER, id, terms, 10), "test"));
    }

    private Supply supply(String product, String partner, long minor, String from) {
        return world.database.transact(handle -> supplies.put(handle, product, partner, eur(minor), Instant.parse(from), "test"));
    }

    private void refused(String product, String partner, long minor, String from, String why) {
        assertThatThrownBy(() -> supply(product, partner, minor, from)).isInstanceOf(Refusal.class).hasMessageContaining(why);
    }

    private Money owed(String partner) {
        return world.balance(Chart.PARTNER.of(partner));
    }
}
