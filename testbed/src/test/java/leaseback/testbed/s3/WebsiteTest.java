package leaseback.testbed.s3;

import static leaseback.testbed.s3.SdkFace.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.RoutingRule;
import software.amazon.awssdk.services.s3.model.WebsiteConfiguration;

/// Buckets shown as web sites, set with the AWS SDK and asked as browsers do.
class WebsiteTest {
    private static SdkFace face;
    private static S3Client s3;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        face = new SdkFace(folder);
        s3 = face.s3;
    }

    @AfterAll
    static void stop() throws IOException {
        face.close();
    }

    @Test
    void aSiteHasPagesForFoldersAndForWhatIsMissing() throws IOException {
        String bucket = site(w -> w.indexDocument(i -> i.suffix("index.html")).errorDocument(e -> e.key("wrong.html")));
        s3.putObject(b -> b.bucket(bucket).key("index.html").contentType("text/html"), RequestBody.fromString("<p>home"));
        face.put(bucket, "a/index.html", "folder");
        face.put(bucket, "wrong.html", "the site's own words");
        assertThat(ask(bucket, "GET", "/")).startsWith("HTTP/1.1 200").containsIgnoringCase("content-type: text/html").endsWith("<p>home");
        assertThat(ask(bucket, "HEAD", "/")).startsWith("HTTP/1.1 200").containsIgnoringCase("content-length: 7").endsWith("\r\n\r\n");
        assertThat(ask(bucket, "GET", "/a/")).endsWith("folder");
        assertThat(ask(bucket, "GET", "/a")).startsWith("HTTP/1.1 302").containsIgnoringCase("location: /a/");
        assertThat(ask(bucket, "GET", "/none?x=1")).startsWith("HTTP/1.1 403").endsWith("the site's own words");
        allow(bucket, "\"s3:GetObject\", \"s3:ListBucket\"", "\"arn:aws:s3:::%1$s\", \"arn:aws:s3:::%1$s/*\"");
        assertThat(ask(bucket, "GET", "/none")).startsWith("HTTP/1.1 404").containsIgnoringCase("x-amz-error-code: NoSuchKey")
                .endsWith("the site's own words");
        assertThat(ask(bucket, "PUT", "/none")).startsWith("HTTP/1.1 405").contains("<li>Code: MethodNotAllowed</li>");
        assertThat(ask(bucket, "GET", "/%3Cscript%3E/")).startsWith("HTTP/1.1 404").doesNotContain("<script>");
    }

    @Test
    void rulesSendBrowsersOn() throws IOException {
        String bucket = site(w -> w.indexDocument(i -> i.suffix("index.html")).routingRules(List.of(
                RoutingRule.builder().condition(c -> c.keyPrefixEquals("old/"))
                        .redirect(t -> t.replaceKeyPrefixWith("new/").httpRedirectCode("302")).build(),
                RoutingRule.builder().condition(c -> c.httpErrorCodeReturnedEquals("403"))
                        .redirect(t -> t.hostName("example.org").protocol("https").replaceKeyWith("lost")).build())));
        s3.putObject(b -> b.bucket(bucket).key("moved").websiteRedirectLocation("/new/place"), RequestBody.empty());
        assertThat(ask(bucket, "GET", "/old/a%20b")).startsWith("HTTP/1.1 302")
                .containsIgnoringCase("location: http://" + host(bucket) + "/new/a%20b\r\n");
        assertThat(ask(bucket, "GET", "/none")).startsWith("HTTP/1.1 301").containsIgnoringCase("location: https://example.org/lost\r\n");
        assertThat(ask(bucket, "GET", "/moved")).startsWith("HTTP/1.1 301").containsIgnoringCase("location: /new/place\r\n");
        assertThat(s3.headObject(b -> b.bucket(bucket).key("moved")).websiteRedirectLocation()).isEqualTo("/new/place");
        assertThat(s3.getBucketWebsite(b -> b.bucket(bucket)).routingRules()).hasSize(2);
    }

    @Test
    void aSiteMayBeElsewhereAltogether() throws IOException {
        String bucket = site(w -> w.redirectAllRequestsTo(r -> r.hostName("www.example.org").protocol("https")));
        assertThat(ask(bucket, "GET", "/a/b")).startsWith("HTTP/1.1 301").containsIgnoringCase("location: https://www.example.org/a/b\r\n");
    }

    @Test
    void whatIsNotOpenToAllIsNotShown() throws IOException {
        String bucket = face.bucket();
        face.put(bucket, "index.html", "secret");
        assertThat(ask(bucket, "GET", "/")).startsWith("HTTP/1.1 404").contains("NoSuchWebsiteConfiguration").doesNotContain("secret");
        s3.putBucketWebsite(b -> b.bucket(bucket).websiteConfiguration(w -> w.indexDocument(i -> i.suffix("index.html"))));
        assertThat(ask(bucket, "GET", "/")).startsWith("HTTP/1.1 403").contains("AccessDenied").doesNotContain("secret");
        s3.deleteBucketWebsite(b -> b.bucket(bucket));
        refused(404, "NoSuchWebsiteConfiguration", () -> s3.getBucketWebsite(b -> b.bucket(bucket)));
        assertThat(ask("no-such-bucket", "GET", "/")).startsWith("HTTP/1.1 404").contains("NoSuchBucket");
        refused(400, "InvalidArgument", () -> s3.putBucketWebsite(b -> b.bucket(bucket).websiteConfiguration(
                w -> w.indexDocument(i -> i.suffix("a/b")))));
        refused(400, "InvalidArgument", () -> s3.putObject(b -> b.bucket(bucket).key("k").websiteRedirectLocation("javascript:1"),
                RequestBody.empty()));
    }

    private static String site(Consumer<WebsiteConfiguration.Builder> configuration) {
        String bucket = face.bucket();
        s3.putBucketWebsite(b -> b.bucket(bucket).websiteConfiguration(configuration));
        allow(bucket, "\"s3:GetObject\"", "\"arn:aws:s3:::%1$s/*\"");
        return bucket;
    }

    private static void allow(String bucket, String actions, String resources) {
        s3.putBucketPolicy(b -> b.bucket(bucket).policy("""
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": [%s], "Resource": [%s]}]}"""
                .formatted(actions, resources.formatted(bucket))));
    }

    private static String host(String bucket) {
        return bucket + ".website.localhost:" + face.face.port();
    }

    private static String ask(String bucket, String method, String path) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", face.face.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write((method + " " + path + " HTTP/1.1\r\nHost: " + host(bucket) + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
