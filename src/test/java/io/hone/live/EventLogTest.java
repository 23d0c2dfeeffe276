package io.hone.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.audit.SettableClock;
import io.hone.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventLogTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final int KEPT = 4_096;

    private final SettableClock clock = new SettableClock(NOON);
    private final EventLog log = new EventLog(clock);

    @Test
    void append_numbersCountUpOverAllTopics() {
        long before = log.lastSeq();

        assertThat(List.of(append("a"), append("b"), append("a")))
                .extracting(event -> event.seq() - before)
                .containsExactly(1L, 2L, 3L);
        assertThat(log.lastSeq()).isEqualTo(before + 3);
    }

    @Test
    void append_message_hasWhatTheInterfaceSays() throws Exception {
        LiveEvent event = log.append("criteria", "criteria.changed", Map.of("name", "<\"ä📏\">"));

        JsonNode message = Json.MAPPER.readTree(event.json());
        assertThat(message.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("type", "topic", "event", "at", "data", "seq");
        assertThat(message.get("type").asText()).isEqualTo("event");
        assertThat(message.get("topic").asText()).isEqualTo("criteria");
        assertThat(message.get("at").asText()).isEqualTo("2026-11-20T12:00:00.000Z");
        assertThat(message.get("data").get("name").asText()).isEqualTo("<\"ä📏\">");
        assertThat(message.get("seq").longValue()).isEqualTo(event.seq());
    }

    @Test
    void lastSeq_isExactInJavaScript() {
        clock.set(Instant.parse("2250-01-01T00:00:00Z"));

        assertThat(new EventLog(clock).lastSeq()).isLessThan(1L << 53);
    }

    @Test
    void since_number_givesWhatCameAfterOfTheseTopics() {
        LiveEvent first = append("a");
        LiveEvent second = append("b");
        LiveEvent third = append("a");

        assertThat(log.since(first.seq(), Set.of("a", "b"))).containsExactly(second, third);
        assertThat(log.since(first.seq(), Set.of("a"))).containsExactly(third);
        assertThat(log.since(third.seq(), Set.of("a"))).isEmpty();
        assertThat(log.since(first.seq() - 1, Set.of("a"))).containsExactly(first, third);
    }

    @Test
    void since_forgotten_isNull() {
        LiveEvent first = append("a");
        List<LiveEvent> kept =
                IntStream.range(0, KEPT).mapToObj(i -> append("a")).toList();

        assertThat(log.since(first.seq(), Set.of("a"))).isEqualTo(kept);
        assertThat(log.since(first.seq() - 1, Set.of("a"))).isNull();
    }

    @Test
    void since_numberToCome_isNull() {
        assertThat(log.since(log.lastSeq() + 1, Set.of("a"))).isNull();
        assertThat(log.since(Long.MAX_VALUE, Set.of("a"))).isNull();
    }

    @Test
    void since_numberFromBeforeARestart_isNull() {
        LiveEvent last = append("a");
        clock.advance(Duration.ofMillis(1));
        EventLog restarted = new EventLog(clock);
        restarted.append("a", "x", Map.of());

        assertThat(restarted.since(last.seq(), Set.of("a"))).isNull();
        assertThat(restarted.since(0, Set.of("a"))).isNull();
    }

    private LiveEvent append(String topic) {
        return log.append(topic, "x", Map.of());
    }
}
