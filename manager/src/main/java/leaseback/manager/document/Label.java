package leaseback.manager.document;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// What is stuck on a machine that takes part, 4 by 2 inches: a QR code of the address that says whether it still does, and the same in letters.
/// It says nothing that could become untrue, and nothing of whose machine it is. The same label makes the same bytes.
///
/// @param programme name of what the machine takes part in, 1 to 140 characters
/// @param code      as people read it
/// @param address   that answers for this code
/// @param made      when the code was
public record Label(String programme, String code, URI address, LocalDate made) {
    /// In points of 1/72 inch.
    private static final float WIDTH = 288;
    private static final float HEIGHT = 144;
    private static final float MARGIN = 12;
    private static final float SQUARE = HEIGHT - 2 * MARGIN;
    private static final float LEFT = MARGIN + SQUARE + 12;
    private static final float COLUMN = WIDTH - LEFT - MARGIN;
    private static final float GREY = 0.3f;
    private static final int PNG_DOTS = 300;
    private static final int ZPL_DOTS = 203;
    private static final int ZPL_LARGEST = 10;
    private static final String OPENING = "Part of this computer works for others in";
    private static final String ASK = "Whether it still does: scan this, or";
    private static final Fonts FONTS = new Fonts(TrueType.open("LiberationSans"), TrueType.open("LiberationSans-Bold"));

    /// Read once; they do not change.
    private record Fonts(TrueType plain, TrueType bold) {}

    /// In what form it is printed.
    public enum Format {
        /// A picture of 300 dots to the inch.
        PNG("image/png"),
        /// A page of the label's size.
        PDF("application/pdf"),
        /// For label printers that speak Zebra's language, with 203 dots to the inch.
        ZPL("application/zpl");

        private final String media;

        Format(String media) {
            this.media = media;
        }

        /// Its media type.
        public String media() {
            return media;
        }

        /// As part of a file's name.
        public String suffix() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Text at a place, its base line `y` points from the top.
    private record Placed(TrueType font, float size, float grey, float y, String text) {}

    public byte[] print(Format format) {
        return switch (format) {
            case PNG -> png();
            case PDF -> pdf();
            case ZPL -> zpl().getBytes(StandardCharsets.UTF_8);
        };
    }

    /// Of its modules, without a margin. A quarter of it may be scratched off.
    private BitMatrix square() {
        try {
            return new QRCodeWriter().encode(address.toASCIIString(), BarcodeFormat.QR_CODE, 0, 0,
                    Map.of(EncodeHintType.ERROR_CORRECTION, ErrorCorrectionLevel.Q, EncodeHintType.MARGIN, 0));
        } catch (WriterException tooLong) {
            throw new IllegalStateException("the address " + address + " fits no QR code; give the manager a shorter one", tooLong);
        }
    }

    private byte[] png() {
        float dots = PNG_DOTS / 72f;
        BufferedImage picture = new BufferedImage(Math.round(WIDTH * dots), Math.round(HEIGHT * dots), BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        pen.setColor(Color.BLACK);
        BitMatrix square = square();
        int module = (int) (SQUARE * dots / square.getWidth());
        int margin = Math.round(MARGIN * dots + (SQUARE * dots - module * square.getWidth()) / 2);
        for (Run run : runs(square)) {
            pen.fillRect(margin + run.x() * module, margin + run.y() * module, run.length() * module, module);
        }
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (Placed text : texts()) {
            pen.setColor(new Color(text.grey(), text.grey(), text.grey()));
            pen.fill(AffineTransform.getTranslateInstance(LEFT * dots, text.y() * dots)
                    .createTransformedShape(Outlines.of(text.font(), text.size() * dots, text.text())));
        }
        pen.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        // In memory: ImageIO would make files of its own otherwise.
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            if (!ImageIO.write(picture, "png", stream)) {
                throw new IllegalStateException("this Java writes no PNG; run it with the module java.desktop");
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    private byte[] pdf() {
        Pdf pdf = new Pdf(List.of(FONTS.plain(), FONTS.bold()), WIDTH, HEIGHT);
        pdf.page();
        BitMatrix square = square();
        float module = SQUARE / square.getWidth();
        for (Run run : runs(square)) {
            pdf.box(0, 0, MARGIN + run.x() * module, MARGIN + run.y() * module, run.length() * module, module);
        }
        for (Placed text : texts()) {
            pdf.text(0, text.font(), text.size(), text.grey(), LEFT, text.y(), text.text());
        }
        return pdf.write("Label " + code, "en", made, null, "");
    }

    /// Dark modules side by side.
    private record Run(int x, int y, int length) {}

    private static List<Run> runs(BitMatrix square) {
        List<Run> runs = new ArrayList<>();
        for (int y = 0; y < square.getHeight(); y++) {
            int x = 0;
            while (x < square.getWidth()) {
                int from = x;
                while (x < square.getWidth() && square.get(x, y)) {
                    x++;
                }
                if (x > from) {
                    runs.add(new Run(from, y, x - from));
                }
                x++;
            }
        }
        return runs;
    }

    private List<Placed> texts() {
        List<Placed> texts = new ArrayList<>();
        float y = MARGIN + 7;
        for (String line : wrapped(FONTS.plain(), 8, OPENING)) {
            texts.add(new Placed(FONTS.plain(), 8, GREY, y, line));
            y += 10;
        }
        float size = fitting(programme);
        y += size * 0.9f - 3;
        for (String line : wrapped(FONTS.bold(), size, programme)) {
            texts.add(new Placed(FONTS.bold(), size, 0, y, line));
            y += size * 1.2f;
        }
        texts.add(new Placed(FONTS.plain(), 7, GREY, HEIGHT - MARGIN - 25, ASK));
        String place = place();
        float small = (float) Math.min(7, COLUMN * 1000 / FONTS.plain().width(place));
        texts.add(new Placed(FONTS.plain(), small, 0, HEIGHT - MARGIN - 15, place));
        texts.add(new Placed(FONTS.bold(), 11, 0, HEIGHT - MARGIN, code));
        return texts;
    }

    /// Where the code can be typed.
    private String place() {
        String whole = address.toString();
        return whole.endsWith("/" + code) ? whole.substring(0, whole.length() - code.length() - 1) : whole;
    }

    /// The largest size at which this fits into the room for it.
    private static float fitting(String text) {
        float size = 15;
        while (size > 5 && wrapped(FONTS.bold(), size, text).size() * size * 1.2f > 60) {
            size -= 0.5f;
        }
        return size;
    }

    /// Lines that fit into the column, broken at blanks; a word that is wider is cut.
    private static List<String> wrapped(TrueType font, float size, String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            String rest = word;
            if (!line.isEmpty() && !fits(font, size, line + " " + rest)) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (!fits(font, size, rest) && rest.codePointCount(0, rest.length()) > 1) {
                int cut = rest.length();
                while (cut > 1 && !fits(font, size, rest.substring(0, cut))) {
                    cut = rest.offsetByCodePoints(cut, -1);
                }
                cut = Math.max(cut, rest.offsetByCodePoints(0, 1));
                lines.add(rest.substring(0, cut));
                rest = rest.substring(cut);
            }
            line.append(line.isEmpty() ? "" : " ").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }

    private static boolean fits(TrueType font, float size, String text) {
        return font.width(text) * size / 1000 <= COLUMN;
    }

    /// The printer draws code and letters itself, as sharply as it can.
    private String zpl() {
        float dots = ZPL_DOTS / 72f;
        int left = Math.round(LEFT * dots);
        int column = Math.round(COLUMN * dots);
        int module = Math.clamp((int) (SQUARE * dots) / square().getWidth(), 1, ZPL_LARGEST);
        float size = fitting(programme);
        int lines = wrapped(FONTS.bold(), size, programme).size();
        return """
                ^XA
                ^CI28
                ^PW%d
                ^LL%d
                ^FO%d,%d^BQN,2,%d^FH_^FDQA,%s^FS
                %s%s%s%s%s^XZ
                """.formatted(Math.round(WIDTH * dots), Math.round(HEIGHT * dots), Math.round(MARGIN * dots), Math.round(MARGIN * dots), module,
                escaped(address.toASCIIString()),
                field(left, MARGIN, 8, column, 2, OPENING),
                field(left, MARGIN + 25, size, column, lines, programme),
                field(left, HEIGHT - MARGIN - 31, 7, column, 1, ASK),
                field(left, HEIGHT - MARGIN - 21, 7, column, 1, place()),
                field(left, HEIGHT - MARGIN - 11, 11, column, 1, code));
    }

    private static String field(int left, float y, float size, int column, int lines, String text) {
        float dots = ZPL_DOTS / 72f;
        int height = Math.round(size * dots);
        return "^FO%d,%d^A0N,%d,%d^FB%d,%d,2,L^FH_^FD%s^FS\n".formatted(left, Math.round(y * dots), height, height, column, lines, escaped(text));
    }

    /// What would be read as a command is written as a number.
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '^' || each == '~' || each == '_' || each == '\\' || each < ' ') {
                out.append(String.format(Locale.ROOT, "_%02X", (int) each));
            } else {
                out.append(each);
            }
        }
        return out.toString();
    }
}
