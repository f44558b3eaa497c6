package leaseback.manager.compliance;

/// How much is enough. A finding keeps the version it was judged by.
///
/// @param presencePercent of the agreed minutes, over 30 days and over 7, that are enough
/// @param diskPercent     of the audits
/// @param workPercent     of the work that was asked for
/// @param leastDays       on which something was asked of 30, before presence or work says anything
/// @param leastAudits     in 7 days, before the disk says anything
/// @param recentDays      on which something was asked, that decide whether it is in order again
/// @param leastAgent      the oldest release of the agent that is allowed; empty for any
/// @param agentDays       for which an older one is let be
/// @param tamperHours     between the letter and the pause of incentives, where data was proved altered
public record Standard(
        int version,
        int presencePercent,
        int diskPercent,
        int workPercent,
        int leastDays,
        int leastAudits,
        int recentDays,
        String leastAgent,
        int agentDays,
        int tamperHours) {
    /// What holds unless the operator says otherwise.
    public static final Standard NORMAL = new Standard(1, 60, 90, 60, 7, 10, 3, "", 14, 24);

    public Standard {
        percent("presencePercent", presencePercent);
        percent("diskPercent", diskPercent);
        percent("workPercent", workPercent);
        between("leastDays", leastDays, 1, 30);
        between("leastAudits", leastAudits, 1, 10_000);
        between("recentDays", recentDays, 1, 7);
        between("agentDays", agentDays, 0, 366);
        between("tamperHours", tamperHours, 1, 168);
        if (leastAgent == null || !leastAgent.isEmpty() && !Release.known(leastAgent)) {
            throw new IllegalArgumentException("leastAgent is a release such as 1.4.0, or empty for any, not \"" + leastAgent + "\"");
        }
    }

    /// The same as another version.
    public Standard at(int newVersion) {
        return new Standard(newVersion, presencePercent, diskPercent, workPercent, leastDays, leastAudits, recentDays, leastAgent, agentDays,
                tamperHours);
    }

    private static void percent(String name, int value) {
        between(name, value, 1, 100);
    }

    private static void between(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + least + " to " + most + ", not " + value);
        }
    }
}
