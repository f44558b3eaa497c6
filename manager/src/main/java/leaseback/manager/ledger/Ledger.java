package leaseback.manager.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// All money: transfers between accounts of the [Chart], each posted once and never altered. Every method works in the caller's
/// transaction, so that a bill and what it posts stand or fall together.
public final class Ledger {
    private static final int AT_ONCE = 2_000;
    private static final int MOST_LINES = 10_000;
    /// Each leg with its transfer; as `entry` reads it.
    static final String LEGS = """
            select t.id, t.at, t.code, t.description, t.value_date, t.reverses,
                   l.line, l.debit, l.credit, l.currency, l.minor, l.source_kind, l.source_id, l.source_line
            from transfer t join transfer_leg l on l.transfer_id = t.id
            """;
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public Ledger(InstantSource clock) {
        this.clock = clock;
    }

    /// Posts `transfer`; what was posted with the same id and content before is left as it is and answered with.
    ///
    /// @throws Refusal CONFLICT when the id stands for other content, what it reverses was reversed already, or this manager's clock
    ///     is in a day that is closed; UNKNOWN when what it reverses does not exist; UNFIT when it is not the reversal it says it is
    public Posted post(Handle handle, Transfer transfer) {
        return post(handle, List.of(transfer)).getFirst();
    }

    /// The same for many: all or none. The answers are in the order of `transfers`.
    public List<Posted> post(Handle handle, List<Transfer> transfers) {
        Map<UUID, Transfer> wanted = new TreeMap<>();
        for (Transfer transfer : transfers) {
            Transfer twin = wanted.put(transfer.id(), transfer);
            if (twin != null && !twin.equals(transfer)) {
                throw otherContent(transfer.id());
            }
            UUID reversed = transfer.reverses();
            if (reversed != null && !transfer.undoes(known(handle, reversed))) {
                throw Refusal.unfit("transfer " + transfer.id() + " does not take back what " + reversed
                        + " moved: give the same legs with debit and credit exchanged");
            }
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Days.enter(handle, now);
        Map<UUID, Posted> posted = new LinkedHashMap<>();
        List<Transfer> all = List.copyOf(wanted.values());
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            insert(handle, all.subList(from, Math.min(all.size(), from + AT_ONCE)), now, posted);
        }
        return transfers.stream().map(transfer -> posted.get(transfer.id())).toList();
    }

    /// Takes back all that `reversed` moved.
    ///
    /// @param id of the new transfer
    /// @throws Refusal as `post`
    public Posted reverse(Handle handle, UUID id, UUID reversed, String reason) {
        LocalDate on = find(handle, id).map(before -> before.transfer().valueDate()).orElse(day(clock.instant()));
        return post(handle, known(handle, reversed).reversal(id, reason, on));
    }

    public Optional<Posted> find(Handle handle, UUID id) {
        return Optional.ofNullable(find(handle, List.of(id)).get(id));
    }

    /// What took that transfer back, if anything did.
    public Optional<Posted> reversalOf(Handle handle, UUID id) {
        return handle.createQuery("select id from transfer where reverses = :id").bind("id", id).mapTo(UUID.class).findOne()
                .flatMap(reversal -> find(handle, reversal));
    }

    /// The legs that rest on that line of a document, oldest first; all the legs of the document where `line` is 0.
    public List<DocumentLine> restingOn(Handle handle, DocumentLine source) {
        return handle.createQuery("""
                select transfer_id, line from transfer_leg
                where source_kind = :kind and source_id = :id and (:line = 0 or source_line = :line)
                order by at, transfer_id, line limit :most""")
                .bind("kind", source.kind()).bind("id", source.id()).bind("line", source.line()).bind("most", MOST_LINES)
                .map((row, context) -> Transfer.line(row.getObject("transfer_id", UUID.class), row.getInt("line"))).list();
    }

    /// What the account stood at just before `until`.
    public Balance balance(Handle handle, Account account, String currency, Instant until) {
        return handle.createQuery("""
                select (select coalesce(sum(minor), 0) from transfer_leg where debit = :account and currency = :currency and at < :until),
                       (select coalesce(sum(minor), 0) from transfer_leg where credit = :account and currency = :currency and at < :until)
                """)
                .bind("account", account.path()).bind("currency", currency).bind("until", until)
                .map((row, context) -> new Balance(account, money(row, 1, currency), money(row, 2, currency))).one();
    }

    /// Those of these accounts through which anything went in that currency before `until`.
    public List<Balance> balances(Handle handle, Collection<Account> accounts, String currency, Instant until) {
        return handle.createQuery("""
                select account, sum(debit), sum(credit) from (
                    select debit as account, minor as debit, 0 as credit from transfer_leg
                    where debit in (<accounts>) and currency = :currency and at < :until
                    union all
                    select credit, 0, minor from transfer_leg where credit in (<accounts>) and currency = :currency and at < :until) as side
                group by account order by account""")
                .bindList("accounts", accounts.stream().map(Account::path).toList()).bind("currency", currency).bind("until", until)
                .map((row, context) -> new Balance(new Account(row.getString(1)), money(row, 2, currency), money(row, 3, currency))).list();
    }

    /// Those of one entry of the chart through which anything went before `until`, by path and currency.
    public List<Balance> balances(Handle handle, Chart entry, Instant until) {
        String path = entry.template();
        return handle.createQuery("""
                select account, currency, sum(debit), sum(credit) from (
                    select debit as account, currency, minor as debit, 0 as credit from transfer_leg where debit like :path and at < :until
                    union all
                    select credit, currency, 0, minor from transfer_leg where credit like :path and at < :until) as side
                group by account, currency order by account, currency""")
                .bind("path", path.replaceFirst("\\{[a-z]+}", "%")).bind("until", until)
                .map((row, context) -> new Balance(new Account(row.getString(1)), money(row, 3, row.getString(2)), money(row, 4, row.getString(2)))).list();
    }

    /// All accounts through which anything went before `until`, by path and currency.
    ///
    /// @throws IllegalStateException when they do not add up to nothing, which only a damaged database does
    public List<Balance> balances(Handle handle, Instant until) {
        List<Balance> balances = handle.createQuery("""
                select account, currency, sum(debit), sum(credit) from (
                    select debit as account, currency, minor as debit, 0 as credit from transfer_leg where at < :until
                    union all
                    select credit, currency, 0, minor from transfer_leg where at < :until) as side
                group by account, currency order by account, currency""")
                .bind("until", until)
                .map((row, context) -> new Balance(new Account(row.getString(1)), money(row, 3, row.getString(2)),
                        money(row, 4, row.getString(2)))).list();
        Map<String, Money> sums = new TreeMap<>();
        for (Balance balance : balances) {
            sums.merge(balance.debit().currency(), balance.net(), Money::plus);
        }
        sums.forEach((currency, sum) -> {
            if (sum.minor() != 0) {
                throw new IllegalStateException("the ledger is out of balance by " + sum + "; run `leaseback ledger verify`");
            }
        });
        return balances;
    }

    /// What happened to the account from `from` until just before `to`.
    ///
    /// @throws Refusal UNFIT when that is more than 10,000 lines, or no time at all
    public Statement statement(Handle handle, Account account, String currency, Instant from, Instant to) {
        if (!from.isBefore(to)) {
            throw Refusal.unfit("a statement goes from an earlier instant to a later one, not from " + from + " to " + to);
        }
        Money opening = balance(handle, account, currency, from).money();
        List<Statement.Line> lines = new ArrayList<>();
        handle.createQuery(LEGS + """
                where (l.debit = :account or l.credit = :account) and l.currency = :currency and l.at >= :from and l.at < :to
                order by l.at, l.transfer_id, l.line limit :most""")
                .bind("account", account.path()).bind("currency", currency).bind("from", from).bind("to", to)
                .bind("most", MOST_LINES + 1)
                .map((row, context) -> entry(row)).forEach(entry -> {
                    Money before = lines.isEmpty() ? opening : lines.getLast().balance();
                    boolean debited = entry.leg().debit().equals(account);
                    Money amount = debited == account.kind().growsByDebit() ? entry.leg().amount()
                            : Money.zero(currency).minus(entry.leg().amount());
                    lines.add(new Statement.Line(entry.id(), Transfer.line(entry.id(), entry.line()), entry.at(), entry.valueDate(),
                            entry.code(), entry.description(), debited ? entry.leg().credit() : entry.leg().debit(), amount,
                            before.plus(amount), entry.leg().source()));
                });
        if (lines.size() > MOST_LINES) {
            throw Refusal.unfit(account + " has more than " + MOST_LINES + " lines from " + from + " to " + to
                    + "; ask for a shorter time");
        }
        return new Statement(account, from, to, opening, lines, lines.isEmpty() ? opening : lines.getLast().balance());
    }

    /// The day of UTC in which `at` is.
    static LocalDate day(Instant at) {
        return at.atZone(ZoneOffset.UTC).toLocalDate();
    }

    /// One leg as it is read.
    record Entry(UUID id, Instant at, String code, String description, LocalDate valueDate, @Nullable UUID reverses, int line, Leg leg) {}

    static Entry entry(ResultSet row) throws SQLException {
        return new Entry(row.getObject("id", UUID.class), row.getTimestamp("at").toInstant(), row.getString("code"),
                row.getString("description"), row.getObject("value_date", LocalDate.class), row.getObject("reverses", UUID.class),
                row.getInt("line"), new Leg(new Account(row.getString("debit")), new Account(row.getString("credit")),
                        new Money(row.getLong("minor"), row.getString("currency")),
                        new DocumentLine(row.getString("source_kind"), row.getString("source_id"), row.getInt("source_line"))));
    }

    private Transfer known(Handle handle, UUID id) {
        return find(handle, id).orElseThrow(() -> Refusal.unknown("transfer", id)).transfer();
    }

    private Map<UUID, Posted> find(Handle handle, Collection<UUID> ids) {
        Map<UUID, List<Entry>> legs = new LinkedHashMap<>();
        handle.createQuery(LEGS + "where t.id in (<ids>) order by t.id, l.line").bindList("ids", List.copyOf(ids))
                .map((row, context) -> entry(row))
                .forEach(entry -> legs.computeIfAbsent(entry.id(), id -> new ArrayList<>()).add(entry));
        Map<UUID, Posted> found = new LinkedHashMap<>();
        legs.forEach((id, entries) -> {
            Entry first = entries.getFirst();
            found.put(id, new Posted(new Transfer(id, first.code(), first.description(), first.valueDate(),
                    entries.stream().map(Entry::leg).toList(), first.reverses()), first.at()));
        });
        return found;
    }

    private void insert(Handle handle, List<Transfer> transfers, Instant now, Map<UUID, Posted> posted) {
        List<Map<String, Object>> heads = new ArrayList<>();
        for (Transfer transfer : transfers) {
            Map<String, Object> head = new LinkedHashMap<>(Map.of("id", transfer.id(), "code", transfer.code(),
                    "description", transfer.description(), "value_date", transfer.valueDate().toString()));
            if (transfer.reverses() != null) {
                head.put("reverses", transfer.reverses());
            }
            heads.add(head);
        }
        Set<UUID> fresh = new HashSet<>(handle.createQuery("""
                insert into transfer (id, at, code, description, value_date, reverses)
                select id, :at, code, description, value_date, reverses from json_to_recordset(cast(:heads as json))
                    as head(id uuid, code text, description text, value_date date, reverses uuid)
                on conflict do nothing returning id""")
                .bind("at", now).bind("heads", json.writeValueAsString(heads)).mapTo(UUID.class).list());
        List<Map<String, Object>> legs = new ArrayList<>();
        List<Transfer> known = new ArrayList<>();
        for (Transfer transfer : transfers) {
            if (!fresh.contains(transfer.id())) {
                known.add(transfer);
                continue;
            }
            posted.put(transfer.id(), new Posted(transfer, now));
            int line = 0;
            for (Leg leg : transfer.legs()) {
                legs.add(Map.of("transfer_id", transfer.id(), "line", ++line, "debit", leg.debit().path(),
                        "credit", leg.credit().path(), "currency", leg.amount().currency(), "minor", leg.amount().minor(),
                        "source_kind", leg.source().kind(), "source_id", leg.source().id(), "source_line", leg.source().line()));
            }
        }
        if (!fresh.isEmpty()) {
            insertLegs(handle, legs, now);
        }
        if (!known.isEmpty()) {
            answerWithFirst(handle, known, posted);
        }
    }

    private void insertLegs(Handle handle, List<Map<String, Object>> legs, Instant now) {
        handle.createUpdate("""
                insert into transfer_leg (transfer_id, line, at, debit, credit, currency, minor, source_kind, source_id, source_line)
                select transfer_id, line, :at, debit, credit, currency, minor, source_kind, source_id, source_line
                from json_to_recordset(cast(:legs as json)) as leg(transfer_id uuid, line int, debit text, credit text, currency text,
                    minor bigint, source_kind text, source_id text, source_line int)""")
                .bind("at", now).bind("legs", json.writeValueAsString(legs)).execute();
    }

    private void answerWithFirst(Handle handle, List<Transfer> known, Map<UUID, Posted> posted) {
        Map<UUID, Posted> first = find(handle, known.stream().map(Transfer::id).toList());
        for (Transfer transfer : known) {
            Posted before = first.get(transfer.id());
            if (before == null) {
                throw Refusal.conflict("transfer " + transfer.reverses() + " was reversed already, and is reversed once;"
                        + " GET /api/ledger/transfer/" + transfer.reverses() + " names its reversal");
            }
            if (!before.transfer().equals(transfer)) {
                throw otherContent(transfer.id());
            }
            posted.put(transfer.id(), before);
        }
    }

    private static Refusal otherContent(UUID id) {
        return Refusal.conflict("transfer " + id + " was posted with other content, and nothing posted is altered;"
                + " choose a new id, or reverse that one");
    }

    /// Sums are numeric in the database, so that they cannot overflow there.
    private static Money money(ResultSet row, int column, String currency) throws SQLException {
        return new Money(row.getBigDecimal(column).longValueExact(), currency);
    }
}
