package leaseback.manager.document;

import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.nio.ByteBuffer;

/// The shapes of letters, for pictures. The JDK would draw text too, but only with font libraries of the system, which a bare server lacks.
/// Numbers and flags are those of the OpenType specification's table `glyf`.
final class Outlines {
    private static final int DEEPEST = 4;
    private final TrueType font;
    private final Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);

    private Outlines(TrueType font) {
        this.font = font;
    }

    /// One line of text whose base line begins at 0, 0.
    ///
    /// @param size of an em, in the picture's points
    static Path2D of(TrueType font, double size, String text) {
        Outlines outlines = new Outlines(font);
        double x = 0;
        for (int letter : text.codePoints().toArray()) {
            int glyph = font.glyph(letter);
            AffineTransform place = AffineTransform.getTranslateInstance(x, 0);
            // Fonts count upwards, pictures downwards.
            place.scale(size / font.unitsPerEm(), -size / font.unitsPerEm());
            outlines.add(glyph, place, 0);
            x += size * font.width(glyph) / 1000;
        }
        return outlines.path;
    }

    private void add(int glyph, AffineTransform place, int depth) {
        ByteBuffer data = font.outline(glyph);
        if (!data.hasRemaining() || depth > DEEPEST) {
            return;
        }
        int contours = data.getShort(0);
        if (contours >= 0) {
            simple(data, contours, place);
        } else {
            composed(data, place, depth);
        }
    }

    private void composed(ByteBuffer data, AffineTransform place, int depth) {
        int at = 10;
        int flags;
        do {
            flags = data.getShort(at);
            int part = data.getShort(at + 2) & 0xffff;
            boolean words = (flags & 0x0001) != 0;
            AffineTransform within = new AffineTransform(place);
            within.translate(words ? data.getShort(at + 4) : data.get(at + 4), words ? data.getShort(at + 6) : data.get(at + 5));
            at += words ? 8 : 6;
            if ((flags & 0x0008) != 0) {
                within.scale(fixed(data, at), fixed(data, at));
                at += 2;
            } else if ((flags & 0x0040) != 0) {
                within.scale(fixed(data, at), fixed(data, at + 2));
                at += 4;
            } else if ((flags & 0x0080) != 0) {
                within.concatenate(new AffineTransform(fixed(data, at), fixed(data, at + 2), fixed(data, at + 4), fixed(data, at + 6), 0, 0));
                at += 8;
            }
            add(part, within, depth + 1);
        } while ((flags & 0x0020) != 0);
    }

    private static double fixed(ByteBuffer data, int at) {
        return data.getShort(at) / 16384.0;
    }

    private void simple(ByteBuffer data, int contours, AffineTransform place) {
        int points = contours == 0 ? 0 : (data.getShort(8 + 2 * contours) & 0xffff) + 1;
        data.position(12 + 2 * contours + (data.getShort(10 + 2 * contours) & 0xffff));
        int[] flags = new int[points];
        for (int i = 0; i < points; i++) {
            int flag = data.get() & 0xff;
            flags[i] = flag;
            for (int again = (flag & 0x08) == 0 ? 0 : data.get() & 0xff; again > 0; again--) {
                flags[++i] = flag;
            }
        }
        double[] places = new double[2 * points];
        coordinates(data, flags, 0x02, 0x10, places, 0);
        coordinates(data, flags, 0x04, 0x20, places, 1);
        place.transform(places, 0, places, 0, points);
        int first = 0;
        for (int i = 0; i < contours; i++) {
            int last = data.getShort(10 + 2 * i) & 0xffff;
            contour(places, flags, first, last);
            first = last + 1;
        }
    }

    private static void coordinates(ByteBuffer data, int[] flags, int brief, int same, double[] places, int axis) {
        int value = 0;
        for (int i = 0; i < flags.length; i++) {
            if ((flags[i] & brief) != 0) {
                int step = data.get() & 0xff;
                value += (flags[i] & same) != 0 ? step : -step;
            } else if ((flags[i] & same) == 0) {
                value += data.getShort();
            }
            places[2 * i + axis] = value;
        }
    }

    /// Points on the curve, and between them points that pull; between two of these lies one on the curve that is not written.
    private void contour(double[] places, int[] flags, int first, int last) {
        int count = last - first + 1;
        if (count < 2) {
            return;
        }
        int start = first;
        while (start <= last && (flags[start] & 1) == 0) {
            start++;
        }
        boolean unwritten = start > last;
        start = unwritten ? first : start;
        double x = places[2 * start];
        double y = places[2 * start + 1];
        if (unwritten) {
            x = (x + places[2 * last]) / 2;
            y = (y + places[2 * last + 1]) / 2;
        }
        path.moveTo(x, y);
        boolean pulled = unwritten;
        double pullX = places[2 * start];
        double pullY = places[2 * start + 1];
        for (int i = 1; i < count; i++) {
            int point = first + (start - first + i) % count;
            double atX = places[2 * point];
            double atY = places[2 * point + 1];
            boolean on = (flags[point] & 1) != 0;
            if (pulled) {
                path.quadTo(pullX, pullY, on ? atX : (pullX + atX) / 2, on ? atY : (pullY + atY) / 2);
            } else if (on) {
                path.lineTo(atX, atY);
            }
            pulled = !on;
            pullX = atX;
            pullY = atY;
        }
        if (pulled) {
            path.quadTo(pullX, pullY, x, y);
        }
        path.closePath();
    }
}
