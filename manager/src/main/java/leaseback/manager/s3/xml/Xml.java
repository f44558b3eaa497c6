package leaseback.manager.s3.xml;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/// An answer being written: elements with text, no mixed content. At most a page of a listing, so it is held in memory.
public final class Xml {
    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
    private final StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private final Deque<String> open = new ArrayDeque<>();

    private Xml() {}

    /// A document in S3's namespace.
    public static Xml document(String root) {
        Xml xml = new Xml();
        xml.text.append('<').append(root).append(" xmlns=\"").append(NAMESPACE).append("\">");
        xml.open.push(root);
        return xml;
    }

    /// Errors stand in no namespace.
    public static Xml error() {
        return bare("Error");
    }

    /// A document in no namespace.
    public static Xml bare(String root) {
        return new Xml().open(root);
    }

    public Xml open(String name) {
        text.append('<').append(name).append('>');
        open.push(name);
        return this;
    }

    /// An element with one attribute, which needs no escaping.
    public Xml open(String name, String attributes) {
        text.append('<').append(name).append(' ').append(attributes).append('>');
        open.push(name);
        return this;
    }

    public Xml close() {
        text.append("</").append(open.pop()).append('>');
        return this;
    }

    public Xml element(String name, String value) {
        text.append('<').append(name).append('>');
        escape(value);
        text.append("</").append(name).append('>');
        return this;
    }

    /// Directly in the open element.
    public Xml text(String value) {
        escape(value);
        return this;
    }

    public Xml element(String name, long value) {
        return element(name, Long.toString(value));
    }

    public Xml element(String name, boolean value) {
        return element(name, Boolean.toString(value));
    }

    /// Closes what is open.
    public byte[] bytes() {
        while (!open.isEmpty()) {
            close();
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// What XML 1.0 cannot hold goes out as a character reference all the same, as S3 does:
    /// clients with such keys ask for `encoding-type=url`.
    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                default -> {
                    if (c < ' ' && c != '\t' && c != '\n' || c == '\uFFFE' || c == '\uFFFF') {
                        text.append("&#x").append(Integer.toHexString(c)).append(';');
                    } else {
                        text.append(c);
                    }
                }
            }
        }
    }
}
