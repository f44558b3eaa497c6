package leaseback.manager.s3.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;

class XmlTest {
    @Test
    void whatIsWrittenReadsBack() throws Exception {
        String awkward = "a<b>&\"'\r\n\t \u20ac \ud83d\ude00 ]]>";
        Element read = Element.read(Xml.document("Root").open("Inner").element("Key", awkward).element("Size", 7).bytes());
        assertThat(read.child("Inner").orElseThrow().childText("Key")).contains(awkward);
        assertThat(read.child("Inner").orElseThrow().childText("Size")).contains("7");
    }

    @Test
    void keysThatXmlCannotHoldGoOutAsReferences() {
        assertThat(new String(Xml.document("R").element("Key", "a\u0001b").bytes(), StandardCharsets.UTF_8))
                .contains("<Key>a&#x1;b</Key>");
    }

    @Test
    void namespacesAreIgnored() throws Exception {
        Element read = read("<x:Delete xmlns:x='urn:other'><x:Object><x:Key>k</x:Key></x:Object></x:Delete>");
        assertThat(read.name()).isEqualTo("Delete");
        assertThat(read.child("Object").orElseThrow().childText("Key")).contains("k");
    }

    @Test
    void documentTypesAndEntitiesAreRefused() {
        for (String document : new String[] {
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
            "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
            "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
            "<a>&unknown;</a>", "<a><b></a>", "", "text", "<a/><b/>", "<a>".repeat(20_000)}) {
            assertThatThrownBy(() -> read(document)).isInstanceOf(XMLStreamException.class);
        }
    }

    private static Element read(String document) throws XMLStreamException {
        return Element.read(document.getBytes(StandardCharsets.UTF_8));
    }
}
