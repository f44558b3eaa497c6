package leaseback.testbed.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/// What every key may hold, by all that was acknowledged. Mostly that is one value; where a manager died between the
/// commit and its answer it is two, until someone looks.
final class Twin {
    private final Map<Place, Set<Optional<Value>>> states = new TreeMap<>();

    Set<Optional<Value>> of(Place key) {
        return states.getOrDefault(key, Set.of(Optional.empty()));
    }

    void set(Place key, Set<Optional<Value>> possible) {
        states.put(key, possible);
    }

    Set<Place> keys() {
        return Set.copyOf(states.keySet());
    }

    /// Takes acts that ran at the same time, or one alone: some order of them must explain all their outcomes.
    void take(Place key, List<Act> acts) {
        Set<Optional<Value>> after = new HashSet<>();
        for (Optional<Value> start : of(key)) {
            explore(start, acts, after);
        }
        if (after.isEmpty()) {
            throw new Violation("no order of " + acts + " explains their outcomes from " + of(key) + " under " + key);
        }
        states.put(key, after);
    }

    /// Someone looked, and this is what was there.
    Optional<Value> look(Place key, @Nullable String etag) {
        Optional<Value> seen = of(key).stream()
                .filter(state -> etag == null ? state.isEmpty() : state.isPresent() && state.get().etag().equals(etag))
                .findFirst().orElseThrow(() -> new Violation("under " + key + " stands " + etag + "; acknowledged was " + of(key)));
        states.put(key, Set.of(seen));
        return seen;
    }

    private static void explore(Optional<Value> state, List<Act> left, Set<Optional<Value>> ends) {
        if (left.isEmpty()) {
            ends.add(state);
        }
        for (int i = 0; i < left.size(); i++) {
            List<Act> rest = new ArrayList<>(left);
            Act next = rest.remove(i);
            next.from(state).forEach(after -> explore(after, rest, ends));
        }
    }

    /// A key in one of the buckets.
    record Place(int bucket, String name) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int order = Integer.compare(bucket, other.bucket);
            return order != 0 ? order : name.compareTo(other.name);
        }

        @Override
        public String toString() {
            return bucket + "/" + name;
        }
    }

    /// How an act ended.
    sealed interface Outcome {
        /// @param existed for a delete
        record Done(boolean existed) implements Outcome {}

        /// Nothing was changed.
        record Refused(StorageFault.Reason reason) implements Outcome {}

        /// The sender broke off: nothing was changed.
        record Gone() implements Outcome {}

        /// Nobody lived to tell.
        record Unknown(String why) implements Outcome {}
    }

    /// @param value what was to be put; null for a delete
    record Act(@Nullable Value value, Precondition precondition, Outcome outcome) {
        /// What may stand there afterwards; none when the outcome cannot be.
        List<Optional<Value>> from(Optional<Value> before) {
            return switch (outcome) {
                case Outcome.Gone gone -> List.of(before);
                case Outcome.Unknown unknown -> allows(before) ? List.of(before, Optional.ofNullable(value)) : List.of(before);
                case Outcome.Done done -> value == null
                        ? (done.existed() == before.isPresent() ? List.of(Optional.empty()) : List.of())
                        : allows(before) ? List.of(Optional.of(value)) : List.of();
                case Outcome.Refused(StorageFault.Reason reason) -> switch (reason) {
                    case PRECONDITION_FAILED -> allows(before) || (precondition.etag() != null && before.isEmpty())
                            ? List.of() : List.of(before);
                    case NO_SUCH_KEY -> precondition.etag() != null && before.isEmpty() ? List.of(before) : List.of();
                    default -> List.of(before);
                };
            };
        }

        private boolean allows(Optional<Value> before) {
            return value == null || (!precondition.absent() || before.isEmpty())
                    && (precondition.etag() == null || before.map(Value::etag).filter(precondition.etag()::equals).isPresent());
        }
    }
}
