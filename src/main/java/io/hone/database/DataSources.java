package io.hone.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.hone.database.Database.Kind;
import io.hone.metrics.Metrics;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The connections: a pool that reads and a pool that writes. HikariCP cannot find a driver by its address inside the
 * application server, so the drivers' own data sources are given to it.
 *
 * @param lock holds the data folder of a SQLite database for this process, else null
 */
record DataSources(
        Kind kind,
        HikariDataSource readers,
        HikariDataSource writer,
        @Nullable FileChannel lock) implements AutoCloseable {

    /** Name of the database file in the data folder. */
    static final String FILE_NAME = "hone.db";

    private static final int BUSY_TIMEOUT_MS = 5_000;
    /** Negative: KiB, by SQLite's {@code PRAGMA cache_size}. */
    private static final int CACHE_SIZE = -10_240;

    private static final long MMAP_BYTES = 104_857_600;
    private static final int PAGE_BYTES = 4_096;

    /** @throws StartException if the database cannot be opened */
    static DataSources open(Settings settings, Metrics metrics) {
        String url = settings.get(SettingsCatalogue.DATABASE_URL);
        if (url.isEmpty()) {
            return sqlite(Path.of(settings.get(SettingsCatalogue.DATA_DIR)), settings, metrics);
        }
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new StartException("hone.database.url must start with jdbc:postgresql: (empty for SQLite)");
        }
        return postgresql(url, settings, metrics);
    }

    private static DataSources sqlite(Path folder, Settings settings, Metrics metrics) {
        FileChannel lock = lock(folder);
        Path file = folder.resolve(FILE_NAME);
        try {
            createForOwnerOnly(file);
            SQLiteDataSource source = sqliteSource(file, false);
            Migrations.run(source, Kind.SQLITE, file.toString());
            HikariDataSource writer = pool("writer", source, 1, false, metrics);
            HikariDataSource readers = pool(
                    "readers",
                    sqliteSource(file, true),
                    settings.get(SettingsCatalogue.DATABASE_CONNECTIONS).intValue(),
                    true,
                    metrics);
            return new DataSources(Kind.SQLITE, readers, writer, lock);
        } catch (HikariPool.PoolInitializationException e) {
            release(lock);
            throw new StartException("Cannot open the database %s: %s".formatted(file, cause(e)), e);
        } catch (StartException e) {
            release(lock);
            throw e;
        }
    }

    /** Before SQLite does, for all to read: the log and index beside it get the same permissions. */
    private static void createForOwnerOnly(Path file) {
        try {
            if (Files.notExists(file)
                    && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (IOException e) {
            throw new StartException("Cannot create the database %s: %s".formatted(file, e), e);
        }
    }

    private static DataSources postgresql(String url, Settings settings, Metrics metrics) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        try {
            source.setUrl(url);
        } catch (IllegalArgumentException e) {
            throw new StartException("hone.database.url is no address that PostgreSQL's driver understands", e);
        }
        if (!settings.get(SettingsCatalogue.DATABASE_USER).isEmpty()) {
            source.setUser(settings.get(SettingsCatalogue.DATABASE_USER));
        }
        if (!settings.get(SettingsCatalogue.DATABASE_PASSWORD).isEmpty()) {
            source.setPassword(settings.get(SettingsCatalogue.DATABASE_PASSWORD));
        }
        source.setApplicationName("hone");
        source.setTcpKeepAlive(true);
        // By default the driver marks only explicit transactions; readers run their statements outside one.
        source.setReadOnlyMode("always");
        String where = String.join(",", source.getServerNames()) + "/" + source.getDatabaseName();
        Migrations.run(source, Kind.POSTGRESQL, where);
        int connections = settings.get(SettingsCatalogue.DATABASE_CONNECTIONS).intValue();
        try {
            return new DataSources(
                    Kind.POSTGRESQL,
                    pool("readers", source, connections, true, metrics),
                    pool("writer", source, connections, false, metrics),
                    null);
        } catch (HikariPool.PoolInitializationException e) {
            throw new StartException("Cannot reach PostgreSQL at %s: %s".formatted(where, cause(e)), e);
        }
    }

    private static SQLiteDataSource sqliteSource(Path file, boolean readOnly) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // FULL, not NORMAL: an answered write must survive the loss of power.
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setCacheSize(CACHE_SIZE);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setPageSize(PAGE_BYTES);
        config.setBusyTimeout(BUSY_TIMEOUT_MS);
        config.enforceForeignKeys(true);
        config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, Long.toString(MMAP_BYTES));
        if (readOnly) {
            config.setReadOnly(true);
        } else {
            // Taken at BEGIN: a transaction that begins by reading cannot fail later for want of the lock.
            config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        }
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    private static HikariDataSource pool(String name, DataSource source, int size, boolean readOnly, Metrics metrics) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(source);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(BUSY_TIMEOUT_MS);
        config.setMetricRegistry(metrics.registry());
        // SQLite's connections cannot change this once open; Hikari would try where its default differs.
        config.setReadOnly(readOnly);
        return new HikariDataSource(config);
    }

    private static FileChannel lock(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve("hone.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new StartException("Another Hone is using the data folder %s".formatted(absolute));
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            throw new StartException("Another Hone in this process is using the data folder %s".formatted(absolute), e);
        } catch (IOException e) {
            throw new StartException("Cannot write to the data folder %s: %s".formatted(absolute, cause(e)), e);
        }
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StartException("Cannot release the data folder", e);
        }
    }

    private static String cause(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    @Override
    public void close() {
        readers.close();
        writer.close();
        if (lock != null) {
            release(lock);
        }
    }
}
