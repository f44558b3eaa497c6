package leaseback.manager.web;

import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import leaseback.protocol.Calendar;

/// A calendar in as few words as an operator needs.
final class PromisedHours {
    private PromisedHours() {}

    /// `Mon–Fri 18:00–08:00, Sat–Sun all day`; days that share their hours share a phrase.
    static String words(Calendar calendar) {
        if (calendar.windows().isEmpty()) {
            return "never";
        }
        Map<String, Set<DayOfWeek>> days = new LinkedHashMap<>();
        calendar.windows().forEach(window -> days.computeIfAbsent(
                        window.minutes() == 24 * 60 && window.from().toSecondOfDay() == 0 ? "all day" : window.from() + "–" + window.to(),
                        hours -> EnumSet.noneOf(DayOfWeek.class))
                .add(window.day()));
        if (days.containsKey("all day") && days.get("all day").size() == 7) {
            return "at all hours";
        }
        List<String> phrases = new ArrayList<>();
        days.forEach((hours, set) -> phrases.add((set.size() == 7 ? "daily" : days(set)) + " " + hours));
        return String.join(", ", phrases);
    }

    /// Runs of days are joined: `Mon–Fri`, `Mon, Wed`.
    private static String days(Set<DayOfWeek> days) {
        List<String> runs = new ArrayList<>();
        DayOfWeek first = null;
        for (DayOfWeek day : days) {
            if (first == null) {
                first = day;
            }
            if (day == DayOfWeek.SUNDAY || !days.contains(day.plus(1))) {
                runs.add(first == day ? name(day) : name(first) + (first.plus(1) == day ? ", " : "–") + name(day));
                first = null;
            }
        }
        return String.join(", ", runs);
    }

    private static String name(DayOfWeek day) {
        return day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    }
}
