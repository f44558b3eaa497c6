package leaseback.manager.s3;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Percent-encoding as SigV4 wants it: everything but letters, digits and `-._~`, in upper-case hex.
final class Percent {
    private static final String HEX = "0123456789ABCDEF";

    private Percent() {}

    static String encode(String text, boolean keepSlash) {
        return encode(text.getBytes(StandardCharsets.UTF_8), keepSlash);
    }

    static String encode(byte[] bytes, boolean keepSlash) {
        StringBuilder encoded = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_'
                    || c == '~' || c == '/' && keepSlash) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return encoded.toString();
    }

    /// The bytes behind `raw`, which may hold unencoded characters too.
    static byte[] decode(String raw, boolean plusIsSpace) throws S3Fault {
        byte[] sent = raw.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(sent.length);
        for (int i = 0; i < sent.length; i++) {
            if (sent[i] == '%') {
                int high = i + 2 < sent.length ? Character.digit(sent[i + 1], 16) : -1;
                int low = i + 2 < sent.length ? Character.digit(sent[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw S3Error.INVALID_URI.because("Couldn't parse the specified URI: a % must be followed by two hexadecimal "
                            + "digits.");
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(sent[i] == '+' && plusIsSpace ? ' ' : sent[i]);
            }
        }
        return bytes.toByteArray();
    }

    static String decodeText(String raw, boolean plusIsSpace) throws S3Fault {
        return text(decode(raw, plusIsSpace));
    }

    static String text(byte[] utf8) throws S3Fault {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw S3Error.INVALID_URI.because("Couldn't parse the specified URI: its decoded bytes are not UTF-8.");
        }
    }
}
