package leaseback.manager.storage;

import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// What locks the new objects of a bucket that ask for no lock themselves.
///
/// @param mode   null when nothing does; then both numbers are 0
/// @param days   or
/// @param years  one of both is positive
public record LockRule(@Nullable LockMode mode, int days, int years) {
    public static final LockRule NOTHING = new LockRule(null, 0, 0);

    public LockRule {
        boolean none = days == 0 && years == 0;
        if (days < 0 || years < 0 || days > 0 && years > 0 || (mode == null) != none) {
            throw new IllegalArgumentException("a lock rule is for days or for years: " + mode + ", " + days + ", " + years);
        }
    }

    ObjectLock from(Instant now) {
        return mode == null ? ObjectLock.NONE
                : new ObjectLock(mode, now.atOffset(ZoneOffset.UTC).plus(Period.of(years, 0, days)).toInstant(), false);
    }

    String text() {
        return mode == null ? "" : mode + (days > 0 ? " " + days + " DAYS" : " " + years + " YEARS");
    }

    static LockRule parse(String text) {
        if (text.isEmpty()) {
            return NOTHING;
        }
        String[] words = text.split(" ");
        int number = Integer.parseInt(words[1]);
        boolean days = words[2].equals("DAYS");
        return new LockRule(LockMode.valueOf(words[0]), days ? number : 0, days ? 0 : number);
    }
}
