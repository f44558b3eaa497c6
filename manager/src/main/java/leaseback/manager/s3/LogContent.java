package leaseback.manager.s3;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.storage.AccessLogs;
import leaseback.manager.storage.Content;
import leaseback.manager.storage.Digests;
import org.jspecify.annotations.Nullable;

/// The records of a closed batch as an object's bytes, one a line, read page by page.
final class LogContent implements Content {
    private static final int PAGE = 500;
    private final AccessLogs logs;
    private final AccessLogs.Batch batch;
    private final long length;
    private final Digesting digesting = new Digesting(null, Set.of());
    private byte[] page = new byte[0];
    private int position;
    private @Nullable UUID last;
    private boolean ended;

    LogContent(AccessLogs logs, AccessLogs.Batch batch) {
        this.logs = logs;
        this.batch = batch;
        this.length = logs.bytes(batch);
    }

    @Override
    public int read(byte[] buffer, int offset, int wanted) {
        if (position == page.length && !ended) {
            turn();
        }
        if (ended) {
            return -1;
        }
        int count = Math.min(wanted, page.length - position);
        System.arraycopy(page, position, buffer, offset, count);
        position += count;
        digesting.update(buffer, offset, count);
        return count;
    }

    private void turn() {
        List<AccessLogs.Line> lines = logs.lines(batch, last, PAGE);
        StringBuilder text = new StringBuilder();
        for (AccessLogs.Line line : lines) {
            text.append(line.text()).append('\n');
            last = line.id();
        }
        page = text.toString().getBytes(StandardCharsets.UTF_8);
        position = 0;
        ended = lines.isEmpty();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public Digests digests() {
        digesting.finish();
        return digesting.digests();
    }
}
