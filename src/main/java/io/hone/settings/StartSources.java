package io.hone.settings;

import io.hone.settings.SettingSource.Origin;
import io.hone.settings.SettingSource.RawValue;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What is said before the server runs: system properties, environment variables, then {@code hone.properties} in the
 * data folder, in the order and with the names of MicroProfile Config 3.1, section 5.3.
 */
public final class StartSources implements SettingSource {

    /** Name of the settings file in the data folder. */
    public static final String FILE_NAME = "hone.properties";

    /** Environment variables of the {@code hone} script and of sign-in; they are no settings. */
    private static final List<String> OTHER_VARIABLES = List.of(
            "HONE_ADMIN_PASSWORD", "HONE_SECRET_KEY", "HONE_JAVA_OPTS", "HONE_RUNTIME_DIR", "HONE_URL", "HONE_KEY");

    private final Properties system;
    private final Map<String, String> environment;
    private final Map<String, String> file;

    private StartSources(Properties system, Map<String, String> environment, Map<String, String> file) {
        this.system = system;
        this.environment = environment;
        this.file = file;
    }

    /**
     * Reads the sources of this process.
     *
     * @throws InvalidSettingException if the file cannot be read
     */
    public static StartSources ofProcess() {
        return of(System.getProperties(), System.getenv());
    }

    static StartSources of(Properties system, Map<String, String> environment) {
        StartSources withoutFile = new StartSources(system, environment, Map.of());
        RawValue dataDir = withoutFile.lookup(SettingsCatalogue.DATA_DIR);
        Path folder = Path.of(
                dataDir == null
                        ? SettingsCatalogue.DATA_DIR.defaultValue()
                        : SettingsCatalogue.DATA_DIR.parse(dataDir.value()));
        return new StartSources(system, environment, readFile(folder.resolve(FILE_NAME)));
    }

    /** The settings file's content: empty where there is none. */
    public Map<String, String> file() {
        return file;
    }

    @Override
    public @Nullable RawValue lookup(Setting<?> setting) {
        String value = system.getProperty(setting.key());
        if (value != null) {
            return new RawValue(value, Origin.SYSTEM);
        }
        value = environment.get(setting.environmentName());
        if (value != null) {
            return new RawValue(value, Origin.ENVIRONMENT);
        }
        value = file.get(setting.key());
        return value == null ? null : new RawValue(value, Origin.FILE);
    }

    /** Keys that look like Hone's settings and are none: a typo would otherwise go unnoticed. */
    public List<String> unknownKeys() {
        List<String> unknown = new ArrayList<>();
        for (String key : file.keySet()) {
            if (SettingsCatalogue.find(key).isEmpty()) {
                unknown.add(key);
            }
        }
        for (String key : system.stringPropertyNames()) {
            if (key.startsWith("hone.") && SettingsCatalogue.find(key).isEmpty()) {
                unknown.add(key);
            }
        }
        for (String name : environment.keySet()) {
            if (name.startsWith("HONE_")
                    && !OTHER_VARIABLES.contains(name)
                    && SettingsCatalogue.ALL.stream()
                            .noneMatch(setting -> setting.environmentName().equals(name))) {
                unknown.add(name);
            }
        }
        return unknown;
    }

    private static Map<String, String> readFile(Path path) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (FileSystemException e) {
            throw new InvalidSettingException(
                    FILE_NAME,
                    "Cannot read %s: %s; the data folder has to be a folder that can be read"
                            .formatted(path, e.getReason()));
        } catch (IOException | IllegalArgumentException | UncheckedIOException e) {
            throw new InvalidSettingException(FILE_NAME, "Cannot read %s: %s".formatted(path, e.getMessage()));
        }
        return Map.copyOf(properties.entrySet().stream()
                .collect(java.util.stream.Collectors.toMap(
                        entry -> entry.getKey().toString(),
                        entry -> entry.getValue().toString())));
    }
}
