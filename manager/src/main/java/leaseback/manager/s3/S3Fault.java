package leaseback.manager.s3;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// A refusal on its way to the client. An `IOException`, so that it may end the reading of a body from within storage.
final class S3Fault extends IOException {
    private static final long serialVersionUID = 1;
    private final S3Error error;
    private final transient Map<String, String> details = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    S3Fault(S3Error error, String message) {
        super(message);
        this.error = error;
    }

    S3Error error() {
        return error;
    }

    /// One more element of the error's XML.
    S3Fault with(String element, String value) {
        details.put(element, value);
        return this;
    }

    Map<String, String> details() {
        return details;
    }

    /// One more header of the answer.
    S3Fault header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Map<String, String> headers() {
        return headers;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    static S3Fault notImplemented(String what) {
        return S3Error.NOT_IMPLEMENTED.because(what + " is not implemented here. See docs/s3.md for what is.");
    }

    static S3Fault invalidArgument(String name, String value, String message) {
        return S3Error.INVALID_ARGUMENT.because(message).with("ArgumentName", name).with("ArgumentValue", value);
    }
}
