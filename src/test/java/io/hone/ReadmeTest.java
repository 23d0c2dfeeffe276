package io.hone;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.settings.Setting;
import io.hone.settings.SettingsCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README says what the program does. */
class ReadmeTest {

    private static final Pattern ROW = Pattern.compile("\\| `(hone\\.[^`]+)` \\| `(\\w+)` \\| ([^|]*) \\|");

    @Test
    void settings_areTheCatalogue() throws IOException {
        Map<String, String> documented = ROW.matcher(Files.readString(Path.of("README.md")))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1), ReadmeTest::line, (first, second) -> first, TreeMap::new));
        Map<String, String> known = SettingsCatalogue.ALL.stream()
                .collect(Collectors.toMap(Setting::key, ReadmeTest::line, (first, second) -> first, TreeMap::new));
        assertThat(documented).isEqualTo(known);
    }

    private static String line(MatchResult row) {
        return row.group(2) + " = " + row.group(3).strip();
    }

    private static String line(Setting<?> setting) {
        return setting.environmentName() + " = " + Objects.toString(setting.defaultValue());
    }
}
