package leaseback.manager.ledger;

/// What an account is by its first word, and on which side it grows.
public enum AccountKind {
    ASSET("assets", true),
    LIABILITY("liabilities", false),
    EQUITY("equity", false),
    REVENUE("revenue", false),
    EXPENSE("expenses", true);

    private final String root;
    private final boolean growsByDebit;

    AccountKind(String root, boolean growsByDebit) {
        this.root = root;
        this.growsByDebit = growsByDebit;
    }

    /// The first word of its accounts' paths.
    public String root() {
        return root;
    }

    /// Whether what is debited adds to the balance; otherwise what is credited does.
    public boolean growsByDebit() {
        return growsByDebit;
    }

    static AccountKind of(String path) {
        for (AccountKind kind : values()) {
            if (path.startsWith(kind.root + ":")) {
                return kind;
            }
        }
        throw new IllegalArgumentException("\"" + path + "\" is no account: its first word is not one of assets, liabilities, equity,"
                + " revenue, expenses");
    }
}
