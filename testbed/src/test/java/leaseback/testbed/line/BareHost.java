package leaseback.testbed.line;

import java.io.Closeable;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import leaseback.host.enrolment.Identity;
import leaseback.host.enrolment.ManagerTrust;
import leaseback.host.link.ControlLine;
import leaseback.host.link.Dialer;
import leaseback.host.link.Gateways;
import leaseback.host.link.LineHandler;
import leaseback.host.link.Routes;
import leaseback.protocol.Dial;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A host with lines and no lease: answers `/v1/test` as the test says. What it is told to dial, it dials through `dialled`,
/// so that a test can send it elsewhere.
final class BareHost implements Closeable {
    final Identity identity;
    final ControlLine line;
    final Gateways gateways;
    private final Dialer dialer;

    BareHost(LineWorld world, Path folder, Node node, LineHandler test) throws Exception {
        this(world, folder, node, test, null);
    }

    /// @param dialled is asked instead of dialling; null to dial
    BareHost(LineWorld world, Path folder, Node node, LineHandler test, @Nullable Consumer<Dial> dialled)
            throws Exception {
        JsonMapper json = JsonMapper.builder().build();
        identity = Identity.in(folder, ManagerTrust.in(world.caFile(), world.clock), world.clock, List.of(node.enrolment()));
        identity.enrol(world.claimCode());
        dialer = new Dialer("test", identity::tls, json);
        gateways = new Gateways(dialer, new Routes(json).put("/v1/test", test));
        Routes control = new Routes(json).put("/v1/test", test)
                .take("POST", "/v1/dial", 202, Dial.class, dial -> {
                    if (dialled == null) {
                        gateways.dial(dial);
                    } else {
                        dialled.accept(dial);
                    }
                });
        line = new ControlLine(dialer, control, json, new SecureRandom(), List.of(node.lines.address()), List.of(),
                learned -> {});
        line.start();
        LineWorld.until("the line is up", () -> node.lines.held().contains(id()));
    }

    UUID id() {
        return identity.credentials().orElseThrow().host().id();
    }

    @Override
    public void close() {
        line.close();
        gateways.close();
        dialer.close();
    }
}
