package leaseback.manager.compliance;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Promise;

/// A letter about a provision that was not kept, in plain words.
record Notice(String subject, String text) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu, HH:mm", Locale.ENGLISH);

    /// What, since when, the numbers, what to do, until when, and what happens otherwise.
    static Notice warning(Lease lease, Finding finding, Standard standard, Instant cureBy) {
        return new Notice("Please look after your machine: lease " + lease.number(),
                "Under lease " + lease.number() + " it was agreed that " + finding.provision().words() + ". At present that is not so.\n\n"
                        + finding.words() + " " + enough(finding, standard) + "\n\n"
                        + remedy(lease, finding, standard) + "\n\n"
                        + "You have until " + when(lease, cureBy) + ". Nothing changes for you before. If it is not in order by then, what we give you for"
                        + " the lease is paused; and if it is not in order 7 days after that, the lease ends.\n\n"
                        + "Is it our mistake? Write to us before that day. You see all figures, and the readings behind them, under your agreement.");
    }

    static Notice suspended(Lease lease, Provision provision, Instant endsAt) {
        return new Notice("What we give you is paused: lease " + lease.number(),
                "We wrote to you that under lease " + lease.number() + " it was agreed that " + provision.words() + ", and that this was not so."
                        + " It is not in order yet. From today what we give you for the lease is paused.\n\n"
                        + "It comes back as soon as things are in order, which we look at every night. If they are not by " + when(lease, endsAt)
                        + ", the lease ends: what is kept there for others is moved away, and your machine is yours alone again."
                        + " Your own files are never touched.");
    }

    static Notice cured(Lease lease, Provision provision) {
        return new Notice("Thank you, all is in order again: lease " + lease.number(),
                "We wrote to you that under lease " + lease.number() + " it was agreed that " + provision.words() + ", and that this was not so."
                        + " It is in order again. The lease goes on as before, and so does all that we give you for it.");
    }

    static Notice ended(Lease lease, Provision provision) {
        return new Notice("The lease has ended: lease " + lease.number(),
                "We wrote to you that under lease " + lease.number() + " it was agreed that " + provision.words() + ", and that this was not so."
                        + " It was not put in order, and so the lease has ended. What is kept there for others is being moved away; then your machine"
                        + " is yours alone again. You need not do anything, only leave it on for a while. Your own files are never touched.");
    }

    private static String enough(Finding finding, Standard standard) {
        return switch (finding.provision()) {
            case PRESENCE, WORK, DISK -> "At least " + Judgement.percent(standard, finding.provision()) + " % is enough.";
            case AGENT_VERSION, TAMPER -> "";
        };
    }

    private static String remedy(Lease lease, Finding finding, Standard standard) {
        return "What to do: " + switch (finding.provision()) {
            case PRESENCE -> "leave the machine on and connected " + Promise.hours(lease.plan().serving()) + " (" + lease.zone().getId()
                    + "). When " + standard.recentDays() + " such days in a row are good enough on the average, this is settled by itself."
                    + " Are you away, or is it being repaired? Then pause the lease; nothing is asked of you while it is paused.";
            case DISK -> "see that the drive is connected and in working order, and leave the machine on " + Promise.hours(lease.plan().serving())
                    + " (" + lease.zone().getId() + "). When the audits of " + standard.recentDays() + " days are passed, this is settled by itself.";
            case WORK -> "let the processor work for others " + Promise.hours(lease.plan().processor()) + " (" + lease.zone().getId()
                    + "). When " + standard.recentDays() + " days are good enough on the average, this is settled by itself.";
            case AGENT_VERSION -> "let the agent be brought up to date, and start the machine anew.";
            case TAMPER -> "write to us at once.";
        };
    }

    private static String when(Lease lease, Instant at) {
        return DAY.format(at.atZone(lease.zone())) + " (" + lease.zone().getId() + ")";
    }
}
