package io.hone.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.audit.SettableClock;
import io.hone.cache.Epochs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the public suite does not ask, or cannot say precisely. */
class UpstreamCacheTest {

    private static final String URI = "http://origin.example/a?x=1";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final ResponseStore store = TestStores.of(4 << 20, new Epochs(), clock);
    private final UpstreamCache cache = new UpstreamCache(store, clock, Runnable::run, Duration.ofSeconds(1));

    /** What the origin says next; null for a lost connection. */
    private final Deque<Answer> script = new ArrayDeque<>();

    private final List<Question> asked = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | '' | 59 | true",
                "max-age=60 | '' | 60 | false",
                "s-maxage=60, max-age=1 | '' | 59 | true",
                "s-maxage=1, max-age=60 | '' | 1 | false",
                "private, max-age=60 | '' | 1 | false",
                "no-store, max-age=60 | '' | 1 | false",
                "no-cache, max-age=60 | '' | 1 | false",
                "max-age=60 | Bearer x | 1 | false",
                "public, max-age=60 | Bearer x | 1 | true",
                "s-maxage=60 | Bearer x | 1 | true",
                "must-revalidate, max-age=60 | Bearer x | 1 | true",
                "max-age=-1 | '' | 0 | false",
                "max-age=60, stale-while-revalidate=10 | '' | 69 | true",
                "max-age=60, stale-while-revalidate=10 | '' | 70 | false",
                "max-age=60, stale-while-revalidate=10, must-revalidate | '' | 61 | false"
            })
    void answer_aSecondTime_isFromHere(String control, String authorization, int seconds, boolean expected)
            throws IOException {
        Fields request = authorization.isEmpty() ? Fields.NONE : Fields.of("Authorization", authorization);
        script.add(text("first", "Cache-Control", control));
        ask("GET", request);
        clock.advance(Duration.ofSeconds(seconds));
        script.add(text("second", "Cache-Control", control));
        script.add(text("third", "Cache-Control", control));
        Answer second = ask("GET", request);
        assertThat(body(second)).isEqualTo(expected ? "first" : "second");
        assertThat(second.fields().first("Age")).isEqualTo(expected ? Integer.toString(seconds) : null);
    }

    @Test
    void answer_stale_isCheckedByItsTag_andRenewed() throws IOException {
        script.add(text("first", "Cache-Control", "max-age=1", "ETag", "\"a\"", "X", "1"));
        ask("GET", Fields.NONE);
        clock.advance(Duration.ofSeconds(5));
        script.add(new Answer(304, Fields.of("Cache-Control", "max-age=100", "X", "2"), new byte[0]));
        Answer checked = ask("GET", Fields.NONE);
        assertThat(asked.get(1).fields().first("If-None-Match")).isEqualTo("\"a\"");
        assertThat(body(checked)).isEqualTo("first");
        assertThat(checked.fields().first("X")).isEqualTo("2");
        assertThat(status(checked)).isEqualTo("hone; fwd=stale; fwd-status=304; stored; ttl=100");
        clock.advance(Duration.ofSeconds(99));
        assertThat(status(ask("GET", Fields.NONE))).isEqualTo("hone; hit; ttl=1");
        assertThat(ask("GET", Fields.of("If-None-Match", "W/\"a\"")).status()).isEqualTo(304);
        assertThat(asked).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | 200 | Location | http://origin.example/other | 2",
                "PUT | 204 | Content-Location | /other | 2",
                "DELETE | 302 | Location | http://elsewhere.example/other | 1",
                "PATCH | 400 | Location | /other | 0",
                "OPTIONS | 200 | Location | /other | 0"
            })
    void answer_toAWrite_outdatesWhatItNames(String method, int status, String field, String value, int expected)
            throws IOException {
        for (String uri : List.of(URI, "http://origin.example/other")) {
            script.add(text("kept", "Cache-Control", "max-age=60"));
            cache.answer(new Question("GET", uri, Fields.NONE, new byte[0]), this::origin);
        }
        script.add(new Answer(status, Fields.of(field, value), new byte[0]));
        assertThat(status(ask(method, Fields.NONE))).isEqualTo("hone; fwd=method");
        assertThat(store.statistics().entries()).isEqualTo(2 - expected);
    }

    @Test
    void answer_variants_areToldApart() throws IOException {
        script.add(text("de", "Cache-Control", "max-age=60", "Vary", "Accept-Language"));
        script.add(text("fr", "Cache-Control", "max-age=60", "Vary", "Accept-Language"));
        assertThat(status(ask("GET", Fields.of("Accept-Language", "de")))).contains("uri-miss");
        assertThat(status(ask("GET", Fields.of("Accept-Language", "fr")))).contains("vary-miss");
        assertThat(body(ask("GET", Fields.of("Accept-Language", "de")))).isEqualTo("de");
        assertThat(body(ask("HEAD", Fields.of("Accept-Language", "fr")))).isEqualTo("fr");
    }

    @Test
    void answer_failure_isReplacedByAStaleOne_whereThatIsAllowed() throws IOException {
        script.add(text("first", "Cache-Control", "max-age=1, stale-if-error=60"));
        ask("GET", Fields.NONE);
        clock.advance(Duration.ofSeconds(60));
        script.add(new Answer(503, Fields.NONE, new byte[0]));
        assertThat(body(ask("GET", Fields.NONE))).isEqualTo("first");
        assertThat(body(ask("GET", Fields.NONE))).as("lost").isEqualTo("first");
        clock.advance(Duration.ofSeconds(2));
        script.add(new Answer(503, Fields.NONE, new byte[0]));
        assertThat(ask("GET", Fields.NONE).status()).isEqualTo(503);
    }

    @Test
    void answer_lost_isAnErrorWhereStaleOnesAreForbidden() throws IOException {
        script.add(text("first", "Cache-Control", "max-age=1, must-revalidate"));
        ask("GET", Fields.NONE);
        clock.advance(Duration.ofSeconds(2));
        assertThatThrownBy(() -> ask("GET", Fields.NONE)).isInstanceOf(IOException.class);
    }

    @Test
    void answer_onlyIfCached_asksNobody() throws IOException {
        assertThat(ask("GET", Fields.of("Cache-Control", "only-if-cached")).status())
                .isEqualTo(504);
        assertThat(asked).isEmpty();
    }

    @Test
    void answer_withCookieOrOfAPart_isNotKept() throws IOException {
        script.add(text("1", "Cache-Control", "max-age=60", "Set-Cookie", "a=b"));
        script.add(new Answer(206, Fields.of("Cache-Control", "max-age=60"), new byte[1]));
        script.add(text("3", "Cache-Control", "max-age=60", "Vary", "*"));
        for (int i = 0; i < 3; i++) {
            assertThat(status(ask("GET", Fields.NONE))).isEqualTo("hone; fwd=uri-miss");
        }
        assertThat(store.asCache().tiers().get("l1").puts()).isZero();
    }

    private Answer ask(String method, Fields fields) throws IOException {
        return cache.answer(new Question(method, URI, fields, new byte[0]), this::origin);
    }

    private Answer origin(Question question) throws IOException {
        asked.add(question);
        Answer next = script.poll();
        if (next == null) {
            throw new IOException("The connection was lost");
        }
        return next;
    }

    private static Answer text(String body, String... fields) {
        return new Answer(200, Fields.of(fields), body.getBytes(StandardCharsets.UTF_8));
    }

    private static String body(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String status(Answer answer) {
        return answer.fields().first(CacheStatus.FIELD);
    }
}
