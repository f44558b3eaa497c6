package leaseback.manager.document;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import leaseback.manager.catalog.Documents;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/// A PDF/A-3b file (ISO 19005-3): pages of text and lines in embedded fonts, and perhaps one file attached. The same input makes the
/// same bytes, so that a document can be made again and compared.
final class Pdf {
    static final float WIDTH = 595.28f;
    static final float HEIGHT = 841.89f;
    private final Map<TrueType, SortedMap<Integer, Integer>> used;
    private final List<StringBuilder> pages = new ArrayList<>();
    private final List<TrueType> fonts;
    private final float width;
    private final float height;
    private final List<byte[]> objects = new ArrayList<>();

    /// Of pages as large as A4.
    Pdf(List<TrueType> fonts) {
        this(fonts, WIDTH, HEIGHT);
    }

    /// @param width  of its pages, in points
    /// @param height of its pages, in points
    Pdf(List<TrueType> fonts, float width, float height) {
        this.fonts = fonts;
        this.width = width;
        this.height = height;
        this.used = new HashMap<>();
        fonts.forEach(font -> used.put(font, new TreeMap<>()));
    }

    /// A page more; what is drawn lands on the newest, or on the one chosen.
    void page() {
        pages.add(new StringBuilder());
    }

    int pages() {
        return pages.size();
    }

    /// @param page from 0
    /// @param x    points from the left
    /// @param y    points from the top
    /// @param grey 0 black to 1 white
    void text(int page, TrueType font, float size, float grey, float x, float y, String text) {
        StringBuilder glyphs = new StringBuilder();
        text.codePoints().forEach(letter -> {
            int glyph = font.glyph(letter);
            used.getOrDefault(font, new TreeMap<>()).putIfAbsent(glyph, letter);
            glyphs.append(String.format(Locale.ROOT, "%04X", glyph));
        });
        pages.get(page).append(String.format(Locale.ROOT, "BT %.2f g /F%d %.2f Tf %.2f %.2f Td <%s> Tj ET\n", grey,
                fonts.indexOf(font), size, x, height - y, glyphs));
    }

    /// A filled box, or a line where it is thin.
    void box(int page, float grey, float x, float y, float wide, float high) {
        pages.get(page).append(String.format(Locale.ROOT, "%.2f g %.2f %.2f %.2f %.2f re f\n", grey, x, height - y - high, wide, high));
    }

    /// A file within the file.
    @SuppressWarnings("ArrayRecordComponent")
    record Attachment(String name, String type, byte[] content, String description, LocalDate day) {}

    /// @param metadata further descriptions of RDF, for the attachment
    byte[] write(String title, String language, LocalDate day, @Nullable Attachment attachment, String metadata) {
        objects.clear();
        int catalog = reserve();
        int tree = reserve();
        List<String> kids = new ArrayList<>();
        StringBuilder fontNames = new StringBuilder();
        for (int i = 0; i < fonts.size(); i++) {
            fontNames.append("/F").append(i).append(' ').append(font(fonts.get(i))).append(" 0 R ");
        }
        for (StringBuilder page : pages) {
            int content = stream("", page.toString().getBytes(StandardCharsets.US_ASCII));
            kids.add(add("<< /Type /Page /Parent " + tree + " 0 R /MediaBox [0 0 " + width + " " + height + "] /Resources << /Font << " + fontNames
                    + ">> >> /Contents " + content + " 0 R >>") + " 0 R");
        }
        set(tree, "<< /Type /Pages /Count " + pages.size() + " /Kids [" + String.join(" ", kids) + "] >>");
        int profile = stream("/N 3 ", ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData());
        int xmp = plainStream("/Type /Metadata /Subtype /XML ", xmp(title, language, day, metadata).getBytes(StandardCharsets.UTF_8));
        String attached = "";
        if (attachment != null) {
            String stamp = "(D:" + attachment.day().toString().replace("-", "") + "000000Z)";
            int file = stream("/Type /EmbeddedFile /Subtype /" + attachment.type().replace("/", "#2F") + " /Params << /Size "
                    + attachment.content().length + " /ModDate " + stamp + " >> ", attachment.content());
            int spec = add("<< /Type /Filespec /F " + literal(attachment.name()) + " /UF " + literal(attachment.name()) + " /Desc "
                    + literal(attachment.description()) + " /AFRelationship /Alternative /EF << /F " + file + " 0 R /UF " + file + " 0 R >> >>");
            attached = " /AF [" + spec + " 0 R] /PageMode /UseNone /Names << /EmbeddedFiles << /Names [" + literal(attachment.name()) + " " + spec
                    + " 0 R] >> >>";
        }
        set(catalog, "<< /Type /Catalog /Pages " + tree + " 0 R /Lang " + literal(language) + " /Metadata " + xmp + " 0 R /ViewerPreferences"
                + " << /DisplayDocTitle true >> /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1)"
                + " /Info (sRGB IEC61966-2.1) /DestOutputProfile " + profile + " 0 R >>]" + attached + " >>");
        return file(catalog);
    }

    private byte[] file(int catalog) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        // The second line's bytes above 127 tell programs that this is not text.
        out.writeBytes("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n".getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder places = new StringBuilder("xref\n0 " + (objects.size() + 1) + "\n0000000000 65535 f \n");
        for (int i = 0; i < objects.size(); i++) {
            places.append(String.format(Locale.ROOT, "%010d 00000 n \n", out.size()));
            out.writeBytes(((i + 1) + " 0 obj\n").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(objects.get(i));
            out.writeBytes("\nendobj\n".getBytes(StandardCharsets.US_ASCII));
        }
        int start = out.size();
        String id = HexFormat.of().formatHex(Documents.sha256(out.toByteArray()), 0, 16);
        out.writeBytes((places + "trailer\n<< /Size " + (objects.size() + 1) + " /Root " + catalog + " 0 R /ID [<" + id + "> <" + id
                + ">] >>\nstartxref\n" + start + "\n%%EOF\n").getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    /// A Type 0 font whose codes are its glyphs' numbers.
    private int font(TrueType font) {
        SortedMap<Integer, Integer> glyphs = used.getOrDefault(font, new TreeMap<>());
        String name = tag(glyphs) + "+" + font.name();
        byte[] subset = font.subset(new TreeSet<>(glyphs.keySet()));
        int file = stream("/Length1 " + subset.length + " ", subset);
        int[] box = font.box();
        int descriptor = add("<< /Type /FontDescriptor /FontName /" + name + " /Flags 32 /FontBBox [" + box[0] + " " + box[1] + " " + box[2] + " "
                + box[3] + "] /ItalicAngle 0 /Ascent " + font.ascent() + " /Descent " + font.descent()
                + " /CapHeight 729 /StemV 80 /FontFile2 " + file + " 0 R >>");
        StringBuilder widths = new StringBuilder();
        StringBuilder unicode = new StringBuilder();
        glyphs.forEach((glyph, letter) -> {
            widths.append(glyph).append(" [").append(font.width(glyph)).append("] ");
            unicode.append(String.format(Locale.ROOT, "1 beginbfchar\n<%04X> <%04X>\nendbfchar\n", glyph, letter));
        });
        int descendant = add("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /" + name + " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
                + " /Supplement 0 >> /FontDescriptor " + descriptor + " 0 R /CIDToGIDMap /Identity /DW 1000 /W [" + widths + "] >>");
        int toUnicode = stream("", ("""
                /CIDInit /ProcSet findresource begin
                12 dict begin
                begincmap
                /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
                /CMapName /Adobe-Identity-UCS def
                /CMapType 2 def
                1 begincodespacerange
                <0000> <FFFF>
                endcodespacerange
                """ + unicode + """
                endcmap
                CMapName currentdict /CMap defineresource pop
                end
                end
                """).getBytes(StandardCharsets.US_ASCII));
        return add("<< /Type /Font /Subtype /Type0 /BaseFont /" + name + " /Encoding /Identity-H /DescendantFonts [" + descendant
                + " 0 R] /ToUnicode " + toUnicode + " 0 R >>");
    }

    /// Six capital letters that differ with the glyphs, as the format wants for part of a font.
    private static String tag(SortedMap<Integer, Integer> glyphs) {
        byte[] digest = Documents.sha256(glyphs.keySet().toString().getBytes(StandardCharsets.US_ASCII));
        StringBuilder tag = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            tag.append((char) ('A' + (digest[i] & 0xff) % 26));
        }
        return tag.toString();
    }

    private static String xmp(String title, String language, LocalDate day, String metadata) {
        return """
                <?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
                <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
                <pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
                <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
                <dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
                <dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language></rdf:Description>
                <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreateDate>%sT00:00:00Z</xmp:CreateDate></rdf:Description>
                %s</rdf:RDF></x:xmpmeta>
                <?xpacket end="w"?>""".formatted(title.replace("&", "&amp;").replace("<", "&lt;"), language, day, metadata);
    }

    private int reserve() {
        objects.add(new byte[0]);
        return objects.size();
    }

    private void set(int number, String body) {
        objects.set(number - 1, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    private int add(String body) {
        int number = reserve();
        set(number, body);
        return number;
    }

    private int stream(String entries, byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            deflater.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return plainStream(entries + "/Filter /FlateDecode ", packed.toByteArray());
    }

    private int plainStream(String entries, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("<< " + entries + "/Length " + content.length + " >>\nstream\n").getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(content);
        out.writeBytes("\nendstream".getBytes(StandardCharsets.US_ASCII));
        objects.add(out.toByteArray());
        return objects.size();
    }

    private static String literal(String text) {
        return "(" + text.replaceAll("([\\\\()])", "\\\\$1") + ")";
    }
}
