package leaseback.testbed.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Processor time of processes and all they have started, from Linux's `/proc`.
final class ProcessTime {
    /// `USER_HZ`, which is 100 on every Linux that Java runs on.
    private static final double TICKS_PER_SECOND = 100;

    private ProcessTime() {}

    /// Seconds in user and kernel mode so far; children that have ended count where their parent waited for them.
    static double seconds(Collection<Long> roots) throws IOException {
        Map<Long, Long> ticks = new HashMap<>();
        Map<Long, List<Long>> children = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long id = Long.parseLong(process.getFileName().toString());
                String line;
                try {
                    line = Files.readString(process.resolve("stat"));
                } catch (IOException ended) {
                    continue;
                }
                // The second field is the name in parentheses, which may hold anything.
                String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
                children.computeIfAbsent(Long.valueOf(fields[1]), parent -> new ArrayList<>()).add(id);
                ticks.put(id, Long.parseLong(fields[11]) + Long.parseLong(fields[12]) + Long.parseLong(fields[13])
                        + Long.parseLong(fields[14]));
            }
        }
        long sum = 0;
        Set<Long> seen = new HashSet<>();
        Deque<Long> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            long id = open.pop();
            if (seen.add(id)) {
                sum += ticks.getOrDefault(id, 0L);
                open.addAll(children.getOrDefault(id, List.of()));
            }
        }
        return sum / TICKS_PER_SECOND;
    }
}
