package leaseback.testbed.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Content;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.testbed.direct.Tables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Tests over racked hosts: one database for the class, empty before each test, and six hosts unless the test sets up others.
abstract class RackedTest {
    static final long GIB = 1L << 30;

    @TempDir
    private static Path shared;

    static RackDatabase database;

    @TempDir
    Path folder;

    Rack rack;

    @BeforeAll
    static void open() throws IOException, SQLException {
        database = new RackDatabase(shared);
    }

    @AfterAll
    static void close() throws IOException {
        database.close();
    }

    @BeforeEach
    final void begin() throws Exception {
        Tables.empty(database.database());
        rack = rack();
    }

    /// The hosts the test begins with.
    Rack rack() throws Exception {
        return new Rack(database.database(), folder, 6, GIB);
    }

    final StoredObject put(String key, Content content) throws StorageFault, IOException {
        return rack.store.put(rack.bucket, key, Attributes.NONE, content, Precondition.NONE);
    }

    final byte[] read(StoredObject object) throws StorageFault, IOException {
        return read(object, 0, object.bytes());
    }

    final byte[] read(StoredObject object, long from, long length) throws StorageFault, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectStore.ObjectReader reader = rack.store.open(object, from, length)) {
            reader.writeTo(out);
        }
        return out.toByteArray();
    }
}
