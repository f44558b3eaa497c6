package leaseback.manager.s3.rights;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// IP addresses that share their first bits, as in `10.0.0.0/8`.
record AddressRange(byte[] address, int bits) {
    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    /// @return null when the text is none
    static @Nullable AddressRange parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = address(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        try {
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
            return bits < 0 || bits > address.length * 8 ? null : new AddressRange(address, bits);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    boolean holds(String text) {
        byte[] other = address(text);
        if (other == null || other.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /// Whether it is no more than a part of the internet.
    boolean isNarrow() {
        return bits >= (address.length == 4 ? 8 : 32);
    }

    /// Only of what is written as an address: names are never looked up.
    private static byte @Nullable [] address(String text) {
        if (!LITERAL.matcher(text).matches() || text.indexOf('.') < 0 && text.indexOf(':') < 0) {
            return null;
        }
        if (text.indexOf(':') < 0 && text.split("\\.", -1).length != 4) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }
}
