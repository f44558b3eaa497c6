package leaseback.manager.storage;

import org.jspecify.annotations.Nullable;

/// The order of keys: that of their UTF-8 bytes, which is that of their code points (and not of Java's chars).
final class KeyOrder {
    private KeyOrder() {}

    /// The key up to and with the first delimiter behind the prefix; null when there is none.
    static @Nullable String commonPrefix(String prefix, @Nullable String delimiter, String key) {
        if (delimiter == null || delimiter.isEmpty()) {
            return null;
        }
        int at = key.indexOf(delimiter, prefix.length());
        return at < 0 ? null : key.substring(0, at + delimiter.length());
    }

    /// The least text behind everything that starts with `prefix`; null when there is none.
    static @Nullable String behind(String prefix) {
        int end = prefix.length();
        while (end > 0) {
            int last = prefix.codePointBefore(end);
            end -= Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                // Surrogates are no characters and have no UTF-8.
                int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
                return prefix.substring(0, end) + Character.toString(next);
            }
        }
        return null;
    }
}
