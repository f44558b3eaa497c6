package leaseback.manager.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import leaseback.manager.catalog.Incentive.Basis;
import leaseback.manager.catalog.Incentive.Schedule;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class IncentiveTest {
    private static final Basis BASIS = new Basis(eur(60_000), eur(6_000));
    private final JsonMapper json = Documents.mapper();

    @Test
    void plansStoredBeforeClausesAreStillRead() {
        LeasePlan plan = json.readValue("""
                {"id":"p","version":3,"name":"P","share":{"kind":"PERCENT","percent":15},"leastBytes":1,"mostBytes":2,
                 "serving":[{"day":"MONDAY","from":"22:00","to":"05:00"}],"processor":[],"termMonths":24,"noticeDays":30,
                 "kilowattHour":{"minor":32,"currency":"EUR"},
                 "incentives":[{"kind":"DISCOUNT_PURCHASE","percent":10},{"kind":"HARDWARE_UPGRADE","part":"DRIVE"},
                   {"kind":"PAYOUT_MONTHLY","amount":{"minor":400,"currency":"EUR"}},{"kind":"SUPPORT"},
                   {"kind":"INTERNET_CREDIT","monthly":{"minor":1000,"currency":"EUR"}}]}""", LeasePlan.class);
        assertThat(plan.incentives()).containsExactly(new Incentive.DiscountPurchase(10), new Incentive.HardwareUpgrade(Option.Kind.DRIVE),
                new Incentive.PayoutMonthly(eur(400)), new Incentive.Support(), new Incentive.InternetCredit(eur(1000)));
        assertThat(plan.negotiation()).isNull();
        assertThat(plan.eligibility()).isEmpty();
        assertThat(json.readValue(json.writeValueAsString(plan), LeasePlan.class)).isEqualTo(plan);
    }

    @Test
    void everyKindHasItsWorthItsScheduleAndItsWords() {
        Clause clause = new Clause(Clause.OnBreach.END, 12, List.of());
        check(new Incentive.DiscountPurchase(15, clause), Schedule.ONCE, 9000);
        check(new Incentive.DiscountRate("Internet access", 25, eur(4000), clause), Schedule.MONTHLY, 1000);
        check(new Incentive.HardwareUpgrade(Option.Kind.DRIVE), Schedule.ONCE, 6000);
        check(upgrade(Incentive.HardwareUpgrade.Mode.PERCENT, 30, null), Schedule.ONCE, 1800);
        check(upgrade(Incentive.HardwareUpgrade.Mode.PRICE_MATCH, 0, eur(5000)), Schedule.ONCE, 1000);
        check(upgrade(Incentive.HardwareUpgrade.Mode.PRICE_MATCH, 0, eur(7000)), Schedule.ONCE, 0);
        check(new Incentive.SoftwareUpgrade("Office", eur(9900), clause), Schedule.ONCE, 9900);
        check(new Incentive.InternetCredit(eur(1000)), Schedule.MONTHLY, 1000);
        check(new Incentive.Support(), Schedule.MONTHLY, 0);
        check(new Incentive.Support(eur(500), clause), Schedule.MONTHLY, 500);
        check(new Incentive.ServiceContract("next business day", eur(1900), clause), Schedule.MONTHLY, 1900);
        check(new Incentive.PayoutMonthly(eur(400)), Schedule.MONTHLY, 400);
        check(usage(), Schedule.MONTHLY, 2000);
        check(new Incentive.BarterService("WEB_HOSTING", eur(1500), 12, clause), Schedule.MONTHLY, 1500);
        check(new Incentive.NthSystem(5, 20, clause), Schedule.ONCE, 12_000);
        check(new Incentive.RenewalBonus(eur(2500), clause), Schedule.AT_RENEWAL, 2500);
        for (Incentive.EventBonus.Event event : Incentive.EventBonus.Event.values()) {
            check(new Incentive.EventBonus(event, eur(2000), clause), Schedule.AT_EVENT, 2000);
        }
        check(new Incentive.HardwareUpgrade(Option.Kind.DRIVE, Incentive.HardwareUpgrade.Mode.FREE, 0, null, clause, 12), Schedule.ONCE, 6000);
    }

    @Test
    void useIsPaidInProportionUpToTheMost() {
        assertThat(usage().pays(BigDecimal.ZERO)).isEqualTo(eur(0));
        assertThat(usage().pays(new BigDecimal("333.3"))).isEqualTo(eur(50));
        assertThat(usage().pays(new BigDecimal("1000000"))).isEqualTo(eur(2000));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new Clause(Clause.OnBreach.CLAWBACK, 0, List.of())).hasMessageContaining("amortiseMonths");
        assertThatThrownBy(() -> new Incentive.DiscountPurchase(101)).hasMessageContaining("1 to 100 percent, not 101");
        assertThatThrownBy(() -> upgrade(Incentive.HardwareUpgrade.Mode.PRICE_MATCH, 0, null)).hasMessageContaining("needs match");
        assertThatThrownBy(() -> new Incentive.NthSystem(1, 10, Clause.PLAIN)).hasMessageContaining("from 2 to 500");
    }

    private void check(Incentive incentive, Schedule schedule, long worth) {
        assertThat(incentive.schedule()).isEqualTo(schedule);
        assertThat(incentive.worth(BASIS)).as(incentive.toString()).isEqualTo(eur(worth));
        assertThat(incentive.words()).endsWith(".").startsWith(incentive.sentence());
        String written = json.writerFor(Incentive.class).writeValueAsString(incentive);
        assertThat(json.readValue(written, Incentive.class)).as(written).isEqualTo(incentive);
    }

    private static Incentive.PayoutUsage usage() {
        return new Incentive.PayoutUsage(Incentive.PayoutUsage.Resource.GIB_MONTHS_KEPT, eur(150), 1000, eur(2000), Clause.PLAIN);
    }

    private static Incentive upgrade(Incentive.HardwareUpgrade.Mode mode, int percent, @Nullable Money match) {
        return new Incentive.HardwareUpgrade(Option.Kind.DRIVE, mode, percent, match, Clause.PLAIN);
    }

    private static Money eur(long minor) {
        return new Money(minor, "EUR");
    }
}
