package leaseback.manager.payment;

import java.text.Normalizer;

/// What banks carry along and what they do not.
final class Texts {
    private Texts() {}

    /// One line, cut.
    static String line(String text, int longest) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= longest ? line : line.substring(0, line.offsetByCodePoints(0, line.codePointCount(0, longest)));
    }

    /// In the letters that every bank of SEPA takes; umlauts written out, accents dropped, anything else a full stop.
    static String sepa(String text, int longest) {
        String plain = text.replace("\u00e4", "ae").replace("\u00f6", "oe").replace("\u00fc", "ue").replace("\u00c4", "Ae")
                .replace("\u00d6", "Oe").replace("\u00dc", "Ue").replace("\u00df", "ss").replace("&", "+");
        String known = Normalizer.normalize(plain, Normalizer.Form.NFKD).replaceAll("\\p{M}", "").replaceAll("[^A-Za-z0-9/?:().,'+ -]", ".");
        String line = line(known, longest);
        return line.isEmpty() ? "." : line;
    }
}
