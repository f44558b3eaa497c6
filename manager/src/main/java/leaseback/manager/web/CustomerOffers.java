package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.order.Addenda;
import leaseback.manager.order.AddendumState;
import leaseback.manager.order.Amendments;
import leaseback.manager.order.Evidence;
import leaseback.manager.order.Orders;
import leaseback.manager.order.QuoteState;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.Renewals;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What is offered to a customer, of both kinds: quotes (`offers`) and what would change a lease that runs (`changes`).
public final class CustomerOffers {
    /// The sentence that goes with a yes.
    static final String AGREE = "I have read these words, and I agree to all that they say.";
    private static final String OFFERS = "offers";
    private final Database database;
    private final Quotes quotes;
    private final Orders orders;
    private final Addenda addenda;
    private final Renewals renewals;
    private final Amendments amendments;
    private final Evidence evidence;

    public CustomerOffers(Database database, Quotes quotes, Orders orders, Addenda addenda, Renewals renewals, Amendments amendments, Evidence evidence) {
        this.database = database;
        this.quotes = quotes;
        this.orders = orders;
        this.addenda = addenda;
        this.renewals = renewals;
        this.amendments = amendments;
        this.evidence = evidence;
    }

    /// Those that wait for an answer.
    List<MyPage.Waiting> waiting(Handle handle, UUID customer, ZoneId zone, String base) {
        List<MyPage.Waiting> waiting = new ArrayList<>();
        quotes.open(handle, customer).forEach(each -> waiting.add(new MyPage.Waiting(base + "/offers/" + each.quote().id(),
                "An offer: " + each.quote().offering().name() + ", " + each.quote().plan().name(), Figures.day(each.quote().expiresAt(), zone))));
        addenda.open(handle, customer).forEach(each -> waiting.add(new MyPage.Waiting(base + "/changes/" + each.addendum().id(), what(each),
                Figures.day(each.addendum().expiresAt(), zone))));
        return waiting;
    }

    /// One of theirs; empty when there is none.
    ///
    /// @param fault what was wrong with the last try; null for nothing
    Optional<OfferPage> page(String kind, String id, UUID customer, String base, @Nullable String fault) {
        return kind.equals(OFFERS) ? quote(id, customer).map(found -> page(found, base, fault)) : addendum(id, customer).map(found -> page(found, base, fault));
    }

    private OfferPage page(Quotes.Standing standing, String base, @Nullable String fault) {
        UUID id = standing.quote().id();
        return new OfferPage(base + "/offers", id, "Your offer", words(database.read(handle -> quotes.document(handle, id))), standing.quote().version(),
                standing.documentSha256(), AGREE, "No, without the lease", standing.state() instanceof QuoteState.Open,
                OfferPage.words(standing.state(), standing.quote().zone()),
                standing.state() instanceof QuoteState.Accepted || standing.state() instanceof QuoteState.Declined, fault);
    }

    private OfferPage page(Addenda.Standing standing, String base, @Nullable String fault) {
        UUID id = standing.addendum().id();
        return new OfferPage(base + "/changes", id, what(standing), words(database.read(handle -> addenda.document(handle, id))),
                standing.addendum().version(), standing.documentSha256(), AGREE, "No, leave it as it is", standing.state() instanceof AddendumState.Open,
                OfferPage.words(standing.state(), standing.addendum().zone()),
                standing.state() instanceof AddendumState.Accepted || standing.state() instanceof AddendumState.Declined, fault);
    }

    /// Keeps an answer.
    ///
    /// @return whether there is such an offer of theirs
    boolean decide(String kind, String id, UUID customer, Orders.Answer answer, String actor) {
        if (kind.equals(OFFERS)) {
            return quote(id, customer).map(found -> database.transact(handle -> orders.decide(handle, found.quote().id(), answer, actor))).isPresent();
        }
        return addendum(id, customer).map(found -> database.transact(handle -> switch (found.addendum().kind()) {
            case RENEWAL -> renewals.decide(handle, found.addendum().leaseId(), answer, actor);
            case AMENDMENT, UPGRADE -> amendments.decide(handle, found.addendum().id(), answer, actor);
        })).isPresent();
    }

    /// What proves an answer of theirs, as a tar; empty before there is one.
    Optional<byte[]> proof(String kind, String id, UUID customer) {
        Optional<UUID> own = kind.equals(OFFERS) ? quote(id, customer).map(found -> found.quote().id())
                : addendum(id, customer).map(found -> found.addendum().id());
        return own.flatMap(found -> database.read(handle -> evidence.bundle(handle, found))).map(bundle -> EvidenceBundle.tar(bundle).body());
    }

    private Optional<Quotes.Standing> quote(String text, UUID customer) {
        return ConsolePages.id(text).flatMap(id -> database.read(handle -> quotes.find(handle, id)))
                .filter(found -> found.quote().request().customerId().equals(customer));
    }

    private Optional<Addenda.Standing> addendum(String text, UUID customer) {
        return ConsolePages.id(text).flatMap(id -> database.read(handle -> addenda.find(handle, id)))
                .filter(found -> found.addendum().customerId().equals(customer));
    }

    private static String what(Addenda.Standing standing) {
        return switch (standing.addendum().kind()) {
            case RENEWAL -> "Another term";
            case AMENDMENT -> "Other terms";
            case UPGRADE -> "A better machine, and other terms,";
        } + " for lease " + standing.addendum().leaseNumber();
    }

    private static String words(Optional<byte[]> document) {
        return new String(document.orElseThrow(), StandardCharsets.UTF_8);
    }
}
