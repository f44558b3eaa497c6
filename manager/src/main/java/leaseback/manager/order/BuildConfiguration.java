package leaseback.manager.order;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import leaseback.manager.catalog.BuildRule;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Option;

/// What the factory is to build, by the customer's answer.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = BuildConfiguration.LeasedBack.class, name = "LEASED_BACK"),
    @JsonSubTypes.Type(value = BuildConfiguration.Plain.class, name = "PLAIN")
})
public sealed interface BuildConfiguration {
    /// Lines of a bill of materials that a lease adds.
    String PARTITION = "Lease partition, hidden: ";
    String CONTAINER = "Container file for the lease, sealed, on the drive as it is: ";
    String RESERVED = "Lease partition, reserved; its owner takes it with one command";
    String MASKED = "Leaseback agent, masked until its owner says yes";
    String AGENT = "Leaseback agent, enrols at first boot with its claim code";
    String AGENT_IN_PLACE = "Leaseback agent, installed where the machine stands, enrols with its claim code";

    /// Bill of materials, one line a part.
    List<String> bill();

    Map<String, String> firmware();

    /// Accepted: agent, lease partition, firmware that wakes.
    record LeasedBack(List<String> bill, Map<String, String> firmware, long driveBytes,
            DiskShare share) implements BuildConfiguration {
        /// The share in bytes; reckoned when the machine is made, from the drive that is built in.
        long leasedBytes() {
            return share.of(driveBytes);
        }

        /// The same on a drive that is in use: no partition is moved.
        LeasedBack inPlace() {
            return new LeasedBack(bill.stream().map(line -> line.equals(PARTITION + share.words()) ? CONTAINER + share.words() : line)
                    .map(line -> line.equals(AGENT) ? AGENT_IN_PLACE : line).toList(), firmware, driveBytes, share);
        }
    }

    /// Declined: no agent and no lease partition, or both masked where every machine is made ready.
    record Plain(List<String> bill, Map<String, String> firmware) implements BuildConfiguration {}

    /// The build of an accepted offer, with the options as upgraded by its incentives.
    static BuildConfiguration leasedBack(Offering offering, List<Option> built, DiskShare share) {
        long driveBytes = built.stream().filter(option -> option.kind() == Option.Kind.DRIVE).mapToLong(Option::bytes).sum();
        List<String> bill = bill(offering, built, BuildRule.When.ACCEPTED);
        bill.add(PARTITION + share.words());
        bill.add(AGENT);
        return new LeasedBack(List.copyOf(bill), firmware(offering, BuildRule.When.ACCEPTED), driveBytes, share);
    }

    /// The build of a declined offer: the options as ordered.
    static BuildConfiguration plain(Offering offering, List<Option> ordered) {
        List<String> bill = bill(offering, ordered, BuildRule.When.DECLINED);
        if (offering.preconfigure() == BuildRule.Preconfigure.ALWAYS) {
            bill.add(RESERVED);
            bill.add(MASKED);
        }
        return new Plain(List.copyOf(bill), firmware(offering, BuildRule.When.DECLINED));
    }

    private static List<String> bill(Offering offering, List<Option> options, BuildRule.When when) {
        List<String> bill = new ArrayList<>(offering.parts());
        offering.rules(when).forEach(rule -> bill.removeAll(rule.leavesOut()));
        options.forEach(option -> bill.add(option.name()));
        offering.rules(when).forEach(rule -> bill.addAll(rule.adds()));
        return bill;
    }

    private static Map<String, String> firmware(Offering offering, BuildRule.When when) {
        Map<String, String> firmware = new HashMap<>();
        offering.rules(when).forEach(rule -> firmware.putAll(rule.firmware()));
        return Map.copyOf(firmware);
    }
}
