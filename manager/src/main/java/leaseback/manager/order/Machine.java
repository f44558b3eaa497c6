package leaseback.manager.order;

import java.util.UUID;

/// A machine that was sold. Its agent's enrolment makes it a host.
public record Machine(UUID id, String serial) {}
