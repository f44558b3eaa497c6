package leaseback.manager.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A stretch of an object that has bytes in it.
record ByteRange(long from, long length) {
    private static final Pattern SYNTAX = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /// @param header a Range header, or null
    /// @return null when all is meant: no header, several ranges, or one that cannot be read, as S3 has it
    /// @throws S3Fault when the range holds none of the object's `size` bytes
    static @Nullable ByteRange parse(@Nullable String header, long size) throws S3Fault {
        Matcher matcher = header == null ? null : SYNTAX.matcher(header.strip());
        if (matcher == null || !matcher.matches()) {
            return null;
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty() && last.isEmpty()) {
            return null;
        }
        long from = first.isEmpty() ? Math.max(0, size - Long.parseLong(last)) : Long.parseLong(first);
        long to = first.isEmpty() || last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
        if (!first.isEmpty() && !last.isEmpty() && Long.parseLong(last) < from) {
            return null;
        }
        if (from >= size) {
            throw S3Error.INVALID_RANGE.because("The requested range is not satisfiable").with("RangeRequested", matcher.group())
                    .with("ActualObjectSize", Long.toString(size));
        }
        return new ByteRange(from, to - from + 1);
    }

    String contentRange(long size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
