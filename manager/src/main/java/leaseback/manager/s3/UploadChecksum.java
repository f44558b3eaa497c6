package leaseback.manager.s3;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import leaseback.manager.s3.checksum.Algorithm;
import leaseback.manager.s3.checksum.CrcJoin;
import leaseback.manager.s3.checksum.Running;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.Part;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Upload;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// The checksum that an upload's object will have: of all its bytes, or of its parts' checksums ("composite").
///
/// @param chosen whether the client named it; else any checksum is welcome with a part, and S3's own is made beside it
record UploadChecksum(Algorithm algorithm, boolean composite, boolean chosen) {
    private static final String ALGORITHM = "algorithm";

    /// @throws S3Fault when there is no such algorithm, or it cannot be of this type
    static UploadChecksum parse(HttpFields headers) throws S3Fault {
        String name = headers.get("x-amz-checksum-algorithm");
        String type = headers.get("x-amz-checksum-type");
        if (name == null) {
            if (type != null) {
                throw S3Error.INVALID_REQUEST.because("The x-amz-checksum-type header can only be used with the "
                        + "x-amz-checksum-algorithm header.");
            }
            return new UploadChecksum(Algorithm.DEFAULT, false, false);
        }
        Algorithm algorithm = Algorithm.named(name).orElseThrow(() -> S3Error.INVALID_REQUEST.because(
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                        + Arrays.toString(Algorithm.values())));
        boolean composite = type == null ? algorithm != Algorithm.CRC64NVME : type.equals(Digesting.COMPOSITE);
        if (type != null && !composite && !type.equals(Digesting.FULL_OBJECT)) {
            throw S3Error.INVALID_REQUEST.because("Value for x-amz-checksum-type header is invalid.");
        }
        if (composite ? algorithm == Algorithm.CRC64NVME : !algorithm.joins()) {
            throw S3Error.INVALID_REQUEST.because("The " + (composite ? Digesting.COMPOSITE : Digesting.FULL_OBJECT)
                    + " checksum type cannot be used with the " + algorithm + " checksum algorithm.");
        }
        return new UploadChecksum(algorithm, composite, true);
    }

    Map<String, String> settings() {
        return chosen ? Map.of(ALGORITHM, algorithm.name(), Digesting.TYPE, type()) : Map.of();
    }

    static UploadChecksum of(Upload upload) {
        Optional<Algorithm> algorithm = Optional.ofNullable(upload.settings().get(ALGORITHM)).map(Algorithm::valueOf);
        return new UploadChecksum(algorithm.orElse(Algorithm.DEFAULT),
                Digesting.COMPOSITE.equals(upload.settings().get(Digesting.TYPE)), algorithm.isPresent());
    }

    String type() {
        return composite ? Digesting.COMPOSITE : Digesting.FULL_OBJECT;
    }

    /// @throws S3Fault when a part comes with another checksum than the upload was begun with
    void check(ChecksumClaim claim) throws S3Fault {
        if (chosen && claim.algorithm() != null && claim.algorithm() != algorithm) {
            throw S3Error.INVALID_REQUEST.because("Checksum Type mismatch occurred, expected checksum Type: " + algorithm
                    + ", actual checksum Type: " + claim.algorithm());
        }
    }

    /// Of the object that these parts make.
    Digests join(List<Part> parts) {
        Map<String, String> checksums = new HashMap<>();
        checksums.put(algorithm.name(), composite ? compose(parts) : Base64.getEncoder().encodeToString(joined(parts)));
        checksums.put(Digesting.TYPE, type());
        return new Digests(etag(parts), checksums);
    }

    /// The digests of one part of an object: its checksum, if it is kept, by the object's algorithm.
    static Digests ofPart(StoredObject object, @Nullable String checksum) {
        Map<String, String> checksums = new HashMap<>();
        object.digests().checksums().forEach((name, value) -> {
            if (name.equals(Digesting.TYPE)) {
                checksums.put(name, value);
            } else if (checksum != null) {
                checksums.put(name, checksum);
            }
        });
        return new Digests(object.digests().etag(), checksum == null ? Map.of() : checksums);
    }

    /// An algorithm's element for each checksum, then the type.
    static void write(Xml xml, Digests digests) {
        writeValues(xml, digests);
        String type = digests.checksums().get(Digesting.TYPE);
        if (type != null) {
            xml.element("ChecksumType", type);
        }
    }

    /// An algorithm's element for each checksum.
    static void writeValues(Xml xml, Digests digests) {
        for (Algorithm algorithm : Algorithm.values()) {
            String value = digests.checksums().get(algorithm.name());
            if (value != null) {
                xml.element(algorithm.element(), value);
            }
        }
    }

    private static String etag(List<Part> parts) {
        return etag(parts.stream().map(part -> part.digests().etag()).toArray(String[]::new));
    }

    /// The ETag of an object whose parts have these, in hex.
    static String etag(String... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String part : parts) {
            all.writeBytes(HexFormat.of().parseHex(part));
        }
        return HexFormat.of().formatHex(Algorithm.digest("MD5").digest(all.toByteArray())) + "-" + parts.length;
    }

    private String compose(List<Part> parts) {
        Running running = algorithm.start();
        for (Part part : parts) {
            byte[] value = value(part);
            running.update(value, 0, value.length);
        }
        return Base64.getEncoder().encodeToString(running.value()) + "-" + parts.size();
    }

    private byte[] joined(List<Part> parts) {
        CrcJoin join = CrcJoin.of(algorithm);
        byte[] whole = algorithm.start().value();
        for (Part part : parts) {
            whole = join.join(whole, value(part), part.bytes());
        }
        return whole;
    }

    private byte[] value(Part part) {
        String value = part.digests().checksums().get(algorithm.name());
        if (value == null) {
            throw new IllegalStateException("part " + part.number() + " was stored without its " + algorithm);
        }
        return Base64.getDecoder().decode(value);
    }
}
