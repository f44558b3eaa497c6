package leaseback.manager.audit;

import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// Who did what, when: written in the very transaction of the act, so that neither stands without the other.
public final class Audit {
    private Audit() {}

    /// @param actor   who, as `operator:NAME`, `factory:NAME`, `customer:UUID`, `agent:SERIAL` or `manager`
    /// @param act     what, as a verb and its object: `accept quote`
    /// @param subject the id or number of what was acted upon
    /// @param detail  what else one would ask later; never a secret
    public static void write(Handle handle, Instant at, String actor, String act, String subject, String detail) {
        handle.createUpdate("""
                insert into audit_entry (id, at, actor, act, subject, detail)
                values (:id, :at, :actor, :act, :subject, :detail)""")
                .bind("id", UUID.randomUUID()).bind("at", at).bind("actor", actor).bind("act", act)
                .bind("subject", subject).bind("detail", detail).execute();
    }
}
