package leaseback.manager.storage;

import java.util.List;
import java.util.Optional;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.placement.Placer;
import leaseback.manager.placement.StorageClass;

/// Those hosts that all constraints allow; what is stored already is found wherever it is.
record AllowedHosts(Hosts hosts, List<Constraint> constraints) implements Hosts {
    @Override
    public List<Host> all() {
        return hosts.all().stream().filter(this::allows).toList();
    }

    @Override
    public List<Host> placeable(long pieceBytes) {
        return hosts.placeable(pieceBytes).stream().filter(this::allows).toList();
    }

    @Override
    public Optional<Host> placeable(int alias, long pieceBytes) {
        return hosts.placeable(alias, pieceBytes).filter(this::allows);
    }

    @Override
    public Placer placer() {
        return hosts.placer().among(constraints, candidate ->
                constraints.stream().allMatch(constraint -> constraint.allows(candidate.place(), candidate.owner())));
    }

    @Override
    public Optional<StorageClass> storageClass(String name) {
        return hosts.storageClass(name);
    }

    @Override
    public int underLease() {
        return (int) all().stream().filter(host -> host.state() == HostState.ACTIVE).count();
    }

    @Override
    public Optional<Host> byAlias(int alias) {
        return hosts.byAlias(alias);
    }

    private boolean allows(Host host) {
        return constraints.stream().allMatch(constraint -> constraint.allows(host));
    }
}
