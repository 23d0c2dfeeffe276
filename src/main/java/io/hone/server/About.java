package io.hone.server;

import io.hone.database.Database;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Properties;

/** Which Hone this is. */
@Singleton
class About {

    /**
     * As the interface shows it.
     *
     * @param database {@code sqlite} or {@code postgresql}
     * @param java version of the Java runtime
     * @param address where this server listens
     */
    public record Server(
            String name, String version, Instant startedAt, String database, String java, String address) {}

    private final Instant startedAt;
    private final Database database;
    private final Settings settings;

    @Inject
    About(Database database, Settings settings, Clock clock) {
        this.database = database;
        this.settings = settings;
        startedAt = clock.instant();
    }

    Server server() {
        return new Server(
                "Hone",
                version(),
                startedAt,
                database.kind().label(),
                Runtime.version().toString(),
                "http://%s:%d".formatted(settings.get(SettingsCatalogue.HOST), settings.get(SettingsCatalogue.PORT)));
    }

    private static String version() {
        Properties build = new Properties();
        try (InputStream in = About.class.getResourceAsStream("/build.properties")) {
            if (in == null) {
                throw new IllegalStateException("The program has no build.properties");
            }
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("version");
    }
}
