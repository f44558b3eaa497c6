package leaseback.manager.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.UUID;
import javax.xml.stream.XMLStreamException;
import leaseback.manager.customer.Customer;
import leaseback.manager.s3.checksum.Algorithm;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Cover;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/// One request of a known caller, and the answer to it.
final class Call {
    private static final long LONGEST_DOCUMENT = 2 << 20;
    private static final long LONGEST_IGNORED_BODY = 64 << 10;
    private final Request request;
    private final Response response;
    private final HttpFields headers;
    private final Target target;
    private final Query query;
    private final Caller caller;
    private final Limits limits;
    private final LogNote note;

    Call(Request request, Response response, Target target, Query query, Caller caller, Limits limits, LogNote note) {
        this(request, response, request.getHeaders(), target, query, caller, limits, note);
    }

    private Call(Request request, Response response, HttpFields headers, Target target, Query query, Caller caller, Limits limits,
            LogNote note) {
        this.request = request;
        this.headers = headers;
        this.response = response;
        this.target = target;
        this.query = query;
        this.caller = caller;
        this.limits = limits;
        this.note = note;
    }

    /// The PUT that a form stands for: it says itself what the headers would, and who it is from.
    Call posted(Target object, HttpFields said, Caller signer) {
        return new Call(request, response, said, object, query, signer, limits, note);
    }

    /// The same, about another key of the bucket.
    Call about(String key) {
        return new Call(request, response, headers, new Target(target.path(), target.bucket(), key), query, caller, limits, note);
    }

    /// Whether the answer has begun: too late for another.
    boolean isAnswered() {
        return response.isCommitted();
    }

    /// The body as it comes, unverified.
    InputStream bytes() {
        return Content.Source.asInputStream(request);
    }

    /// What the bucket's access log, if it has one, is to say of this.
    LogNote note() {
        return note;
    }

    /// As sent: method, path with query, protocol.
    String requestLine() {
        return request.getMethod() + " " + request.getHttpURI().getPathQuery() + " " + request.getConnectionMetaData().getHttpVersion().asString();
    }

    String method() {
        return request.getMethod();
    }

    Target target() {
        return target;
    }

    String key() {
        return target.key();
    }

    Query query() {
        return query;
    }

    /// @throws S3Fault AccessDenied for an anonymous caller
    Customer customer() throws S3Fault {
        Customer customer = caller.customer();
        if (customer == null) {
            throw S3Error.ACCESS_DENIED.because("Access Denied. Anonymous callers may not do this: sign the request.");
        }
        return customer;
    }

    /// Null for an anonymous caller.
    @Nullable UUID callerId() {
        Customer customer = caller.customer();
        return customer == null ? null : customer.id();
    }

    /// Whether it is signed for the oldest region, whose ways differ in places.
    boolean isForOldestRegion() {
        return caller.region().equals(Authentication.UNTOLD);
    }

    /// The IP address that it came from.
    String address() {
        return Request.getRemoteAddr(request);
    }

    boolean secure() {
        return request.isSecure();
    }

    HttpFields headers() {
        return headers;
    }

    @Nullable String header(String name) {
        return headers.get(name);
    }

    /// Headers of the answer, until it is sent.
    HttpFields.Mutable reply() {
        return response.getHeaders();
    }

    /// The bytes to be stored. Their length must be known or the transfer be chunked.
    ///
    /// @param most bytes
    /// @param also checksums wanted besides what the client claims
    Body content(long most, Set<Algorithm> also, Encryption encryption) throws S3Fault {
        return open(most, also, S3Error.ENTITY_TOO_LARGE, claim(), encryption.cover());
    }

    /// What the body claims of itself.
    ChecksumClaim claim() throws S3Fault {
        return ChecksumClaim.of(headers(), caller.payload() instanceof Payload.Chunked(var signatures, boolean trailer)
                && trailer);
    }

    /// The verified body as XML with this root.
    Element document(String root) throws IOException {
        return parse(documentBytes(), root);
    }

    /// As `document`, on a call whose checksum headers are not of its body.
    Element wholeDocument(String root) throws IOException {
        ChecksumClaim none = new ChecksumClaim(ChecksumClaim.md5(headers()), null, null, false);
        byte[] bytes = open(LONGEST_DOCUMENT, Set.of(), S3Error.MAX_MESSAGE_LENGTH_EXCEEDED, none, null).readAll();
        if (bytes.length == 0) {
            throw malformedXml();
        }
        return parse(bytes, root);
    }

    static Element parse(byte[] bytes, String root) throws S3Fault {
        if (bytes.length == 0) {
            throw S3Error.MISSING_REQUEST_BODY_ERROR.because("Request Body is empty");
        }
        try {
            Element element = Element.read(bytes);
            if (element.name().equals(root)) {
                return element;
            }
        } catch (XMLStreamException malformed) {
            // Said below, without the parser's words.
        }
        throw malformedXml();
    }

    /// The verified body; empty when there is none.
    byte[] documentBytes() throws IOException {
        return open(LONGEST_DOCUMENT, Set.of(), S3Error.MAX_MESSAGE_LENGTH_EXCEEDED).readAll();
    }

    /// Verifies the body of a request that needs none, and drops it.
    void noBody() throws IOException {
        open(LONGEST_IGNORED_BODY, Set.of(), S3Error.MAX_MESSAGE_LENGTH_EXCEEDED).readAll();
    }

    static S3Fault malformedXml() {
        return S3Error.MALFORMED_XML.because("The XML you provided was not well-formed or did not validate against our published "
                + "schema");
    }

    void answer(int status) throws IOException {
        note.answering(this, status);
        response.setStatus(status);
        if (status != 204 && status != 304) {
            reply().put(HttpHeader.CONTENT_LENGTH, 0);
        }
        Content.Sink.write(response, true, ByteBuffer.allocate(0));
    }

    void answerJson(byte[] bytes) throws IOException {
        answer(200, "application/json", bytes);
    }

    void answer(int status, String type, byte[] bytes) throws IOException {
        note.answering();
        response.setStatus(status);
        reply().put(HttpHeader.CONTENT_TYPE, type);
        reply().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        Content.Sink.write(response, true, ByteBuffer.wrap(method().equals("HEAD") ? new byte[0] : bytes));
    }

    void answer(Xml xml) throws IOException {
        answer(200, xml);
    }

    void answer(int status, Xml xml) throws IOException {
        note.answering(this, status);
        response.setStatus(status);
        byte[] bytes = xml.bytes();
        reply().put(HttpHeader.CONTENT_TYPE, "application/xml");
        reply().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        Content.Sink.write(response, true, ByteBuffer.wrap(bytes));
    }

    /// An answer with `length` bytes to come, or with none of them for HEAD.
    OutputStream stream(int status, long length) {
        note.answering();
        response.setStatus(status);
        reply().put(HttpHeader.CONTENT_LENGTH, length);
        return new Pace(limits.slowestBytes(), System::nanoTime).out(Content.Sink.asOutputStream(response));
    }

    private Body open(long most, Set<Algorithm> also, S3Error tooLong) throws S3Fault {
        return open(most, also, tooLong, claim(), null);
    }

    private Body open(long most, Set<Algorithm> also, S3Error tooLong, ChecksumClaim claim, @Nullable Cover cover) throws S3Fault {
        boolean framed = caller.payload() instanceof Payload.Chunked;
        boolean present = headers().contains(HttpHeader.CONTENT_LENGTH) || headers().contains(HttpHeader.TRANSFER_ENCODING);
        long length = framed ? decodedLength() : present ? request.getLength() : 0;
        if (length > most) {
            throw tooLong.because("Your request body of " + length + " bytes exceeds the maximum allowed size.")
                    .with("ProposedSize", Long.toString(length)).with("MaxSizeAllowed", Long.toString(most));
        }
        InputStream raw = present ? new Pace(limits.slowestBytes(), System::nanoTime).in(Content.Source.asInputStream(request)) : InputStream.nullInputStream();
        return new Body(raw, caller.payload(), length, most, claim, also, cover);
    }

    /// @throws S3Fault when the request does not say how its body ends
    void checkLength() throws S3Fault {
        if (!headers().contains(HttpHeader.CONTENT_LENGTH) && !headers().contains(HttpHeader.TRANSFER_ENCODING)) {
            throw S3Error.MISSING_CONTENT_LENGTH.because("You must provide the Content-Length HTTP header.");
        }
    }

    private long decodedLength() throws S3Fault {
        String text = header("x-amz-decoded-content-length");
        if (text == null) {
            throw S3Error.MISSING_CONTENT_LENGTH.because("You must provide the x-amz-decoded-content-length HTTP header.");
        }
        try {
            long length = Long.parseLong(text);
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw S3Fault.invalidArgument("x-amz-decoded-content-length", text,
                "x-amz-decoded-content-length must be a number of bytes.");
    }
}
