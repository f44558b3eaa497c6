package leaseback.manager.lease;

import biweekly.ICalendar;
import biweekly.component.ICalComponent;
import biweekly.component.RawComponent;
import biweekly.component.VEvent;
import biweekly.io.scribe.component.RawComponentScribe;
import biweekly.io.text.ICalReader;
import biweekly.property.DateEnd;
import biweekly.property.DateOrDateTimeProperty;
import biweekly.property.DateStart;
import biweekly.property.DurationProperty;
import biweekly.property.ExceptionDates;
import biweekly.property.RawProperty;
import biweekly.property.RecurrenceDates;
import biweekly.property.RecurrenceId;
import biweekly.property.RecurrenceRule;
import biweekly.property.Status;
import biweekly.property.Summary;
import biweekly.property.Uid;
import biweekly.util.DateTimeComponents;
import biweekly.util.Frequency;
import biweekly.util.ICalDate;
import biweekly.util.Recurrence;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import leaseback.manager.catalog.Refusal;
import leaseback.protocol.Calendar;
import org.jspecify.annotations.Nullable;

/// The whole days of an iCalendar file (RFC 5545, and VAVAILABILITY of RFC 7953). A stranger wrote it: size, events and repetitions are
/// bounded, its time zones are never read, and nothing is fetched.
final class CalendarFile {
    static final int MOST_CHARACTERS = 256 * 1024;
    static final int MOST_EVENTS = 2000;
    private static final int OLDEST_YEAR = 1900;
    private static final String UNDERSTOOD = "understood are VEVENTs of whole days (DTSTART;VALUE=DATE, or from midnight to midnight), once, with "
            + "RDATE and EXDATE, or with RRULE:FREQ=YEARLY by BYMONTH, BYMONTHDAY and BYDAY; and VAVAILABILITY from midnight to midnight "
            + "without AVAILABLE inside";

    private final LocalDate from;
    private final LocalDate to;
    private final Map<LocalDate, String> days = new TreeMap<>();
    private int passedOver;

    private CalendarFile(LocalDate from, LocalDate to) {
        this.from = from;
        this.to = to;
    }

    /// @param days       at least one, first to last, each once
    /// @param passedOver events that do not last whole days
    record Days(List<Holiday> days, int passedOver) {}

    /// Those from `from` to `to`, both included.
    ///
    /// @throws Refusal that says what is understood
    static Days read(String ics, LocalDate from, LocalDate to) {
        if (ics.length() > MOST_CHARACTERS) {
            throw unfit("it has " + ics.length() + " characters; at most " + MOST_CHARACTERS + " are read");
        }
        CalendarFile file = new CalendarFile(from, to);
        try (ICalReader reader = new ICalReader(ics)) {
            // Read as a time zone it would be evaluated, and its rules are a stranger's; all we want is what the wall shows.
            reader.registerScribe(new RawComponentScribe("VTIMEZONE"));
            List<VEvent> events = new ArrayList<>();
            List<RawComponent> availabilities = new ArrayList<>();
            for (ICalendar calendar = reader.readNext(); calendar != null; calendar = reader.readNext()) {
                events.addAll(calendar.getEvents());
                availabilities.addAll(calendar.getExperimentalComponents("VAVAILABILITY"));
            }
            if (events.size() + availabilities.size() > MOST_EVENTS) {
                throw unfit("it has " + (events.size() + availabilities.size()) + " events; at most " + MOST_EVENTS + " are read");
            }
            file.events(events);
            availabilities.forEach(file::availability);
        } catch (IOException | IllegalArgumentException | DateTimeException broken) {
            throw unfit(String.valueOf(broken.getMessage()));
        }
        if (file.days.isEmpty()) {
            throw unfit("it has no whole day from " + from + " to " + to + " (" + file.passedOver + " events were passed over)");
        }
        return new Days(file.days.entrySet().stream().map(each -> new Holiday(each.getKey(), each.getValue())).toList(), file.passedOver);
    }

    private void events(List<VEvent> events) {
        Map<String, Set<LocalDate>> moved = new HashMap<>();
        for (VEvent event : events) {
            DateTimeComponents id = components(event.getProperty(RecurrenceId.class));
            if (id != null) {
                moved.computeIfAbsent(uid(event), key -> new HashSet<>()).add(day(id));
            }
        }
        for (VEvent event : events) {
            Status status = event.getStatus();
            if (status == null || !status.isCancelled()) {
                boolean instance = event.getProperty(RecurrenceId.class) != null;
                event(event, instance ? Set.of() : moved.getOrDefault(uid(event), Set.of()));
            }
        }
    }

    private void event(VEvent event, Set<LocalDate> moved) {
        DateTimeComponents start = components(event.getDateStart());
        long length = start == null ? 0 : length(event, start);
        if (start == null || length == 0) {
            passedOver++;
            return;
        }
        Set<LocalDate> starts = new TreeSet<>(Set.of(day(start)));
        for (RecurrenceRule rule : event.getProperties(RecurrenceRule.class)) {
            if (rule.getValue() == null) {
                throw unfit("the repetition of \"" + summary(event) + "\" cannot be read");
            }
            starts.addAll(repeated(day(start), length, checked(rule.getValue(), event)));
        }
        for (RecurrenceDates more : event.getProperties(RecurrenceDates.class)) {
            more.getDates().forEach(each -> starts.add(day(raw(each))));
        }
        for (ExceptionDates less : event.getProperties(ExceptionDates.class)) {
            less.getValues().forEach(each -> starts.remove(day(raw(each))));
        }
        starts.removeAll(moved);
        starts.forEach(first -> add(first, length, summary(event)));
    }

    private void availability(RawComponent availability) {
        RawProperty busy = availability.getExperimentalProperty("BUSYTYPE");
        DateTimeComponents start = components(availability.getProperty(DateStart.class));
        long length = start == null ? 0 : length(availability, start);
        if (!availability.getExperimentalComponents("AVAILABLE").isEmpty()) {
            throw unfit("\"" + summary(availability) + "\" is a VAVAILABILITY with AVAILABLE inside; the hours of a week stand in the plan");
        }
        if (start == null || length == 0 || (busy != null && busy.getValue().toUpperCase(Locale.ROOT).contains("TENTATIVE"))) {
            passedOver++;
            return;
        }
        add(day(start), length, summary(availability));
    }

    private void add(LocalDate first, long length, String summary) {
        for (LocalDate day = first; day.isBefore(first.plusDays(length)); day = day.plusDays(1)) {
            if (!day.isBefore(from) && !day.isAfter(to)) {
                days.putIfAbsent(day, summary);
            }
        }
    }

    /// In days; 0 when it does not last whole days.
    private static long length(ICalComponent component, DateTimeComponents start) {
        DateTimeComponents end = components(component.getProperty(DateEnd.class));
        DurationProperty duration = component.getProperty(DurationProperty.class);
        long length;
        if (!midnight(start)) {
            return 0;
        } else if (end != null) {
            // Some calendars let a single day end on the day on which it begins.
            length = midnight(end) ? Math.max(ChronoUnit.DAYS.between(day(start), day(end)), start.hasTime() ? 0 : 1) : 0;
        } else if (duration != null && duration.getValue() != null) {
            long millis = duration.getValue().toMillis();
            length = millis > 0 && millis % Duration.ofDays(1).toMillis() == 0 ? Duration.ofMillis(millis).toDays() : 0;
        } else {
            length = start.hasTime() ? 0 : 1;
        }
        if (length > Calendar.MOST_WHOLE_DAYS) {
            throw unfit("\"" + summary(component) + "\" lasts " + length + " days; at most " + Calendar.MOST_WHOLE_DAYS + " are taken");
        }
        return length;
    }

    private static Recurrence checked(Recurrence rule, VEvent event) {
        boolean plain = rule.getFrequency() == Frequency.YEARLY && rule.getBySecond().isEmpty() && rule.getByMinute().isEmpty()
                && rule.getByHour().isEmpty() && rule.getByYearDay().isEmpty() && rule.getByWeekNo().isEmpty()
                && rule.getBySetPos().isEmpty() && rule.getXRules().isEmpty()
                && rule.getByMonth().size() + rule.getByMonthDay().size() + rule.getByDay().size() <= 31
                && (rule.getInterval() == null || (rule.getInterval() >= 1 && rule.getInterval() <= 10));
        if (!plain) {
            throw unfit("\"" + summary(event) + "\" repeats otherwise than yearly, or by more than that; what repeats weekly stands in the plan");
        }
        return rule;
    }

    /// Its first days that matter. Yearly rules are short: the library gives up on one that yields nothing within a century.
    @SuppressWarnings("JavaUtilDate") // the library reckons in it; at midnight UTC it is a date
    private Set<LocalDate> repeated(LocalDate first, long length, Recurrence rule) {
        Set<LocalDate> found = new HashSet<>();
        var utc = java.util.TimeZone.getTimeZone("UTC");
        var dates = rule.getDateIterator(new ICalDate(new DateTimeComponents(first.getYear(), first.getMonthValue(), first.getDayOfMonth(), 0, 0, 0,
                true), false), utc);
        while (dates.hasNext()) {
            LocalDate day = dates.next().toInstant().atZone(java.time.ZoneOffset.UTC).toLocalDate();
            if (day.isAfter(to)) {
                break;
            }
            if (!day.plusDays(length).isBefore(from)) {
                found.add(day);
            }
        }
        return found;
    }

    private static @Nullable DateTimeComponents components(@Nullable DateOrDateTimeProperty property) {
        return property == null || property.getValue() == null ? null : raw(property.getValue());
    }

    private static DateTimeComponents raw(ICalDate date) {
        DateTimeComponents components = date.getRawComponents();
        if (components == null) {
            throw unfit("one of its dates cannot be read");
        }
        return components;
    }

    private static LocalDate day(DateTimeComponents date) {
        if (date.getYear() < OLDEST_YEAR) {
            throw unfit("it has a date in the year " + date.getYear() + "; dates from " + OLDEST_YEAR + " on are read");
        }
        return LocalDate.of(date.getYear(), date.getMonth(), date.getDate());
    }

    /// A date alone, or the beginning of a day on the wall; another zone's midnight is no day of ours.
    private static boolean midnight(DateTimeComponents date) {
        return !date.hasTime() || (!date.isUtc() && date.getHour() == 0 && date.getMinute() == 0 && date.getSecond() == 0);
    }

    private static String uid(VEvent event) {
        Uid uid = event.getUid();
        return uid == null || uid.getValue() == null ? "" : uid.getValue();
    }

    private static String summary(ICalComponent component) {
        Summary summary = component.getProperty(Summary.class);
        String text = summary == null || summary.getValue() == null ? "" : summary.getValue().replaceAll("\\p{Cntrl}+", " ").strip();
        return text.isEmpty() ? "holiday" : text.substring(0, text.offsetByCodePoints(0, Math.min(100, text.codePointCount(0, text.length()))));
    }

    private static Refusal unfit(String why) {
        return Refusal.unfit("the calendar cannot be taken: " + why + "; " + UNDERSTOOD);
    }
}
