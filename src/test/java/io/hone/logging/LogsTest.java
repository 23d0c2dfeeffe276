package io.hone.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LogsTest {

    private static final String FORGED = "a\n2026-01-01T00:00:00.000Z INFO forged\r\u001b[2J\u2028\u0085";

    private final Settings settings = Settings.defaults();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void event_plain_isOneLineOfFields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", 200);
        fields.put("path", "/api/v1/sessions/{id}");
        fields.put("cache", null);
        fields.put("query", "name=a b");
        fields.put("empty", "");
        fields.put("quote", "say \"hi\"");
        assertThat(written(logs -> logs.event(Level.INFO, "request_complete", fields)))
                .singleElement()
                .asString()
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO request_complete.*")
                .endsWith(" INFO request_complete status=200 path=/api/v1/sessions/{id} query=\"name=a b\" empty=\"\""
                        + " quote=\"say \\\"hi\\\"\"");
    }

    @Test
    void event_json_isOneObjectALine() throws IOException {
        settings.store(SettingsCatalogue.LOG_FORMAT, "json");
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", 200);
        fields.put("text", FORGED);
        fields.put("cache", null);
        written(logs -> {
            logs.event(Level.INFO, "one", fields);
            logs.event(Level.WARNING, "two", Map.of());
        });
        List<String> lines = List.of(out.toString(UTF_8).split("\n"));
        assertThat(lines).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.fieldNames()).toIterable().containsExactly("at", "level", "event", "status", "text");
        assertThat(first.get("event").asText()).isEqualTo("one");
        assertThat(first.get("status").isNumber()).isTrue();
        assertThat(first.get("text").asText()).isEqualTo(FORGED);
        assertThat(new ObjectMapper().readTree(lines.get(1)).get("level").asText())
                .isEqualTo("WARNING");
    }

    @Test
    void event_jsonWholeNumber_staysWhole() {
        settings.store(SettingsCatalogue.LOG_FORMAT, "json");
        assertThat(written(logs -> logs.event(Level.INFO, "one", Map.of("status", 200))))
                .singleElement()
                .asString()
                .contains("\"status\":200}");
    }

    @Test
    void event_controlCharacters_cannotForgeALine() {
        assertThat(written(logs -> logs.event(Level.INFO, "request", Map.of("query", FORGED))))
                .singleElement()
                .asString()
                .contains("query=\"a 2026-01-01T00:00:00.000Z INFO forged")
                .doesNotContainPattern("[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]");
    }

    @Test
    void record_messageOfAnException_cannotForgeALine() {
        LogRecord failed = new LogRecord(Level.SEVERE, "It failed");
        failed.setThrown(new IllegalStateException(FORGED));

        List<String> lines = written(logs -> logs.handler().publish(failed));

        assertThat(lines.get(0)).endsWith(" SEVERE It failed");
        assertThat(lines.subList(1, lines.size())).isNotEmpty().allSatisfy(line -> assertThat(line)
                .startsWith("    "));
    }

    @Property(tries = 300)
    void event_anyText_isOneLine(@ForAll String text) {
        out.reset();
        assertThat(written(logs -> logs.event(Level.INFO, text, Map.of("text", text))))
                .hasSize(1);
    }

    @Test
    void event_quotedValue_cannotPretendToBeAnotherField() {
        List<String> lines =
                written(logs -> logs.event(Level.INFO, "request", Map.of("query", "a\\\" status=200 x=\\")));
        // Read like a shell would: a backslash takes the next character with it.
        assertThat(lines.get(0)).matches(".* INFO request query=\"(?:[^\"\\\\]|\\\\.)*\"");
    }

    @Test
    void event_sinkBlocks_dropsAndCountsAllUnderWarning() throws Exception {
        BlockedStream blocked = new BlockedStream();
        Logs logs = new Logs(settings, blocked);
        logs.event(Level.INFO, "first", Map.of());
        assertThat(blocked.reached.await(20, SECONDS)).isTrue();
        for (int i = 0; i < 16_384 + 100; i++) {
            logs.event(Level.INFO, "more", Map.of());
        }
        assertThat(logs.dropped()).isEqualTo(100);
        CountDownLatch warned = new CountDownLatch(1);
        Thread warning = new Thread(() -> {
            logs.event(Level.WARNING, "warning", Map.of());
            warned.countDown();
        });
        warning.start();
        await().until(() -> warning.getState() == Thread.State.WAITING || !warning.isAlive());
        assertThat(warned.getCount()).as("the warning waits for its place").isEqualTo(1);
        blocked.free.countDown();
        assertThat(warned.await(20, SECONDS)).isTrue();
        logs.close();
        List<String> lines = blocked.toString(UTF_8).lines().toList();
        assertThat(lines).hasSize(1 + 16_384 + 1).last().asString().endsWith("WARNING warning");
        assertThat(logs.dropped()).isEqualTo(100);
    }

    @Test
    @Timeout(10)
    void event_sinkFails_neverBlocksTheCallers() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        Logs logs = new Logs(settings, new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                failed.countDown();
                throw new IOException("Broken pipe");
            }
        });
        logs.event(Level.INFO, "first", Map.of());
        assertThat(failed.await(5, SECONDS)).isTrue();
        for (int i = 0; i < 20_000; i++) {
            logs.event(Level.WARNING, "warning", Map.of());
        }
    }

    @Test
    void close_withQueuedLines_writesThem() {
        assertThat(written(logs -> {
                    for (int i = 0; i < 5_000; i++) {
                        logs.event(Level.INFO, "event", Map.of("i", i));
                    }
                }))
                .hasSize(5_000)
                .last()
                .asString()
                .endsWith("i=4999");
    }

    /** The log cut wherever any reader of it may begin a new line. */
    private List<String> written(Consumer<Logs> work) {
        Logs logs = new Logs(settings, out);
        work.accept(logs);
        logs.close();
        String text = out.toString(UTF_8);
        assertThat(text).endsWith("\n");
        return List.of(text.substring(0, text.length() - 1).split("\n|\r|\u0085|\u2028|\u2029", -1));
    }

    /** A terminal that nobody reads until it is let go. */
    private static final class BlockedStream extends ByteArrayOutputStream {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch free = new CountDownLatch(1);

        @Override
        public void write(byte[] bytes) throws IOException {
            reached.countDown();
            try {
                assertThat(free.await(20, SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            super.write(bytes);
        }
    }
}
