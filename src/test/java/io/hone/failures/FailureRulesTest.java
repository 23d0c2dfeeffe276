package io.hone.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.criteria.Technique;
import io.hone.database.StartException;
import io.hone.settings.SettingSource.Origin;
import io.hone.settings.SettingSource.RawValue;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file in the data folder. */
class FailureRulesTest {

    @TempDir
    private Path folder;

    @Test
    void load_noFile_rulesOfTheProgram() {
        FailuresFixture fixture = fixture();

        fixture.failures.load();

        assertThat(fixture.category("CUDA out of memory")).isEqualTo("out_of_memory");
    }

    @Test
    void load_file_goesFirstReplacesAndAdds() throws IOException {
        write("""
                categories:
                  - category: licence
                    title: No licence
                    summary: The licence server has none left.
                    severity: warning
                    retryable: true
                    next_steps: [Wait, Ask the team of tools]
                  - category: disk_full
                    title: The scratch volume is full
                rules:
                  - name: licence
                    category: licence
                    contains: ["no space left on device: licence"]
                  - name: gpu-memory
                    category: rate_limit
                    matches: ['CUDA out of (memory|luck)']
                    techniques: [pruning]
                    retryable: false
                    summary: Ours
                """);
        FailuresFixture fixture = fixture();

        fixture.failures.load();

        Guidance licence = fixture.analyze("No space left on device: licence", null, null, null);
        assertThat(licence.category()).isEqualTo("licence");
        assertThat(licence.severity()).isEqualTo(Severity.WARNING);
        assertThat(licence.nextSteps()).containsExactly("Wait", "Ask the team of tools");
        Guidance disk = fixture.analyze("No space left on device", null, null, null);
        assertThat(disk.title()).isEqualTo("The scratch volume is full");
        assertThat(disk.severity()).isEqualTo(Severity.CRITICAL);
        Guidance ours = fixture.analyze("CUDA out of memory", null, null, Technique.PRUNING);
        assertThat(ours.summary()).isEqualTo("Ours");
        assertThat(ours.retryable()).isFalse();
        assertThat(ours.category()).isEqualTo("rate_limit");
        // The program's own of that name is gone: the next one decides.
        assertThat(fixture.analyze("CUDA out of memory", null, null, null).matchedRule())
                .isEqualTo("memory");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        rules: [{name: a, category: nowhere, contains: [x]}]                    | rules a: category: is nowhere, which is no category
        rules: [{name: a, category: timeout}]                                   | rules a: contains: is empty
        rules: [{name: A b, category: timeout, contains: [x]}]                  | rules A b: name: is not of the form
        rules: [{category: timeout, contains: [x]}]                             | rules number 1: name: is not of the form
        rules: [{name: a, category: timeout, matches: ['(']}]                   | rules a: matches: has '(', which is no RE2 expression
        rules: [{name: a, category: timeout, matches: ['(x)\\1']}]              | rules a: matches: has '(x)\\1', which is no RE2 expression
        rules: [{name: a, category: timeout, matches: ['(x{1,99}){1,99}']}]     | repeats too much
        rules: [{name: a, category: timeout, contains: [errno 28]}]             | rules a: contains: has 'errno 28', which no message has when it is compared: it would be 'errno 0'
        rules: [{name: a, category: timeout, statuses: [99]}]                   | rules a: statuses: has 99, not 100 to 599
        rules: [{name: a, category: timeout, contains: [x], colour: red}]       | rules a: /colour: is unknown
        rules: [{name: a, category: timeout, contains: [x], techniques: [y]}]   | rules a: /techniques/0
        rules: [{name: a, category: timeout, statuses: [400]}, {name: a, category: timeout, statuses: [401]}] | rules a: name: is there twice
        rules: [x]                                                              | rules number 1: is no mapping
        rules: x                                                                | rules: is no list
        colours: []                                                             | colours: is unknown
        categories: [{category: new, title: x}]                                 | categories new:
        categories: [{category: New}]                                           | categories New:
        [                                                                       | cannot be used
        x                                                                       | is no mapping with the members
        """)
    void load_badFile_isRefusedInOneLineNamingRuleAndReason(String yaml, String reason) throws IOException {
        write(yaml);
        FailuresFixture fixture = fixture();

        assertThatThrownBy(fixture.failures::load)
                .isInstanceOf(StartException.class)
                .hasMessageContaining(Failures.FILE)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void find_expressionThatBacktracksElsewhere_returns() throws IOException {
        write("rules: [{name: a, category: timeout, matches: ['(a+)+b', '(a|aa)+c', '(.*a){20}d']}]");
        FailuresFixture fixture = fixture();
        fixture.failures.load();

        // A backtracking matcher would need 2^8000 steps for these.
        assertThat(fixture.category("a".repeat(100_000) + " ")).isEqualTo("unknown");
        assertThat(fixture.category("a ".repeat(100_000))).isEqualTo("unknown");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve(Failures.FILE), yaml);
    }

    private FailuresFixture fixture() {
        return new FailuresFixture(Settings.from(setting ->
                setting.equals(SettingsCatalogue.DATA_DIR) ? new RawValue(folder.toString(), Origin.FILE) : null));
    }
}
