package leaseback.testbed.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.Lines;
import leaseback.manager.storage.Hosts;

/// A fleet of none: what is small enough to lie in rows needs no more.
final class NoHosts implements Hosts, Lines {
    @Override
    public List<Host> all() {
        return List.of();
    }

    @Override
    public List<Host> placeable(long pieceBytes) {
        return List.of();
    }

    @Override
    public int underLease() {
        return 0;
    }

    @Override
    public Optional<Host> byAlias(int alias) {
        return Optional.empty();
    }

    @Override
    public boolean reachable(UUID host) {
        return false;
    }

    @Override
    public Reply call(UUID host, String method, String path, byte[] body, Duration deadline) throws LineFault {
        throw new LineFault("there are no hosts");
    }

    @Override
    public Exchange open(UUID host, String method, String path, Map<String, String> headers) throws LineFault {
        throw new LineFault("there are no hosts");
    }
}
