package leaseback.manager.placement;

import java.util.UUID;

/// A host as placement sees it. Names that are blank are not known: the rule about them cannot be kept and is passed over.
///
/// @param alias     small number that stands for the host
/// @param owner     who lends it
/// @param network   of its household, as observed: the /24 or /48 its line comes from
/// @param place     region whose power and lines it shares
/// @param lot       machine model and firmware: one bad image breaks all of them at once
/// @param windows   window group: those that share it go off together
/// @param freeBytes that may still be placed there
/// @param week      chance that it answers, by hour of the week
/// @param house     the provider's own: used where customers' hosts do not suffice
/// @param young     too new to be relied upon much
public record Candidate(int alias, UUID owner, String network, String place, String lot, String windows, long freeBytes,
        Reliability week, boolean house, boolean young) {
    /// How much sooner than others it is drawn.
    double weight() {
        return Math.max(1, freeBytes) * (house ? 0.05 : 1) * (young ? 0.1 : 1);
    }
}
