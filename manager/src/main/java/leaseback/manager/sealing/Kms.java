package leaseback.manager.sealing;

/// The root of all keys: seals small secrets (tenant keys, customers' secret keys, the certificate authority's key) so that
/// the database alone tells nothing. A [MasterKey] file, or a [Vault].
public interface Kms {
    /// @param purpose bound in: what was sealed for one opens for no other
    byte[] seal(byte[] secret, String purpose);

    /// @throws IllegalStateException when another key sealed it, the version that did is retired, or the bytes were altered
    /// @throws KmsUnreachable        when the keys are elsewhere and cannot be asked now
    byte[] open(byte[] sealed, String purpose);

    /// Whether these bytes have the form this one seals in; `open` may still refuse them.
    boolean recognises(byte[] sealed);

    /// Whether the newest version of the key sealed this.
    boolean isCurrent(byte[] sealed);

    /// Begins a new version, which seals from now on; the older ones still open.
    ///
    /// @return its number
    int rotate();

    /// Destroys all versions but the newest: what they sealed opens no more. First seal it again, all of it.
    ///
    /// @return the number of the one that stays
    int retire();

    /// Where the keys are and which version seals, for the operator; nothing secret.
    String describe();
}
