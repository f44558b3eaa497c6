package leaseback.manager.order;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Option;
import leaseback.manager.catalog.Part;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.Sizes;

/// A machine that its owner has, of any brand, with the facts collected about it.
///
/// @param drive       class of the drive that would be lent
/// @param driveBytes  its size
/// @param idleWatts   what the machine draws while on and idle
public record OwnedMachine(UUID id, String serial, UUID customerId, String brand, DriveClass drive, long driveBytes, long memoryBytes,
        int idleWatts, Instant registeredAt) {
    /// In place of a system's id, where the system is the customer's own.
    public static final String OFFERING = "own-machine";

    /// What kind of drive it is.
    public enum DriveClass {
        NVME,
        SSD,
        HDD,
        /// Whatever can be pulled out: a stick, a card, a drive on a cable.
        REMOVABLE
    }

    /// The same after parts were built in.
    OwnedMachine with(List<Option> built) {
        long disk = driveBytes;
        long memory = memoryBytes;
        DriveClass kind = drive;
        for (Option option : built) {
            if (option.kind() == Option.Kind.DRIVE && option.bytes() != driveBytes) {
                disk = option.bytes();
                kind = DriveClass.SSD;
            } else if (option.kind() == Option.Kind.MEMORY) {
                memory = option.bytes();
            }
        }
        return new OwnedMachine(id, serial, customerId, brand, kind, disk, memory, idleWatts, registeredAt);
    }

    /// This machine as a system that is sold for nothing, with the parts as its choices: of each kind that is asked for, those that are
    /// better than what is in it.
    ///
    /// @throws Refusal when a part is unknown or no better, or nothing that can be lent would be in the machine
    Offering offering(List<String> wanted, List<Part> catalogue) {
        if (wanted.isEmpty()) {
            throw Refusal.unfit("an upgrade needs a part at least; see upgradePart");
        }
        Set<Option.Kind> kinds = new HashSet<>();
        for (String id : wanted) {
            Part part = catalogue.stream().filter(each -> each.id().equals(id)).findFirst()
                    .orElseThrow(() -> Refusal.unfit("the catalogue has no part " + id + "; see upgradePart"));
            if (!better(part)) {
                throw Refusal.unfit("part " + id + " is no larger than what machine " + serial + " has ("
                        + Sizes.words(part.kind() == Option.Kind.DRIVE ? driveBytes : memoryBytes) + "); choose a larger one");
            }
            kinds.add(part.kind());
        }
        String currency = catalogue.stream().filter(each -> each.id().equals(wanted.getFirst())).findFirst().orElseThrow().price().currency();
        List<Option> options = new ArrayList<>();
        if (!kinds.contains(Option.Kind.DRIVE)) {
            if (drive == DriveClass.REMOVABLE) {
                throw Refusal.unfit("the drive of machine " + serial + " is removable, and what can be pulled out is not leased; add a part of kind DRIVE");
            }
            options.add(new Option("own-drive", Option.Kind.DRIVE, "The drive that is in it, " + Sizes.words(driveBytes), driveBytes,
                    Money.zero(currency)));
        }
        catalogue.stream().filter(each -> kinds.contains(each.kind()) && better(each) && each.price().currency().equals(currency))
                .forEach(each -> options.add(each.option()));
        return new Offering(OFFERING, 1, "Upgrade of a machine", brand + ", serial number " + serial, Money.zero(currency),
                List.of("The owner's machine: " + brand + ", " + serial), options, idleWatts);
    }

    private boolean better(Part part) {
        return switch (part.kind()) {
            case DRIVE -> drive == DriveClass.REMOVABLE || part.bytes() > driveBytes;
            case MEMORY -> part.bytes() > memoryBytes;
            case PROCESSOR, DISPLAY, SOFTWARE, NETWORK -> true;
        };
    }
}
