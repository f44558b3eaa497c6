package leaseback.manager.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A form as browsers send it (`multipart/form-data`, RFC 7578): the fields, then the file, which is read as it comes.
/// What follows the file is not looked at.
final class FormParts extends InputStream {
    private static final int MOST_FIELDS = 100;
    private static final int FIELD_BYTES = 20 * 1024;
    private static final int ALL_BYTES = 64 * 1024;
    private static final int HEAD_BYTES = 4 * 1024;
    private static final Pattern BOUNDARY = Pattern.compile("(?i)multipart/form-data\\s*;.*\\bboundary=\"?([^\";,]{1,70})\"?.*");
    private static final Pattern NAME = Pattern.compile("(?i).*[;\\s]name=\"([^\"]*)\".*");
    private static final Pattern FILE_NAME = Pattern.compile("(?i).*[;\\s]filename=\"([^\"]*)\".*");
    private final InputStream in;
    private final byte[] delimiter;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final byte[] buffer = new byte[64 * 1024];
    private int from;
    private int to;
    private boolean ended;
    private String fileName = "";

    /// Reads the fields, up to the file.
    FormParts(InputStream in, @Nullable String contentType) throws IOException {
        Matcher boundary = BOUNDARY.matcher(contentType == null ? "" : contentType);
        if (!boundary.matches()) {
            throw S3Error.PRECONDITION_FAILED.because("Bucket POST must be of the enclosure-type multipart/form-data");
        }
        this.in = in;
        this.delimiter = ("\r\n--" + boundary.group(1)).getBytes(StandardCharsets.ISO_8859_1);
        // The first delimiter has no line before it, so one is made up.
        buffer[0] = '\r';
        buffer[1] = '\n';
        to = 2;
        part(HEAD_BYTES);
        int bytes = 0;
        while (true) {
            String head = head();
            Matcher name = NAME.matcher(head);
            if (!name.matches()) {
                throw malformed("a part has no name");
            }
            String field = name.group(1).toLowerCase(Locale.ROOT);
            if (field.equals("file")) {
                Matcher file = FILE_NAME.matcher(head);
                fileName = file.matches() ? file.group(1).substring(Math.max(file.group(1).lastIndexOf('/'),
                        file.group(1).lastIndexOf('\\')) + 1) : "";
                return;
            }
            String value = new String(part(FIELD_BYTES), StandardCharsets.UTF_8);
            bytes += value.length() + field.length();
            if (fields.size() == MOST_FIELDS || bytes > ALL_BYTES) {
                throw S3Error.MAX_MESSAGE_LENGTH_EXCEEDED.because("Your POST request fields preceding the upload file were too large.");
            }
            if (fields.putIfAbsent(field, value) != null) {
                throw malformed("the field " + field + " is given twice");
            }
        }
    }

    /// By lower-case name, in the order given.
    Map<String, String> fields() {
        return fields;
    }

    /// As the browser names the file, without folders.
    String fileName() {
        return fileName;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// The file's bytes.
    @Override
    public int read(byte[] bytes, int offset, int wanted) throws IOException {
        if (ended) {
            return -1;
        }
        if (wanted == 0) {
            return 0;
        }
        while (true) {
            int at = find();
            // Up to where a delimiter begins, or might.
            int safe = at >= 0 ? at : to - (delimiter.length - 1);
            if (safe > from) {
                int count = Math.min(wanted, safe - from);
                System.arraycopy(buffer, from, bytes, offset, count);
                from += count;
                return count;
            }
            if (at >= 0) {
                from = at + delimiter.length;
                ended = true;
                return -1;
            }
            fill();
        }
    }

    /// All up to the next delimiter, which is passed over.
    private byte[] part(int most) throws IOException {
        ended = false;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] some = new byte[4096];
        for (int read = read(some, 0, some.length); read >= 0; read = read(some, 0, some.length)) {
            bytes.write(some, 0, read);
            if (bytes.size() > most) {
                throw S3Error.MAX_MESSAGE_LENGTH_EXCEEDED.because("Your POST request fields preceding the upload file were too large.");
            }
        }
        ended = false;
        return bytes.toByteArray();
    }

    /// The lines between a delimiter and an empty line, with spaces for their ends.
    private String head() throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            if (from == to) {
                fill();
            }
            text.append((char) (buffer[from++] & 0xff));
            if (text.length() > HEAD_BYTES || text.toString().equals("--")) {
                throw malformed(text.length() > HEAD_BYTES ? "a part's head is too long" : "there is no file");
            }
        }
        return new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).replace("\r\n", " ");
    }

    private int find() {
        outer:
        for (int at = from; at <= to - delimiter.length; at++) {
            for (int i = 0; i < delimiter.length; i++) {
                if (buffer[at + i] != delimiter[i]) {
                    continue outer;
                }
            }
            return at;
        }
        return -1;
    }

    private void fill() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        int read = in.read(buffer, to, buffer.length - to);
        if (read < 0) {
            throw malformed("it ends before its last boundary");
        }
        to += read;
    }

    private static S3Fault malformed(String why) {
        return S3Error.MALFORMED_POST_REQUEST.because("The body of your POST request is not well-formed multipart/form-data: " + why);
    }
}
