package leaseback.app;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sells machines through the public API, as a shop and its factory do: quote, offer, explicit answer, order, build, delivery.
public final class Sale {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> ZONES = List.of("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Europe/Lisbon",
            "America/Los_Angeles", "Australia/Sydney");
    private static final List<String> OWNERS = List.of("Ada Berg", "Ben Carter", "Chie Mori", "Duarte Reis", "Elena Cruz", "Finn Walker",
            "Grace Lind", "Hugo Stein");
    private static final String SYSTEM = "family-tower";
    private static final String PLAN = "always";

    private final ApiClient api;
    private final Path factory;

    /// @param factory folder that takes the manifests, one folder a machine
    public Sale(ApiClient api, Path factory) {
        this.api = api;
        this.factory = factory;
    }

    /// A machine that was sold, built and delivered.
    ///
    /// @param offer    what the buyer read
    /// @param manifest as the factory got it
    /// @param claim    the claim code that travels with the machine; null when the buyer declined
    public record Sold(String orderNumber, String serial, String buyer, String total, String offer, JsonNode manifest, @Nullable String claim) {
        /// One line for a person.
        public String story() {
            return buyer + (claim == null ? " declined" : " accepted") + "; order " + orderNumber + ", " + total + "; machine " + serial
                    + (claim == null ? " built without agent and lease, delivered" : " built from its signed manifest, delivered with its claim code");
        }

        /// Prepares the agent's folder as the factory does.
        ///
        /// @param line a manager's line address, `host:port`
        public void install(Path folder, String line) throws IOException {
            if (claim == null) {
                throw new IllegalStateException("machine " + serial + " has no lease, so no agent is installed on it");
            }
            JsonNode leaseBack = manifest.path("leaseBack");
            new FirstBoot(List.of(URI.create(leaseBack.path("managerUrl").asString())), List.of(line))
                    .write(folder, leaseBack.path("caPem").asString(), claim);
        }
    }

    /// A customer who buys storage, and the key that customer signs with.
    public record User(String customerId, String accessKey, String secret) {
        @Override
        public String toString() {
            return "User[" + customerId + "]";
        }
    }

    /// The catalogue in a few lines for a person.
    List<String> catalogue() throws IOException {
        List<String> lines = new ArrayList<>();
        for (JsonNode system : api.list("/productOffering")) {
            lines.add("catalogue: " + system.path("name").asString() + " from " + Amount.shown(system.path("price")) + ", "
                    + system.path("options").size() + " options");
        }
        for (JsonNode plan : api.list("/leasePlan")) {
            lines.add("lease-back plan: " + plan.path("name").asString() + ", " + plan.path("incentives").size() + " incentives");
        }
        return lines;
    }

    /// Sells to a buyer who says yes.
    ///
    /// @param leasedBytes the explicit share of the drive; null for the plan's own share
    public Sold accepted(int number, @Nullable Long leasedBytes) throws IOException {
        return sell(number, leasedBytes, "accept", PLAN);
    }

    /// The same under another plan.
    public Sold accepted(int number, @Nullable Long leasedBytes, String plan) throws IOException {
        return sell(number, leasedBytes, "accept", plan);
    }

    /// Sells to a buyer who says no: a machine without agent and lease.
    public Sold declined(int number) throws IOException {
        return sell(number, null, "decline", PLAN);
    }

    /// A customer who buys storage, with a key.
    public User user() throws IOException {
        JsonNode customer = customer("Uma Storer", "Europe/London", List.of("USER"));
        JsonNode key = api.post("/customer/" + customer.path("id").asString() + "/accessKey", null);
        return new User(customer.path("id").asString(), key.path("id").asString(), key.path("secret").asString());
    }

    private Sold sell(int number, @Nullable Long leasedBytes, String answer, String plan) throws IOException {
        String buyer = OWNERS.get((number - 1) % OWNERS.size());
        JsonNode customer = customer(buyer, ZONES.get((number - 1) % ZONES.size()), List.of("HOST"));

        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("customerId", customer.path("id").asString());
        wish.put("offeringId", SYSTEM);
        wish.put("planId", plan);
        if (leasedBytes != null) {
            wish.put("leasedBytes", leasedBytes);
        }
        JsonNode quote = api.post("/quote", wish);
        JsonNode order = api.post("/quote/" + quote.path("id").asString() + "/" + answer, Map.of("version", quote.path("version").asInt()));
        String orderId = order.path("id").asString();
        JsonNode built = api.post("/productOrder/" + orderId + "/build", null);
        byte[] manifest = Base64.getDecoder().decode(built.path("manifest").asString());
        Path folder = factory.resolve(built.path("serial").asString());
        Files.createDirectories(folder);
        Files.write(folder.resolve("manifest.json"), manifest);
        Files.write(folder.resolve("manifest.json.sig"), Base64.getDecoder().decode(built.path("signature").asString()));
        api.post("/productOrder/" + orderId + "/deliver", null);
        JsonNode code = built.path("claimCode");
        return new Sold(order.path("number").asString(), built.path("serial").asString(), buyer, Amount.shown(order.path("total")),
                quote.path("offer").asString(), JSON.readTree(new String(manifest, StandardCharsets.UTF_8)),
                code.isMissingNode() || code.isNull() ? null : code.asString());
    }

    private JsonNode customer(String name, String zone, List<String> roles) throws IOException {
        String email = name.toLowerCase(Locale.ROOT).replace(' ', '.') + "-" + UUID.randomUUID().toString().substring(0, 8) + "@example.org";
        return api.post("/customer", Map.of("name", name, "email", email, "zone", zone, "roles", roles));
    }
}
