package leaseback.manager.lease;

import java.time.DayOfWeek;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Sizes;
import leaseback.protocol.Window;

/// What a lease promises, in the owner's words.
public final class Promise {
    private Promise() {}

    /// Three or four sentences: what may be used and when, and what is paid for it.
    public static String words(LeasePlan plan, long leasedBytes, ZoneId zone, Money monthlyPay) {
        return "We may keep up to " + Sizes.words(leasedBytes) + " of other people's sealed data on this machine's drive. "
                + "It is to be on " + hours(plan.serving()) + ", and its processor may work for others "
                + hours(plan.processor()) + " (" + zone.getId() + "). "
                + (plan.holidays() ? holidays(plan) + " " : "")
                + (monthlyPay.minor() == 0 ? "No monthly payment is agreed."
                        : "You are paid " + monthlyPay + " for every month kept in full.");
    }

    /// What is promised on days that the owner names, of a plan that has them.
    public static String holidays(LeasePlan plan) {
        return "On public holidays, by the calendar that you give us, it is on all day, from midnight to midnight"
                + (plan.processor().isEmpty() ? "." : ", and its processor may work for others all day.");
    }

    /// `every day from 22:00 to 05:00`, `at all hours`, `never`; days that share their hours share a phrase.
    public static String hours(List<Window> windows) {
        if (windows.isEmpty()) {
            return "never";
        }
        Map<String, Set<DayOfWeek>> days = new LinkedHashMap<>();
        for (Window window : windows) {
            days.computeIfAbsent("from " + window.from() + " to " + window.to(), key -> EnumSet.noneOf(DayOfWeek.class))
                    .add(window.day());
        }
        if (EnumSet.allOf(DayOfWeek.class).equals(days.get("from 00:00 to 00:00"))) {
            return "at all hours";
        }
        List<String> phrases = new ArrayList<>();
        days.forEach((hours, set) -> phrases.add(days(set) + " " + hours));
        return String.join(", ", phrases);
    }

    private static String days(Set<DayOfWeek> days) {
        if (days.size() == 7) {
            return "every day";
        }
        return "on " + String.join(", ", days.stream().map(day -> day.getDisplayName(TextStyle.FULL, Locale.ENGLISH)).toList());
    }
}
