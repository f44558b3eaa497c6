package leaseback.manager.compliance;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Compares releases such as `1.4.0` and `1.4.0-SNAPSHOT`: number by number, what follows a hyphen is left aside.
final class Release {
    private static final Pattern FORM = Pattern.compile("\\d{1,6}(\\.\\d{1,6}){0,4}(-.*)?");

    private Release() {}

    static boolean known(String release) {
        return FORM.matcher(release).matches();
    }

    /// What cannot be read is not held against anybody.
    static boolean older(String release, String than) {
        if (!known(release) || !known(than)) {
            return false;
        }
        List<Integer> left = numbers(release);
        List<Integer> right = numbers(than);
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            int difference = (i < left.size() ? left.get(i) : 0) - (i < right.size() ? right.get(i) : 0);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return false;
    }

    private static List<Integer> numbers(String release) {
        int hyphen = release.indexOf('-');
        List<Integer> numbers = new ArrayList<>();
        for (String part : (hyphen < 0 ? release : release.substring(0, hyphen)).split("\\.", -1)) {
            numbers.add(Integer.parseInt(part));
        }
        return numbers;
    }
}
