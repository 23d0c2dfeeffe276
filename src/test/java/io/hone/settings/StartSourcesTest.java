package io.hone.settings;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hone.settings.SettingSource.Origin;
import io.hone.settings.SettingSource.RawValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartSourcesTest {

    @TempDir
    Path folder;

    private final Properties system = new Properties();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void readThisFolder() {
        system.setProperty("hone.data-dir", folder.toString());
    }

    @Test
    void lookup_severalSources_systemBeforeEnvironmentBeforeFile() throws IOException {
        file("hone.port=1111\nhone.host=::1\nhone.log.format=json");
        environment.put("HONE_PORT", "2222");
        environment.put("HONE_HOST", "127.0.0.2");
        system.setProperty("hone.port", "3333");
        assertThat(lookup(SettingsCatalogue.PORT)).isEqualTo(new RawValue("3333", Origin.SYSTEM));
        assertThat(lookup(SettingsCatalogue.HOST)).isEqualTo(new RawValue("127.0.0.2", Origin.ENVIRONMENT));
        assertThat(lookup(SettingsCatalogue.LOG_FORMAT)).isEqualTo(new RawValue("json", Origin.FILE));
        assertThat(lookup(SettingsCatalogue.SLOW_REQUEST)).isNull();
    }

    @Test
    void of_dataFolderFromEnvironment_readsItsFile() throws IOException {
        file("hone.port=1111");
        system.clear();
        environment.put("HONE_DATA_DIR", folder.toString());
        assertThat(lookup(SettingsCatalogue.PORT)).isEqualTo(new RawValue("1111", Origin.FILE));
    }

    @Test
    void of_noFile_isEmpty() {
        assertThat(sources().file()).isEmpty();
    }

    @Test
    void unknownKeys_correctOnes_areNone() throws IOException {
        file("hone.slow-request-ms=50");
        environment.put("HONE_PORT", "1");
        environment.put("HONE_JAVA_OPTS", "-Xmx1g");
        environment.put("HOME", "/");
        system.setProperty("honey.pot", "1");
        assertThat(sources().unknownKeys()).isEmpty();
    }

    @Test
    void unknownKeys_typos_areFoundEverywhere() throws IOException {
        file("slow-request-ms=50");
        environment.put("HONE_SLOW_REQUESTS_MS", "50");
        system.setProperty("hone.slow-request", "50");
        assertThat(sources().unknownKeys())
                .containsExactlyInAnyOrder("slow-request-ms", "HONE_SLOW_REQUESTS_MS", "hone.slow-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"slow-request-ms", "HONE_SLOW_REQUESTS_MS", "hone.slow-request"})
    void unknown_typoOfAnySource_namesTheNearestKey(String key) {
        assertThat(SettingsCatalogue.unknown(key)).hasMessageEndingWith("the nearest is hone.slow-request-ms");
    }

    @Test
    void of_fileIsNoUtf8_isRefusedInOneLine() throws IOException {
        Files.write(folder.resolve("hone.properties"), "hone.host=\u00fc".getBytes(ISO_8859_1));
        assertRefused(folder.resolve("hone.properties"));
    }

    @Test
    void of_fileWithBrokenEscape_isRefusedInOneLine() throws IOException {
        file("hone.host=\\u12");
        assertRefused(folder.resolve("hone.properties"));
    }

    @Test
    void of_fileIsAFolder_isRefusedInOneLine() throws IOException {
        Files.createDirectory(folder.resolve("hone.properties"));
        assertRefused(folder.resolve("hone.properties"));
    }

    @Test
    void of_folderIsAFile_isRefusedInOneLine() throws IOException {
        system.setProperty(
                "hone.data-dir", Files.createFile(folder.resolve("file")).toString());
        assertRefused(folder.resolve("file/hone.properties"));
    }

    @Test
    void of_folderWithSpacesAround_isTheOneOfTheSetting() throws IOException {
        file("hone.port=1111");
        system.setProperty("hone.data-dir", " " + folder + " ");
        assertThat(lookup(SettingsCatalogue.PORT)).isEqualTo(new RawValue("1111", Origin.FILE));
        assertThat(Settings.from(sources()).get(SettingsCatalogue.DATA_DIR)).isEqualTo(folder.toString());
    }

    private void assertRefused(Path file) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(this::sources)
                .withMessageStartingWith("Cannot read " + file)
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("\n"));
    }

    private void file(String content) throws IOException {
        Files.writeString(folder.resolve("hone.properties"), content);
    }

    private StartSources sources() {
        return StartSources.of(system, environment);
    }

    private RawValue lookup(Setting<?> setting) {
        return sources().lookup(setting);
    }
}
