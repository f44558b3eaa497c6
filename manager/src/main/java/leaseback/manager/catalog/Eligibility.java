package leaseback.manager.catalog;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;

/// One rule about who may have a plan. Answers from facts alone; a fact that is not known is a no that says what to tell.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Eligibility.Upstream.class, name = "UPSTREAM"),
    @JsonSubTypes.Type(value = Eligibility.DiskFree.class, name = "DISK_FREE"),
    @JsonSubTypes.Type(value = Eligibility.Country.class, name = "COUNTRY"),
    @JsonSubTypes.Type(value = Eligibility.NotFlagged.class, name = "NOT_FLAGGED"),
    @JsonSubTypes.Type(value = Eligibility.LeasesAtMost.class, name = "LEASES_AT_MOST"),
    @JsonSubTypes.Type(value = Eligibility.PowerAtMost.class, name = "POWER_AT_MOST"),
    @JsonSubTypes.Type(value = Eligibility.BackupPower.class, name = "BACKUP_POWER")
})
public sealed interface Eligibility {
    /// Why not; empty for a yes.
    Optional<String> objection(Facts facts);

    /// The line out of the house is fast enough.
    record Upstream(long leastKbits) implements Eligibility {
        @Override
        public Optional<String> objection(Facts facts) {
            Long kbits = facts.upstreamKbits();
            if (kbits == null) {
                return Optional.of("tell us how fast your connection sends (upstreamKbits); at least " + leastKbits + " kbit/s are needed");
            }
            return no(kbits < leastKbits, "your connection sends " + kbits + " kbit/s; at least " + leastKbits + " are needed");
        }
    }

    /// There is room on the drive.
    record DiskFree(long leastBytes) implements Eligibility {
        @Override
        public Optional<String> objection(Facts facts) {
            Long free = facts.diskFreeBytes();
            if (free == null) {
                return Optional.of("tell us how much of the drive is free (diskFreeBytes); at least " + Sizes.words(leastBytes) + " are needed");
            }
            return no(free < leastBytes, Sizes.words(free) + " of the drive are free; at least " + Sizes.words(leastBytes) + " are needed");
        }
    }

    /// @param among ISO 3166 codes such as `DE`
    record Country(List<String> among) implements Eligibility {
        public Country {
            among = List.copyOf(Text.given("the countries of a rule", among));
        }

        @Override
        public Optional<String> objection(Facts facts) {
            String country = facts.country();
            if (country == null) {
                return Optional.of("tell us the country (country); this plan is for " + String.join(", ", among));
            }
            return no(!among.contains(country), "this plan is for " + String.join(", ", among) + ", not " + country);
        }
    }

    /// The customer's account does not carry this mark, such as `minor`, `sanctioned`.
    ///
    /// @param reason as the customer reads it
    record NotFlagged(String flag, String reason) implements Eligibility {
        public NotFlagged {
            Text.id("a flag", flag);
            Text.line("the reason of a rule on " + flag, reason);
        }

        @Override
        public Optional<String> objection(Facts facts) {
            return no(facts.flags().contains(flag), reason);
        }
    }

    /// No more machines of one customer than this are leased back.
    record LeasesAtMost(int most) implements Eligibility {
        @Override
        public Optional<String> objection(Facts facts) {
            return no(facts.leases() >= most, "you have " + facts.leases() + " leases; at most " + most + " are possible");
        }
    }

    /// The machine draws no more than this when idle.
    record PowerAtMost(int watts) implements Eligibility {
        @Override
        public Optional<String> objection(Facts facts) {
            Integer idle = facts.idleWatts();
            if (idle == null) {
                return Optional.of("tell us what the machine draws when idle (idleWatts); at most " + watts + " W fit this plan");
            }
            return no(idle > watts, "the machine draws " + idle + " W when idle; at most " + watts + " W fit this plan");
        }
    }

    /// A battery or an uninterruptible power supply keeps the machine on for so long.
    record BackupPower(int leastMinutes) implements Eligibility {
        @Override
        public Optional<String> objection(Facts facts) {
            Integer minutes = facts.batteryMinutes();
            if (minutes == null) {
                return Optional.of("tell us how long the machine's battery keeps it on (batteryMinutes), or which host of yours it is (hostId); at least "
                        + leastMinutes + " minutes are needed");
            }
            return no(minutes < leastMinutes, "the machine's battery keeps it on for " + minutes + " minutes; at least " + leastMinutes + " are needed");
        }
    }

    private static Optional<String> no(boolean objects, String reason) {
        return objects ? Optional.of(reason) : Optional.empty();
    }
}
