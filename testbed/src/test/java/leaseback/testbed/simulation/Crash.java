package leaseback.testbed.simulation;

/// A manager's process is gone: what none of its code catches.
final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
        super("the manager was killed", null, false, false);
    }
}
