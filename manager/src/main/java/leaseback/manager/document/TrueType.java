package leaseback.manager.document;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A TrueType font: which glyph a letter has, how wide it is, and a font of just the glyphs that were used, as PDF embeds it.
/// Numbers and offsets are those of the OpenType specification. Reads fonts of our own only.
final class TrueType {
    private final String name;
    private final ByteBuffer font;
    private final Map<String, int[]> tables = new TreeMap<>();
    private final int unitsPerEm;
    private final int glyphs;
    private final int metrics;
    private final int segments;

    private TrueType(String name, byte[] bytes) {
        this.name = name;
        this.font = ByteBuffer.wrap(bytes);
        for (int i = 0; i < font.getShort(4); i++) {
            int at = 12 + 16 * i;
            tables.put(new String(bytes, at, 4, StandardCharsets.US_ASCII),
                    new int[] {font.getInt(at + 8), font.getInt(at + 12)});
        }
        unitsPerEm = unsigned("head", 18);
        glyphs = unsigned("maxp", 4);
        metrics = unsigned("hhea", 34);
        segments = windowsCmap();
    }

    /// @param name of a font in this package's resources, without `.ttf`
    static TrueType open(String name) {
        try (InputStream stream = TrueType.class.getResourceAsStream(name + ".ttf")) {
            if (stream == null) {
                throw new IllegalStateException("the font " + name + ".ttf is missing in the program");
            }
            return new TrueType(name, stream.readAllBytes());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String name() {
        return name;
    }

    /// The glyph of a letter; that of `?` where the font has none.
    int glyph(int letter) {
        int found = find(letter);
        return found != 0 ? found : find('?');
    }

    /// Thousandths of the font's size.
    int width(int glyph) {
        return scaled(unsigned("hmtx", 4 * Math.min(glyph, metrics - 1)));
    }

    /// Thousandths of the font's size.
    double width(String text) {
        return text.codePoints().map(letter -> width(glyph(letter))).sum();
    }

    int unitsPerEm() {
        return unitsPerEm;
    }

    /// How a glyph is drawn, as the table `glyf` has it; nothing for a blank.
    ByteBuffer outline(int glyph) {
        return font.slice(at("glyf") + place(glyph), place(glyph + 1) - place(glyph));
    }

    int ascent() {
        return scaled(font.getShort(at("hhea") + 4));
    }

    int descent() {
        return scaled(font.getShort(at("hhea") + 6));
    }

    /// Left, bottom, right, top.
    int[] box() {
        int head = at("head");
        return new int[] {scaled(font.getShort(head + 36)), scaled(font.getShort(head + 38)), scaled(font.getShort(head + 40)),
                scaled(font.getShort(head + 42))};
    }

    /// The same font with the outlines of just these glyphs, and what they are composed of; glyphs keep their numbers.
    byte[] subset(SortedSet<Integer> used) {
        SortedSet<Integer> kept = new TreeSet<>(used);
        kept.add(0);
        for (int glyph : used) {
            addParts(glyph, kept);
        }
        ByteArrayOutputStream outlines = new ByteArrayOutputStream();
        ByteBuffer places = ByteBuffer.allocate(4 * (glyphs + 1));
        for (int glyph = 0; glyph < glyphs; glyph++) {
            places.putInt(outlines.size());
            if (kept.contains(glyph)) {
                outlines.write(font.array(), at("glyf") + place(glyph), place(glyph + 1) - place(glyph));
                outlines.write(new byte[3], 0, -outlines.size() & 3);
            }
        }
        places.putInt(outlines.size());
        byte[] head = table("head");
        ByteBuffer.wrap(head).putInt(8, 0).putShort(50, (short) 1);
        Map<String, byte[]> parts = new LinkedHashMap<>();
        for (String each : new String[] {"cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"}) {
            switch (each) {
                case "glyf" -> parts.put(each, outlines.toByteArray());
                case "loca" -> parts.put(each, places.array());
                case "head" -> parts.put(each, head);
                default -> {
                    if (tables.containsKey(each)) {
                        parts.put(each, table(each));
                    }
                }
            }
        }
        return assembled(parts);
    }

    private static byte[] assembled(Map<String, byte[]> parts) {
        int size = 12 + 16 * parts.size() + parts.values().stream().mapToInt(part -> part.length + 3 & ~3).sum();
        ByteBuffer out = ByteBuffer.allocate(size);
        int power = Integer.highestOneBit(parts.size());
        out.putInt(0x00010000).putShort((short) parts.size()).putShort((short) (16 * power))
                .putShort((short) Integer.numberOfTrailingZeros(power)).putShort((short) (16 * (parts.size() - power)));
        int at = 12 + 16 * parts.size();
        for (Map.Entry<String, byte[]> part : parts.entrySet()) {
            byte[] padded = Arrays.copyOf(part.getValue(), part.getValue().length + 3 & ~3);
            out.put(part.getKey().getBytes(StandardCharsets.US_ASCII)).putInt(sum(padded)).putInt(at)
                    .putInt(part.getValue().length);
            out.put(at, padded);
            at += padded.length;
        }
        return out.array();
    }

    private static int sum(byte[] padded) {
        int sum = 0;
        for (int i = 0; i < padded.length; i += 4) {
            sum += ByteBuffer.wrap(padded).getInt(i);
        }
        return sum;
    }

    /// The glyphs that a composed glyph refers to.
    private void addParts(int glyph, SortedSet<Integer> kept) {
        if (place(glyph) == place(glyph + 1) || font.getShort(at("glyf") + place(glyph)) >= 0) {
            return;
        }
        int at = at("glyf") + place(glyph) + 10;
        int flags;
        do {
            flags = font.getShort(at);
            int part = font.getShort(at + 2) & 0xffff;
            if (kept.add(part)) {
                addParts(part, kept);
            }
            at += 4 + ((flags & 0x0001) != 0 ? 4 : 2);
            at += (flags & 0x0008) != 0 ? 2 : (flags & 0x0040) != 0 ? 4 : (flags & 0x0080) != 0 ? 8 : 0;
        } while ((flags & 0x0020) != 0);
    }

    /// Format 4: segments of letters, each with its first and last.
    private int find(int letter) {
        if (letter > 0xffff) {
            return 0;
        }
        int count = (font.getShort(segments + 6) & 0xffff) / 2;
        for (int i = 0; i < count; i++) {
            int last = font.getShort(segments + 14 + 2 * i) & 0xffff;
            if (letter > last) {
                continue;
            }
            int first = font.getShort(segments + 16 + 2 * count + 2 * i) & 0xffff;
            if (letter < first) {
                return 0;
            }
            int delta = font.getShort(segments + 16 + 4 * count + 2 * i);
            int rangeAt = segments + 16 + 6 * count + 2 * i;
            int range = font.getShort(rangeAt) & 0xffff;
            if (range == 0) {
                return letter + delta & 0xffff;
            }
            int glyph = font.getShort(rangeAt + range + 2 * (letter - first)) & 0xffff;
            return glyph == 0 ? 0 : glyph + delta & 0xffff;
        }
        return 0;
    }

    private int windowsCmap() {
        int cmap = at("cmap");
        for (int i = 0; i < font.getShort(cmap + 2); i++) {
            int at = cmap + 4 + 8 * i;
            int table = cmap + font.getInt(at + 4);
            if (font.getShort(at) == 3 && font.getShort(at + 2) == 1 && font.getShort(table) == 4) {
                return table;
            }
        }
        throw new IllegalStateException("the font " + name + " has no table of Unicode letters");
    }

    private int place(int glyph) {
        int loca = at("loca");
        return font.getShort(at("head") + 50) == 0 ? 2 * (font.getShort(loca + 2 * glyph) & 0xffff) : font.getInt(loca + 4 * glyph);
    }

    private byte[] table(String tag) {
        int start = at(tag);
        return Arrays.copyOfRange(font.array(), start, start + tables.getOrDefault(tag, new int[2])[1]);
    }

    private int at(String tag) {
        int[] table = tables.get(tag);
        if (table == null) {
            throw new IllegalStateException("the font " + name + " has no table " + tag);
        }
        return table[0];
    }

    private int unsigned(String tag, int offset) {
        return font.getShort(at(tag) + offset) & 0xffff;
    }

    private int scaled(int units) {
        return Math.round(units * 1000f / unitsPerEm);
    }
}
