package leaseback.manager.order;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import leaseback.manager.sealing.Kms;
import leaseback.manager.sealing.SealedColumn;
import org.jdbi.v3.core.Handle;

/// The provider's keys for manifests and decisions: ECDSA P-256, because every openssl in use can check it in one command.
/// The private half lies in the database sealed by the master key; the newest key signs, all verify.
public final class SigningKeys {
    private final Kms kms;
    private final InstantSource clock;

    public SigningKeys(Kms kms, InstantSource clock) {
        this.kms = kms;
        this.clock = clock;
    }

    /// Signs with the newest key, making the first where there is none.
    public Signed sign(Handle handle, byte[] document) {
        record Row(int number, byte[] sealed) {}
        if (newest(handle).isEmpty()) {
            makeFirst(handle);
        }
        Row row = handle.createQuery("select number, private_sealed from signing_key order by number desc limit 1")
                .map((found, context) -> new Row(found.getInt("number"), found.getBytes("private_sealed"))).one();
        try {
            PrivateKey key = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(kms.open(row.sealed(), purpose(row.number()))));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(document);
            return new Signed(document, signature.sign(), row.number());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM cannot sign with ECDSA P-256", broken);
        }
    }

    /// The public key with this number as PEM, for anybody.
    public Optional<String> publicPem(Handle handle, int number) {
        return handle.createQuery("select public_key from signing_key where number = :number").bind("number", number)
                .mapTo(byte[].class).findOne().map(SigningKeys::pem);
    }

    /// The public key that signs now as PEM; the first is made where there is none. Needs a transaction.
    public String publicPem(Handle handle) {
        if (newest(handle).isEmpty()) {
            makeFirst(handle);
        }
        return publicPem(handle, newest(handle).orElseThrow()).orElseThrow();
    }

    /// Where the private halves are kept sealed.
    public static SealedColumn sealed() {
        return new SealedColumn("signing_key", "number", "private_sealed", number -> purpose(Integer.parseInt(number)));
    }

    private Optional<Integer> newest(Handle handle) {
        return handle.createQuery("select number from signing_key order by number desc limit 1").mapTo(Integer.class).findOne();
    }

    private void makeFirst(Handle handle) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            // Of two managers that make it at once the first one's stays; the other waits here and reads it.
            handle.createUpdate("""
                    insert into signing_key (number, public_key, private_sealed, created_at)
                    values (1, :public, :sealed, :at) on conflict (number) do nothing""")
                    .bind("public", pair.getPublic().getEncoded())
                    .bind("sealed", kms.seal(pair.getPrivate().getEncoded(), purpose(1)))
                    .bind("at", clock.instant()).execute();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM cannot make an ECDSA P-256 key", broken);
        }
    }

    private static String pem(byte[] publicKey) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey)
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String purpose(int number) {
        return "signing-key/" + number;
    }
}
