package leaseback.manager.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.lease.IllegalTransition;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.NotNow;
import leaseback.manager.lease.Party;
import leaseback.manager.order.Channel;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Verdict;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// Where customers, signed in with their e-mail and password, see what is theirs, answer offers, and pause or end a lease. What they do
/// here goes the same way as through the API, and leaves the same evidence.
public final class CustomerDesk {
    private static final String DOOR = "leaseback-my";
    private static final String HOME = "/my";
    private static final String SIGN_IN = "/my/sign-in";
    private static final String SIGN_OUT = "/my/sign-out";
    private final Database database;
    private final Customers customers;
    private final Leases leases;
    private final CustomerOffers offers;
    private final MoneyPages money;
    private final LeasePages leasePages;
    private final InstantSource clock;
    private final Sessions sessions;
    private final CustomerSignIn signIn;
    private final PageWriter writer = new PageWriter();

    /// @param random must be cryptographically strong outside tests
    public CustomerDesk(Database database, Customers customers, Leases leases, CustomerOffers offers, MoneyPages money,
            LeasePages leasePages, Passwords passwords, InstantSource clock, RandomGenerator random) {
        this.database = database;
        this.customers = customers;
        this.leases = leases;
        this.offers = offers;
        this.money = money;
        this.leasePages = leasePages;
        this.clock = clock;
        this.sessions = new Sessions(database, clock, random);
        this.signIn = new CustomerSignIn(customers, passwords);
    }

    /// Whether an address is one of a customer's.
    static boolean its(String path) {
        return path.equals(HOME) || path.startsWith(HOME + "/");
    }

    Reply reply(Visit visit) {
        String path = visit.path();
        boolean post = visit.method().equals("POST");
        if (post && !visit.ours()) {
            return writer.stranger(visit);
        }
        if (path.equals(SIGN_OUT)) {
            return post ? signOut(visit) : writer.notSo(path, "POST");
        }
        if (!post && !visit.method().equals("GET")) {
            return writer.notSo(path, "GET, HEAD, POST");
        }
        Optional<Visitor.Owner> owner = visit.token(DOOR).flatMap(token -> sessions.customer(token, !visit.fragment())).flatMap(customers::find)
                .map(customer -> new Visitor.Owner(customer.id(), customer.name()));
        if (path.equals(SIGN_IN)) {
            String to = Visit.inside(visit.query().getOrDefault("to", ""), HOME);
            return post ? signIn(visit) : owner.isPresent() ? Reply.seeOther(to) : door(200, new SignInPage(to, "", null));
        }
        if (owner.isEmpty()) {
            return visit.fragment() ? Reply.empty(401).with("HX-Redirect", SIGN_IN)
                    : Reply.seeOther(SIGN_IN + (post || path.equals(HOME) ? "" : "?to=" + Figures.encoded(visit.pathAndQuery())));
        }
        List<String> parts = List.of(path.substring(1).split("/", -1));
        try {
            return post ? act(visit, parts, owner.get()) : look(visit, parts, owner.get());
        } catch (NotNow | IllegalTransition | Refusal refused) {
            return writer.fault(path, owner.get(), 409, "That cannot be done now", String.valueOf(refused.getMessage()));
        }
    }

    private Reply look(Visit visit, List<String> parts, Visitor.Owner owner) {
        Instant now = clock.instant();
        if (parts.size() == 1) {
            return writer.show(visit, owner, new ConsolePages.Page.Shown("Yours", "my", overview(owner.id(), now)));
        }
        Optional<? extends ConsolePages.Page> page = switch (parts.get(1) + "/" + parts.size()) {
            case "offers/3", "changes/3" -> offer(parts, owner, null);
            case "offers/4", "changes/4" -> proof(parts, owner);
            case "leases/3" -> lease(parts.get(2), owner, now);
            case "leases/4" -> label(parts, owner);
            case "documents/3" -> money.documentOf(owner.id(), parts.get(2), visit.query(), HOME + "/documents");
            default -> Optional.empty();
        };
        return page.map(found -> writer.show(visit, owner, found)).orElseGet(() -> writer.notFound(visit.path(), owner));
    }

    private Reply act(Visit visit, List<String> parts, Visitor.Owner owner) {
        Map<String, String> form = visit.form().orElse(null);
        if (form == null) {
            return writer.fault(visit.path(), owner, 400, "The form could not be read", "Go back and send it again.");
        }
        if (parts.size() != 4) {
            return writer.notFound(visit.path(), owner);
        }
        return switch (parts.get(1) + "/" + parts.get(3)) {
            case "offers/accept", "changes/accept" -> answer(visit, parts, form, Verdict.ACCEPTED, owner);
            case "offers/decline", "changes/decline" -> answer(visit, parts, form, Verdict.DECLINED, owner);
            case "leases/pause", "leases/resume", "leases/notice" -> change(visit, form, parts.get(2), parts.get(3), owner);
            default -> writer.notFound(visit.path(), owner);
        };
    }

    private MyPage overview(UUID id, Instant now) {
        return database.read(handle -> {
            Customer customer = Customers.find(handle, id).orElseThrow();
            return new MyPage(offers.waiting(handle, id, customer.zone(), HOME), money.customerPage(handle, customer, now));
        });
    }

    private Optional<ConsolePages.Page> offer(List<String> parts, Visitor.Owner owner, @Nullable String fault) {
        return offers.page(parts.get(1), parts.get(2), owner.id(), HOME, fault)
                .map(page -> new ConsolePages.Page.Shown(page.what(), "offer.jte", null, page));
    }

    private Optional<ConsolePages.Page> proof(List<String> parts, Visitor.Owner owner) {
        return parts.get(3).equals("evidence.tar") ? offers.proof(parts.get(1), parts.get(2), owner.id())
                .map(tar -> new ConsolePages.Page.File("evidence-" + parts.get(2) + ".tar", "application/x-tar", tar)) : Optional.empty();
    }

    private Optional<ConsolePages.Page> lease(String text, Visitor.Owner owner, Instant now) {
        return ConsolePages.id(text).flatMap(id -> leasePages.lease(id, now)).filter(page -> page.line().lease().customerId().equals(owner.id()))
                .map(page -> new ConsolePages.Page.Shown("Lease " + page.line().lease().number(), "myLease.jte", null, page));
    }

    private Optional<ConsolePages.Page> label(List<String> parts, Visitor.Owner owner) {
        return ConsolePages.id(parts.get(2)).filter(id -> database.read(handle -> leases.find(handle, id))
                .filter(lease -> lease.customerId().equals(owner.id())).isPresent()).flatMap(id -> leasePages.label(id, parts.get(3), actor(owner)));
    }

    private Reply answer(Visit visit, List<String> parts, Map<String, String> form, Verdict verdict, Visitor.Owner owner) {
        String version = form.getOrDefault("version", "");
        boolean ticked = form.getOrDefault("agree", "").equals("yes");
        if (!version.matches("[1-9][0-9]{0,5}") || verdict == Verdict.ACCEPTED && !ticked) {
            String fault = "Read the offer, tick the sentence below it, and say yes again. Nothing is decided yet.";
            return offer(parts, owner, fault).map(page -> writer.show(visit, owner, page)).orElseGet(() -> writer.notFound(visit.path(), owner));
        }
        Orders.Answer answer = new Orders.Answer(verdict, Integer.parseInt(version), form.get("sha256"), Channel.WEB, null,
                verdict == Verdict.ACCEPTED ? List.of(CustomerOffers.AGREE) : List.of());
        return offers.decide(parts.get(1), parts.get(2), owner.id(), answer, actor(owner))
                ? Reply.seeOther(visit.path().substring(0, visit.path().lastIndexOf('/'))) : writer.notFound(visit.path(), owner);
    }

    private Reply change(Visit visit, Map<String, String> form, String text, String act, Visitor.Owner owner) {
        Lease lease = ConsolePages.id(text).flatMap(id -> database.read(handle -> leases.find(handle, id)))
                .filter(found -> found.customerId().equals(owner.id())).orElse(null);
        if (lease == null) {
            return writer.notFound(visit.path(), owner);
        }
        switch (act) {
            case "pause" -> {
                Instant until = end(form.getOrDefault("until", ""), lease.zone()).orElse(null);
                if (until == null) {
                    return writer.fault(visit.path(), owner, 422, "Until which day?", "Go back and choose the last day of the pause.");
                }
                database.transact(handle -> {
                    leases.pause(handle, lease.id(), until, Party.CUSTOMER, actor(owner), "asked for on the customer's page");
                    return until;
                });
            }
            case "resume" -> database.transact(handle -> {
                leases.resume(handle, lease.id(), Party.CUSTOMER, actor(owner));
                return act;
            });
            default -> {
                if (!form.getOrDefault("sure", "").equals("yes")) {
                    return writer.fault(visit.path(), owner, 422, "Are you sure?", "Go back and tick the sentence. Nothing is decided yet.");
                }
                database.transact(handle -> leases.giveNotice(handle, lease.id(), Party.CUSTOMER, actor(owner), "notice given on the customer's page"));
            }
        }
        return Reply.seeOther(HOME + "/leases/" + lease.id());
    }

    /// The end of that day.
    private static Optional<Instant> end(String day, ZoneId zone) {
        try {
            return Optional.of(LocalDate.parse(day).plusDays(1).atStartOfDay(zone).toInstant());
        } catch (DateTimeParseException malformed) {
            return Optional.empty();
        }
    }

    private static String actor(Visitor.Owner owner) {
        return "customer:" + owner.id();
    }

    private Reply signIn(Visit visit) {
        Map<String, String> form = visit.form().orElse(null);
        if (form == null) {
            return writer.fault(SIGN_IN, null, 400, "The form could not be read", "Open this address again and sign in.");
        }
        String email = form.getOrDefault("name", "").strip();
        String to = Visit.inside(form.getOrDefault("to", ""), HOME);
        return switch (signIn.verify(email, form.getOrDefault("password", ""))) {
            case CustomerSignIn.SignIn.Welcome welcome -> Reply.seeOther(its(to) ? to : HOME).with(HttpHeader.SET_COOKIE.asString(),
                    visit.cookie(DOOR, sessions.begin(welcome.customerId()), Sessions.LONGEST.toSeconds()));
            case CustomerSignIn.SignIn.Wrong wrong -> door(401, new SignInPage(to, email, "The address or the password is wrong."));
            case CustomerSignIn.SignIn.Wait wait -> door(429, new SignInPage(to, email,
                    "Too many tries. Try again after " + Figures.instant(wait.until()) + "."))
                    .with("Retry-After", String.valueOf(Math.max(1, Duration.between(clock.instant(), wait.until()).toSeconds() + 1)));
        };
    }

    private Reply signOut(Visit visit) {
        visit.token(DOOR).ifPresent(sessions::end);
        return Reply.seeOther(SIGN_IN).with(HttpHeader.SET_COOKIE.asString(), visit.cookie(DOOR, "", 0)).with("Clear-Site-Data", "\"cache\"");
    }

    private Reply door(int status, SignInPage page) {
        return writer.page(status, "Sign in", null, SIGN_IN, "mySignin.jte", page);
    }
}
