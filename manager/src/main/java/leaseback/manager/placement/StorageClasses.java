package leaseback.manager.placement;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The classes a new world begins with; from then on the database's rows say what is promised.
public final class StorageClasses {
    private static final Set<Rule> ALL = EnumSet.allOf(Rule.class);
    private static final Set<Rule> ONE_PLACE = EnumSet.complementOf(EnumSet.of(Rule.PLACE));
    /// What is stored when nothing else is asked for.
    public static final StorageClass STANDARD = new StorageClass("STANDARD", 0.999, 1e-8, 3, 4, 100, ALL, Set.of(), false);

    private StorageClasses() {}

    /// S3's names with promises of our own. Not offered: classes that are restored before they are read, and those of other machines.
    public static List<StorageClass> first() {
        return List.of(STANDARD,
                new StorageClass("STANDARD_IA", 0.99, 1e-8, 3, 3.5, 75, ALL, Set.of(), true),
                new StorageClass("ONEZONE_IA", 0.99, 1e-6, 2, 3, 60, ONE_PLACE, Set.of(), true),
                new StorageClass("GLACIER_IR", 0.9, 1e-8, 3, 3, 50, ALL, Set.of(), true),
                new StorageClass("REDUCED_REDUNDANCY", 0.99, 1e-4, 1, 2.5, 50, ALL, Set.of(), true));
    }
}
