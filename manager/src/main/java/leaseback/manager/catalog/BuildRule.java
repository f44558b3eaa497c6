package leaseback.manager.catalog;

import java.util.List;
import java.util.Map;

/// How the customer's answer changes what is built of a system.
///
/// @param when     which answer
/// @param adds     lines of the bill of materials, such as a bridge battery or a modem
/// @param leavesOut lines that the system has otherwise, word for word
/// @param firmware attributes that are wanted so, such as `WakeOnLan` to `Enabled`
/// @param smaller  kinds of which the next smaller choice is built in, at its price
public record BuildRule(When when, @MayBeMissing List<String> adds, @MayBeMissing List<String> leavesOut, @MayBeMissing Map<String, String> firmware,
        @MayBeMissing List<Option.Kind> smaller) {
    /// What holds for a system without rules: one that is leased back wakes for its hours, another is switched on by its owner alone.
    static final List<BuildRule> PLAIN = List.of(
            new BuildRule(When.ACCEPTED, List.of(), List.of(),
                    Map.of("RtcWake", "Enabled", "WakeOnLan", "Enabled", "PowerOnAfterAcLoss", "Enabled"), List.of()),
            new BuildRule(When.DECLINED, List.of(), List.of(),
                    Map.of("RtcWake", "Disabled", "WakeOnLan", "Disabled", "PowerOnAfterAcLoss", "Disabled"), List.of()));

    /// By which answer.
    public enum When {
        ACCEPTED,
        DECLINED
    }

    /// Whether a declined machine is made ready for a lease all the same.
    public enum Preconfigure {
        /// Every machine can become a host: agent and partition are there, masked until its owner says yes.
        ALWAYS,
        /// Only who accepts has them.
        ON_ACCEPT
    }

    public BuildRule {
        Text.given("which answer a rule of a build is for, ACCEPTED or DECLINED", when);
        adds = List.copyOf(Clause.or(adds, List.of()));
        leavesOut = List.copyOf(Clause.or(leavesOut, List.of()));
        firmware = Map.copyOf(Clause.or(firmware, Map.of()));
        smaller = List.copyOf(Clause.or(smaller, List.of()));
        if (adds.size() > 20 || leavesOut.size() > 20 || firmware.size() > 50) {
            throw new IllegalArgumentException("a rule of a build has at most 20 lines to add, 20 to leave out and 50 attributes of firmware");
        }
        adds.forEach(each -> Text.line("a line that a rule adds", each));
        leavesOut.forEach(each -> Text.line("a line that a rule leaves out", each));
        firmware.forEach((name, value) -> {
            Text.line("the name of an attribute of firmware", name);
            Text.line("the value of an attribute of firmware", value);
        });
        if (when == When.ACCEPTED && !smaller.isEmpty()) {
            throw new IllegalArgumentException("a smaller part is for who declines; who accepts gets a larger one by an incentive of the plan");
        }
    }
}
