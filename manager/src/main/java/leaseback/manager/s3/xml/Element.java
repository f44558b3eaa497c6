package leaseback.manager.s3.xml;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// An element of a document that a client sent. Namespaces are ignored, as clients send S3's, older ones or none.
///
/// @param text what stands directly in it, as sent
public record Element(String name, List<Element> children, String text) {
    private static final int DEPTH = 8;
    /// 10,000 parts of six elements each are the most that a request of S3 needs.
    private static final int MOST_ELEMENTS = 70_000;

    public Element {
        children = List.copyOf(children);
    }

    /// The root. Document types and entities are refused: no request of S3 needs them.
    ///
    /// @throws XMLStreamException when the bytes are not such a document
    public static Element read(byte[] document) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entities are refused");
        });
        XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
        try {
            Element root = null;
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> root = element(reader, 1, new int[1]);
                    case XMLStreamConstants.DTD -> throw new XMLStreamException("a document type is refused");
                    default -> { }
                }
            }
            if (root == null) {
                throw new XMLStreamException("no element in the document");
            }
            return root;
        } finally {
            reader.close();
        }
    }

    public Optional<Element> child(String childName) {
        return children.stream().filter(child -> child.name.equals(childName)).findFirst();
    }

    public Optional<String> childText(String childName) {
        return child(childName).map(Element::text);
    }

    /// @param count elements seen so far
    private static Element element(XMLStreamReader reader, int depth, int[] count) throws XMLStreamException {
        if (++count[0] > MOST_ELEMENTS) {
            throw new XMLStreamException("more than " + MOST_ELEMENTS + " elements");
        }
        if (depth > DEPTH) {
            throw new XMLStreamException("elements more than " + DEPTH + " deep");
        }
        String name = reader.getLocalName();
        List<Element> children = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        while (true) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> children.add(element(reader, depth + 1, count));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                        text.append(reader.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    return new Element(name, children, text.toString());
                }
                case XMLStreamConstants.ENTITY_REFERENCE -> throw new XMLStreamException("entities are refused");
                default -> { }
            }
        }
    }
}
