package leaseback.manager.catalog;

import java.util.random.RandomGenerator;

/// Numbers that people read, say and type: Crockford's base 32, which has no I, L, O or U.
public final class Numbers {
    /// The 32 letters, each worth five bits.
    public static final String LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private Numbers() {}

    /// `prefix` and `letters` letters. Random, so that keys spread and nobody counts our sales.
    public static String fresh(String prefix, int letters, RandomGenerator random) {
        StringBuilder text = new StringBuilder(prefix);
        for (int i = 0; i < letters; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
