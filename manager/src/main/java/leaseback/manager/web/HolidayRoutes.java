package leaseback.manager.web;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.MayBeMissing;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Holiday;
import leaseback.manager.lease.Holidays;
import leaseback.manager.lease.Leases;

/// The public holidays of a lease, on which its machine is promised all day.
public final class HolidayRoutes implements Routes {
    private final Database database;
    private final Leases leases;
    private final Holidays holidays;

    public HolidayRoutes(Database database, Leases leases, Holidays holidays) {
        this.database = database;
        this.leases = leases;
        this.holidays = holidays;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/agreement/{id}/holiday", this::list, TokenRole.CUSTOMER)
                        .says("The holidays of a lease, on which its machine is promised all day").givesMany(Holiday.class),
                Route.of("POST", "/api/agreement/{id}/holiday", this::take, TokenRole.CUSTOMER)
                        .says("Takes holidays from the text of an iCalendar file").takes(WantedHolidays.class).gives(Holidays.Imported.class)
                        .refuses(409, "Its plan has no holidays, or it has come to its end"),
                Route.of("DELETE", "/api/agreement/{id}/holiday/{date}", this::remove, TokenRole.CUSTOMER)
                        .says("Makes a holiday ahead a day like others; answers with those that are left").givesMany(Holiday.class)
                        .refuses(409, "The day is not ahead any more"));
    }

    /// @param ics     the text of an iCalendar file
    /// @param replace whether days ahead that it does not have are taken away
    record WantedHolidays(String ics, @MayBeMissing boolean replace) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedHolidays {
            if (ics == null) {
                throw new IllegalArgumentException("give the text of a calendar file, such as {\"ics\":\"BEGIN:VCALENDAR...\"}");
            }
        }
    }

    private Answer list(Call call) {
        UUID id = own(call);
        return Pages.one(call, database.read(handle -> holidays.of(handle, id)));
    }

    private Answer take(Call call) {
        WantedHolidays wanted = call.body(WantedHolidays.class);
        UUID id = own(call);
        return Pages.one(call, database.transact(handle -> holidays.take(handle, id, wanted.ics(), wanted.replace(), call.actor())));
    }

    private Answer remove(Call call) {
        LocalDate day;
        try {
            day = LocalDate.parse(call.variable("date"));
        } catch (DateTimeException wrong) {
            throw new Problem(404, "a holiday is a date such as 2027-10-03, not \"" + call.variable("date") + "\"");
        }
        UUID id = own(call);
        return Pages.one(call, database.transact(handle -> {
            holidays.remove(handle, id, day, call.actor());
            return holidays.of(handle, id);
        }));
    }

    private UUID own(Call call) {
        UUID id = call.id("agreement");
        return database.read(handle -> leases.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("agreement", id)).id();
    }
}
