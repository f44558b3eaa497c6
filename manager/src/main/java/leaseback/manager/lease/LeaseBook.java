package leaseback.manager.lease;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// Agreements as one leafs through them: what wants attention first.
public final class LeaseBook {
    private final LeaseRows rows;

    public LeaseBook(InstantSource clock) {
        this.rows = new LeaseRows(clock);
    }

    /// Which agreements are looked for.
    public enum Shelf {
        ALL,
        RUNNING,
        /// Something was not kept: warned or suspended.
        NOT_KEPT,
        /// On the way to the first start.
        COMING,
        /// Standing down, released, withdrawn.
        ENDED;

        boolean holds(LeaseStep step) {
            return switch (this) {
                case ALL -> true;
                case RUNNING -> step.runs();
                case NOT_KEPT -> step == LeaseStep.WARNED || step == LeaseStep.SUSPENDED;
                case COMING -> step == LeaseStep.ACCEPTED || step == LeaseStep.OWNED || step == LeaseStep.CONFIGURED || step == LeaseStep.DELIVERED;
                case ENDED -> step == LeaseStep.STANDING_DOWN || step == LeaseStep.RELEASED || step == LeaseStep.WITHDRAWN;
            };
        }
    }

    /// How many stand in each state; none is left out that has any.
    public static Map<LeaseStep, Long> counts(Handle handle) {
        Map<LeaseStep, Long> counts = new EnumMap<>(LeaseStep.class);
        handle.createQuery("select state, count(*) from lease group by state")
                .map((row, context) -> counts.put(LeaseStep.valueOf(row.getString(1)), row.getLong(2))).forEach(before -> {});
        return counts;
    }

    /// Those of the shelf: suspended, warned, standing down, then what has something due next.
    ///
    /// @param text what number or customer's name contain, whatever the case; empty for all
    public List<Lease> find(Handle handle, Shelf shelf, String text, int limit) {
        String states = Arrays.stream(LeaseStep.values()).filter(shelf::holds).map(Enum::name).collect(Collectors.joining(","));
        return handle.createQuery(LeaseRows.LEASE + """
                 where state = any(string_to_array(:states, ','))
                   and (:text = '' or position(lower(:text) in lower(number)) > 0
                        or customer_id in (select c.id from customer c where position(lower(:text) in lower(c.name)) > 0))
                 order by case state when 'SUSPENDED' then 0 when 'WARNED' then 1 when 'STANDING_DOWN' then 2 when 'PAUSED' then 3
                     when 'ACTIVE' then 4 when 'RELEASED' then 8 when 'WITHDRAWN' then 8 when 'LAPSED' then 9 when 'DECLINED' then 9 else 5 end,
                   next_at, created_at desc, id limit :limit""")
                .bind("states", states).bind("text", text).bind("limit", limit).map((row, context) -> rows.lease(row)).list();
    }
}
