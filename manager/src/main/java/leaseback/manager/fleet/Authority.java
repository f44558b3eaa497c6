package leaseback.manager.fleet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Documents;
import leaseback.manager.database.Database;
import leaseback.manager.sealing.Kms;
import leaseback.manager.sealing.SealedColumn;
import leaseback.protocol.Party;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Our own certificate authority: one root, EC P-256, kept in the database with its key sealed by the master key.
///
/// It signs leaves only, and writes each into the table `certificate`. A certificate is good when the root signed it, the
/// table has it unrevoked, and its days have not passed: so a revocation needs no list that somebody must fetch.
public final class Authority {
    /// `extendedKeyUsage` of one who dials.
    static final String CLIENT_AUTH = KeyPurposeId.id_kp_clientAuth.getId();

    private static final String PURPOSE = "authority/root";
    private static final Duration ROOT_LIFE = Duration.ofDays(20 * 365);

    /// A leaf is dated back a little: the clocks of strangers' PCs run slow.
    private static final Duration SLOW_CLOCKS = Duration.ofMinutes(10);

    private final Database database;
    private final InstantSource clock;
    private final Duration life;
    private final X509Certificate root;
    private final PrivateKey rootKey;
    private final SecureRandom random = new SecureRandom();

    private Authority(Database database, InstantSource clock, Duration life, X509Certificate root, PrivateKey rootKey) {
        this.database = database;
        this.clock = clock;
        this.life = life;
        this.root = root;
        this.rootKey = rootKey;
    }

    /// Opens the authority of this database; the first manager makes it, and those that race with it take the same one.
    ///
    /// @param life how long the certificates of hosts and managers are good for, such as 30 days; each renews at two thirds
    /// @throws IllegalStateException when the master key is not the one that sealed the root key
    public static Authority open(Database database, Kms kms, InstantSource clock, Duration life) {
        if (life.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("certificates must live a minute or longer, not " + life);
        }
        try {
            Sealed sealed = database.read(Authority::stored).orElse(null);
            if (sealed == null) {
                Sealed made = make(kms, clock.instant());
                sealed = database.transact(handle -> {
                    handle.createUpdate("""
                            insert into authority (id, certificate, key_sealed, created_at)
                            values ('root', :certificate, :key, :at) on conflict do nothing""")
                            .bind("certificate", made.certificate()).bind("key", made.key())
                            .bind("at", clock.instant()).execute();
                    return stored(handle).orElseThrow();
                });
            }
            PrivateKey key = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(kms.open(sealed.key(), PURPOSE)));
            return new Authority(database, clock, life, parse(sealed.certificate()), key);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the certificate authority in the database cannot be read", broken);
        }
    }

    /// Where the root key is kept sealed.
    public static SealedColumn sealed() {
        return new SealedColumn("authority", "id", "key_sealed", id -> PURPOSE);
    }

    /// The root certificate: what hosts and clients must be given out of band.
    public X509Certificate root() {
        return root;
    }

    /// The root certificate as PEM.
    public String rootPem() {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(root.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the root certificate cannot be encoded", broken);
        }
    }

    /// A key of its own and certificates, renewed as they age, for one manager process.
    ///
    /// @param names host names and IP addresses under which clients reach its faces
    public ManagerIdentity identity(UUID managerId, Collection<String> names) {
        return new ManagerIdentity(this, new Party.Manager(managerId), List.copyOf(names), clock);
    }

    Duration life() {
        return life;
    }

    /// Signs and records a host's certificate; in the caller's transaction.
    ///
    /// @param serialNumber the machine's, shown as the certificate's common name
    X509Certificate issueHost(Handle handle, UUID hostId, String serialNumber, PublicKey key) {
        return issue(handle, new Party.Host(hostId), serialNumber, List.of(), key);
    }

    X509Certificate issueManager(Party.Manager manager, List<String> names, PublicKey key) {
        return database.transact(handle -> issue(handle, manager, "leaseback manager", names, key));
    }

    /// Whom the certificate speaks for.
    ///
    /// @param grace how long after its last day it is still taken (for renewing only)
    /// @throws CertificateException when it is not ours, expired, unknown or revoked; the message says which
    Party verify(X509Certificate certificate, String usage, Duration grace) throws CertificateException {
        String which = "certificate " + serial(certificate) + " (" + certificate.getSubjectX500Principal() + ")";
        try {
            certificate.verify(root.getPublicKey());
        } catch (GeneralSecurityException notOurs) {
            throw new CertificateException(which + " was not issued by this authority", notOurs);
        }
        Party party = Party.of(certificate)
                .orElseThrow(() -> new CertificateException(which + " names neither a host nor a manager"));
        List<String> usages = certificate.getExtendedKeyUsage();
        if (usages == null || !usages.contains(usage)) {
            throw new CertificateException(which + " is not meant for this use");
        }
        Instant now = clock.instant();
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            throw new CertificateException(which + " is not valid before " + certificate.getNotBefore().toInstant());
        }
        Instant last = certificate.getNotAfter().toInstant();
        if (now.isAfter(last.plus(grace))) {
            throw new CertificateException(which + " of " + party.uri() + " expired at " + last);
        }
        Recorded recorded = database.read(handle -> handle.createQuery("""
                select sha256, subject_id, revoked_at from certificate where serial = :serial""")
                .bind("serial", serial(certificate))
                .map((row, context) -> new Recorded(row.getBytes("sha256"), row.getObject("subject_id", UUID.class),
                        row.getTimestamp("revoked_at") == null ? null : row.getTimestamp("revoked_at").toInstant()))
                .findOne().orElse(null));
        if (recorded == null || !MessageDigest.isEqual(recorded.sha256(), sha256(certificate))
                || !recorded.subject().equals(party.id())) {
            throw new CertificateException(which + " of " + party.uri() + " is unknown: it is not in our table of issued ones");
        }
        if (recorded.revokedAt() != null) {
            throw new CertificateException(which + " of " + party.uri() + " was revoked at " + recorded.revokedAt());
        }
        return party;
    }

    /// Checks that who shows `certificate` is a manager of ours.
    ///
    /// @throws CertificateException when it is not; the message says why
    public void requireManager(X509Certificate certificate) throws CertificateException {
        Party party = verify(certificate, CLIENT_AUTH, Duration.ZERO);
        if (!(party instanceof Party.Manager)) {
            throw new CertificateException(party.uri() + " is no manager");
        }
    }

    static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    static X509Certificate parse(byte[] der) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private X509Certificate issue(Handle handle, Party party, String commonName, List<String> names, PublicKey key) {
        try {
            Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            Instant notAfter = now.plus(life);
            boolean manager = party instanceof Party.Manager;
            X509v3CertificateBuilder leaf = new JcaX509v3CertificateBuilder(root, new BigInteger(127, random).setBit(120),
                    Date.from(now.minus(SLOW_CLOCKS)), Date.from(notAfter), name(commonName), key);
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            leaf.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            leaf.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            leaf.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(manager
                    ? new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}
                    : new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth}));
            leaf.addExtension(Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(key));
            leaf.addExtension(Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(root.getPublicKey()));
            leaf.addExtension(Extension.subjectAlternativeName, false, alternativeNames(party, names));
            X509Certificate certificate = sign(leaf, rootKey);
            handle.createUpdate("""
                    insert into certificate (serial, kind, subject_id, sha256, issued_at, not_after)
                    values (:serial, :kind, :subject, :sha256, :at, :notAfter)""")
                    .bind("serial", serial(certificate)).bind("kind", manager ? "MANAGER" : "HOST").bind("subject", party.id())
                    .bind("sha256", sha256(certificate)).bind("at", now).bind("notAfter", notAfter).execute();
            return certificate;
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("cannot issue a certificate for " + party.uri(), broken);
        }
    }

    private static GeneralNames alternativeNames(Party party, List<String> names) {
        List<GeneralName> all = new ArrayList<>();
        all.add(new GeneralName(GeneralName.uniformResourceIdentifier, party.uri()));
        for (String name : names) {
            boolean address = name.contains(":") || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
            all.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    private static Sealed make(Kms kms, Instant now) throws GeneralSecurityException {
        KeyPair pair = newKey();
        byte[] number = new byte[4];
        new SecureRandom().nextBytes(number);
        X500Name name = name("Leaseback authority " + HexFormat.of().formatHex(number));
        X509v3CertificateBuilder root = new JcaX509v3CertificateBuilder(name, new BigInteger(127, new SecureRandom()).setBit(120),
                Date.from(now.minus(1, ChronoUnit.DAYS)), Date.from(now.plus(ROOT_LIFE)), name, pair.getPublic());
        try {
            root.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            root.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            root.addExtension(Extension.subjectKeyIdentifier, false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        } catch (IOException broken) {
            throw new GeneralSecurityException(broken);
        }
        return new Sealed(sign(root, pair.getPrivate()).getEncoded(), kms.seal(pair.getPrivate().getEncoded(), PURPOSE));
    }

    static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (OperatorCreationException broken) {
            throw new GeneralSecurityException(broken);
        }
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
    }

    private static byte[] sha256(X509Certificate certificate) throws CertificateException {
        return Documents.sha256(certificate.getEncoded());
    }

    private static Optional<Sealed> stored(Handle handle) {
        return handle.createQuery("select certificate, key_sealed from authority where id = 'root'")
                .map((row, context) -> new Sealed(row.getBytes("certificate"), row.getBytes("key_sealed"))).findOne();
    }

    private record Sealed(byte[] certificate, byte[] key) {
        Sealed {
            Objects.requireNonNull(certificate);
            Objects.requireNonNull(key);
        }
    }

    private record Recorded(byte[] sha256, UUID subject, @Nullable Instant revokedAt) {}
}
