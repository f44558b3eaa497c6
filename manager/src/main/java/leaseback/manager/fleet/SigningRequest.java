package leaseback.manager.fleet;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/// A PKCS#10 request whose signature is right and whose key we take: EC P-256 or P-384, or RSA of 2048 to 8192 bits.
/// What it asks to be called counts for nothing at enrolment; it may only not ask for another's name.
///
/// @param uris URI names asked for
record SigningRequest(PublicKey key, List<String> commonNames, List<String> uris) {
    /// @throws IllegalArgumentException when it is no request, its signature is wrong, or its key is not taken
    static SigningRequest parse(byte[] der) {
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
            PublicKey key = request.getPublicKey();
            refuseWeak(key);
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("the request is not signed by the key it carries");
            }
            List<String> commonNames = new ArrayList<>();
            for (var rdn : request.getSubject().getRDNs(BCStyle.CN)) {
                commonNames.add(IETFUtils.valueToString(rdn.getFirst().getValue()));
            }
            List<String> uris = new ArrayList<>();
            Extensions extensions = request.getRequestedExtensions();
            GeneralNames names = extensions == null
                    ? null
                    : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
            if (names != null) {
                for (GeneralName name : names.getNames()) {
                    if (name.getTagNo() == GeneralName.uniformResourceIdentifier) {
                        uris.add(name.getName().toString());
                    }
                }
            }
            return new SigningRequest(key, List.copyOf(commonNames), List.copyOf(uris));
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException | IllegalStateException
                | ClassCastException | NullPointerException broken) {
            // The last three: how the parser says that well-formed ASN.1 is no request.
            throw new IllegalArgumentException("this is no PKCS#10 request (DER, in Base64): " + broken.getMessage(), broken);
        }
    }

    private static void refuseWeak(PublicKey key) {
        boolean taken = switch (key) {
            case ECPublicKey ec -> ec.getParams().getCurve().getField().getFieldSize() == 256
                    || ec.getParams().getCurve().getField().getFieldSize() == 384;
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= 2048 && rsa.getModulus().bitLength() <= 8192;
            default -> false;
        };
        if (!taken) {
            throw new IllegalArgumentException("the key must be EC P-256 or P-384, or RSA of 2048 to 8192 bits");
        }
    }
}
