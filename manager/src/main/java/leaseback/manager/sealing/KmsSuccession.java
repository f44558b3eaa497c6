package leaseback.manager.sealing;

/// One Kms after another: the new one seals, both open, each what it recognises; so that a manager can move from its file to a
/// service, or back, with nothing but a rotation.
public final class KmsSuccession implements Kms {
    private final Kms now;
    private final Kms before;

    public KmsSuccession(Kms now, Kms before) {
        this.now = now;
        this.before = before;
    }

    @Override
    public byte[] seal(byte[] secret, String purpose) {
        return now.seal(secret, purpose);
    }

    @Override
    public byte[] open(byte[] sealed, String purpose) {
        return (now.recognises(sealed) ? now : before).open(sealed, purpose);
    }

    @Override
    public boolean recognises(byte[] sealed) {
        return now.recognises(sealed) || before.recognises(sealed);
    }

    @Override
    public boolean isCurrent(byte[] sealed) {
        return now.recognises(sealed) && now.isCurrent(sealed);
    }

    @Override
    public int rotate() {
        return now.rotate();
    }

    @Override
    public int retire() {
        return now.retire();
    }

    @Override
    public String describe() {
        return now.describe() + "; what is older: " + before.describe();
    }
}
