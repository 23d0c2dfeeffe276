package io.hone.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.audit.SettableClock;
import io.hone.cache.Epochs;
import io.hone.database.TestDatabases;
import io.hone.settings.SettingsCatalogue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the public suite does not ask, or cannot say precisely. */
class UpstreamCacheTest {

    private static final String URI = "http://origin.example/a?x=1";
    private static final int LARGEST = 2_000;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
    private final Epochs epochs = new Epochs();
    private final ResponseStore store = TestStores.of(4 << 20, epochs, clock);
    private final UpstreamCache cache = new UpstreamCache(
            store,
            TestDatabases.settings(Map.of(SettingsCatalogue.RESPONSE_LARGEST, Integer.toString(LARGEST))),
            clock);

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
        List<String> uris = List.of(URI, "http://origin.example/other");
        for (String uri : uris) {
            for (String who : List.of("", "another")) {
                script.add(text("kept", "Cache-Control", "max-age=60"));
                ask("GET", uri, who, Fields.NONE);
            }
        }
        script.add(new Answer(status, Fields.of(field, value), new byte[0]));
        assertThat(status(ask(method, Fields.NONE))).isEqualTo("hone; fwd=method");
        asked.clear();
        for (String uri : uris) {
            for (String who : List.of("", "another")) {
                script.add(text("new", "Cache-Control", "max-age=60"));
                ask("GET", uri, who, Fields.NONE);
            }
        }
        assertThat(asked).hasSize(2 * expected);
    }

    @Test
    void answer_variants_areToldApart() throws IOException {
        script.add(text("de", "Cache-Control", "max-age=60", "Vary", "Accept-Language"));
        script.add(text("fr", "Cache-Control", "max-age=60", "Vary", "Accept-Language"));
        assertThat(status(ask("GET", Fields.of("Accept-Language", "de")))).contains("uri-miss");
        assertThat(status(ask("GET", Fields.of("Accept-Language", "fr")))).contains("vary-miss");
        assertThat(body(ask("GET", Fields.of("Accept-Language", "de")))).isEqualTo("de");
        assertThat(body(ask("GET", Fields.of("Accept-Language", "fr")))).isEqualTo("fr");
        Answer head = ask("HEAD", Fields.of("Accept-Language", "fr"));
        assertThat(status(head)).startsWith("hone; hit");
        assertThat(head.body()).isEmpty();
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
        script.add(text("4", "Cache-Control", "max-age=60", "Surrogate-Control", "no-store"));
        for (int i = 0; i < 4; i++) {
            assertThat(status(ask("GET", Fields.NONE))).isEqualTo("hone; fwd=uri-miss");
        }
        assertThat(store.asCache().tiers().get("l1").puts()).isZero();
    }

    @Test
    void answer_askedForByManyAtOnce_isFetchedOnce_andComesPartByPart() throws IOException {
        Origin origin = new Origin();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(begin(origin, Fields.NONE));
        }
        assertThat(origin.asked).hasSize(1);
        Receiver reply = origin.replies.get(0);
        reply.begin(head(200, 6, "Cache-Control", "max-age=60"));
        reply.add(new byte[] {1, 2, 3}, false, () -> {});
        assertThat(clients).allMatch(client -> client.body.size() == 3);
        Client late = begin(origin, Fields.NONE);
        reply.add(new byte[] {4, 5, 6}, false, () -> {});
        reply.end();
        clients.add(late);
        for (Client client : clients) {
            assertThat(client.whole().body()).containsExactly(1, 2, 3, 4, 5, 6);
        }
        assertThat(status(clients.get(0).whole())).isEqualTo("hone; fwd=uri-miss; stored; ttl=60");
        assertThat(status(late.whole())).isEqualTo("hone; fwd=uri-miss; collapsed; ttl=60");
        assertThat(status(begin(origin, Fields.NONE).whole())).isEqualTo("hone; hit; ttl=60");
        assertThat(origin.asked).hasSize(1);
    }

    @Test
    void answer_thatIsForOneAlone_letsTheOthersAsk_andTheNextDoNotWait() {
        Origin origin = new Origin();
        Client first = begin(origin, Fields.NONE);
        Client second = begin(origin, Fields.NONE);
        origin.replies.get(0).begin(head(200, 1, "Cache-Control", "no-store"));
        assertThat(origin.asked).hasSize(2);
        begin(origin, Fields.NONE);
        assertThat(origin.asked).as("nobody waits any more").hasSize(3);
        origin.replies.get(1).begin(head(200, 1, "Cache-Control", "no-store"));
        assertThat(first.head.fields().first(CacheStatus.FIELD)).isEqualTo("hone; fwd=uri-miss");
        assertThat(second.head).isNotNull();
        clock.advance(Duration.ofMinutes(1));
        begin(origin, Fields.NONE);
        begin(origin, Fields.NONE);
        assertThat(origin.asked).hasSize(4);
    }

    @Test
    void answer_ofAnotherVariant_isNotWaitedForTwice() {
        Origin origin = new Origin();
        begin(origin, Fields.of("Accept-Language", "de"));
        Client french = begin(origin, Fields.of("Accept-Language", "fr"));
        origin.replies.get(0).begin(head(200, 1, "Cache-Control", "max-age=60", "Vary", "Accept-Language"));
        assertThat(origin.asked).hasSize(2);
        assertThat(origin.asked.get(1).fields().first("Accept-Language")).isEqualTo("fr");
        assertThat(french.head).isNull();
    }

    @ParameterizedTest
    @CsvSource({"3000, true", "-1, true", "-1, false"})
    void answer_thatIsTooLong_passesAsFastAsItIsRead_andIsNotKept(long length, boolean leaves) {
        Origin origin = new Origin();
        Client client = begin(origin, Fields.NONE);
        client.slow = true;
        Receiver reply = origin.replies.get(0);
        reply.begin(head(200, length, "Cache-Control", "max-age=60"));
        List<String> demanded = new ArrayList<>();
        reply.add(new byte[LARGEST], false, () -> demanded.add("second"));
        // What may still be kept is collected at once; of what is not, one part is under way.
        assertThat(demanded).hasSize(length < 0 ? 1 : 0);
        reply.add(new byte[1_000], false, () -> demanded.add("third"));
        assertThat(demanded).doesNotContain("third");
        if (leaves) {
            client.gone.run();
            assertThat(origin.aborted).hasValue(1);
        } else {
            client.taken.forEach(Runnable::run);
        }
        assertThat(demanded).contains("third");
        reply.end();
        assertThat(store.statistics().entries()).isZero();
        assertThat(client.head.fields().first(CacheStatus.FIELD)).isEqualTo("hone; fwd=uri-miss");
    }

    @Test
    void answer_thatNobodyWaitsForAnyMore_isGivenUp_butNotWhereOneIsLeft() {
        Origin origin = new Origin();
        Client first = begin(origin, Fields.NONE);
        Client second = begin(origin, Fields.NONE);
        first.gone.run();
        assertThat(origin.aborted).hasValue(0);
        second.gone.run();
        assertThat(origin.aborted).hasValue(1);
        begin(origin, Fields.NONE);
        assertThat(origin.asked).hasSize(2);
    }

    @Test
    void answer_thatIsCutOff_isNotKept_andAllSeeIt() {
        Origin origin = new Origin();
        List<Client> clients = List.of(begin(origin, Fields.NONE), begin(origin, Fields.NONE));
        Receiver reply = origin.replies.get(0);
        reply.begin(head(200, 10, "Cache-Control", "max-age=60"));
        reply.add(new byte[5], false, () -> {});
        reply.fail(new IOException("cut"));
        assertThat(clients).allMatch(client -> client.failure != null);
        assertThat(store.statistics().entries()).isZero();
    }

    @Test
    void answer_thatWasAskedForBeforeAWrite_isNotGivenAfterIt() throws IOException {
        Origin origin = new Origin();
        begin(origin, Fields.NONE);
        script.add(new Answer(204, Fields.NONE, new byte[0]));
        ask("POST", Fields.NONE);
        begin(origin, Fields.NONE);
        assertThat(origin.asked).hasSize(2);
        origin.replies.get(0).begin(head(200, 0, "Cache-Control", "max-age=60"));
        origin.replies.get(0).end();
        Client third = begin(origin, Fields.NONE);
        assertThat(third.head).isNull();
    }

    @Test
    void answer_lostWrite_outdatesToo() throws IOException {
        script.add(text("kept", "Cache-Control", "max-age=60"));
        ask("GET", Fields.NONE);
        assertThatThrownBy(() -> ask("DELETE", Fields.NONE)).isInstanceOf(IOException.class);
        script.add(text("new", "Cache-Control", "max-age=60"));
        assertThat(body(ask("GET", Fields.NONE))).isEqualTo("new");
    }

    @Test
    void answer_staleAndAskedForByMany_isCheckedOnce() throws IOException {
        script.add(text("first", "Cache-Control", "max-age=1", "ETag", "\"a\""));
        ask("GET", Fields.NONE);
        clock.advance(Duration.ofSeconds(5));
        Origin origin = new Origin();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(begin(origin, Fields.NONE));
        }
        assertThat(origin.asked).hasSize(1);
        origin.replies.get(0).begin(head(304, -1, "Cache-Control", "max-age=60"));
        origin.replies.get(0).end();
        for (Client client : clients) {
            assertThat(body(client.whole())).isEqualTo("first");
        }
        assertThat(status(clients.get(9).whole())).isEqualTo("hone; fwd=stale; collapsed; ttl=60");
    }

    @Test
    void answer_staleWhileRevalidating_isGivenAtOnce_andReplacedOnce() throws IOException {
        script.add(text("first", "Cache-Control", "max-age=1, stale-while-revalidate=60"));
        ask("GET", Fields.NONE);
        clock.advance(Duration.ofSeconds(5));
        Origin origin = new Origin();
        for (int i = 0; i < 5; i++) {
            assertThat(status(begin(origin, Fields.NONE).whole())).isEqualTo("hone; hit; ttl=-4");
        }
        assertThat(origin.asked).hasSize(1);
        origin.replies.get(0).begin(head(200, 1, "Cache-Control", "max-age=60"));
        origin.replies.get(0).add(new byte[] {7}, false, () -> {});
        origin.replies.get(0).end();
        assertThat(begin(origin, Fields.NONE).whole().body()).containsExactly(7);
    }

    @Test
    void rule_saysHowLong_whereTheAnswerDoesNot() throws IOException {
        CacheRule rule = new TestRules()
                .set("[{'pattern': '/gateway/origin/*', 'ttl_seconds': 30, 'stale_if_error_seconds': 60}]")
                .find("/gateway/origin/a", "GET");
        for (String control : List.of("", "max-age=5")) {
            script.add(text("first", control.isEmpty() ? "X" : "Cache-Control", control));
            Terms terms = terms(URI, control, rule);
            Question question = new Question("GET", URI, Fields.NONE);
            cache.answer(question, terms, this::origin, new Client());
            Client second = new Client();
            cache.answer(question, terms, this::origin, second);
            assertThat(status(second.whole())).isEqualTo("hone; hit; ttl=" + (control.isEmpty() ? 30 : 5));
            clock.advance(Duration.ofSeconds(40));
            script.add(new Answer(503, Fields.NONE, new byte[0]));
            Client failing = new Client();
            cache.answer(question, terms, this::origin, failing);
            assertThat(body(failing.whole())).isEqualTo("first");
        }
        assertThat(new TestRules()
                        .set("[{'pattern': '/**', 'ttl_seconds': 30}]")
                        .find("/gateway/origin/a", "GET"))
                .as("a rule for all files is none for those of providers")
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-1, 206, 01, bytes 0-1/10",
        "bytes=7-, 206, 789, bytes 7-9/10",
        "bytes=7-99, 206, 789, bytes 7-9/10",
        "bytes=-2, 206, 89, bytes 8-9/10",
        "bytes=10-, 416, '', ",
        "'bytes=0-1,3-4', 416, '', ",
        "pages=1, 416, '', "
    })
    void answer_partOfWhatIsHeld_isCutFromIt_andElseAskedFor(String range, int status, String body, String told)
            throws IOException {
        script.add(text("0123456789", "Cache-Control", "max-age=60"));
        ask("GET", Fields.NONE);
        script.add(new Answer(416, Fields.NONE, new byte[0]));
        Answer part = ask("GET", Fields.of("Range", range));
        assertThat(part.status()).isEqualTo(status);
        assertThat(body(part)).isEqualTo(body);
        assertThat(part.fields().first("Content-Range")).isEqualTo(told);
    }

    @Test
    void answer_refusedByWhoSends_reachesTheClient() {
        Client client = new Client();
        RuntimeException refusal = new IllegalStateException("no");
        cache.answer(
                new Question("GET", URI, Fields.NONE),
                terms(URI, "", null),
                (question, reply) -> {
                    throw refusal;
                },
                client);
        assertThat(client.failure).isSameAs(refusal);
    }

    @Test
    void answer_pastOrAnew_doesAsItSays() throws IOException {
        script.add(text("first", "Cache-Control", "max-age=60", "ETag", "\"a\""));
        ask("GET", Fields.NONE);
        Question question = new Question("GET", URI, Fields.NONE);
        script.add(text("past", "Cache-Control", "max-age=60"));
        Client past = new Client();
        cache.answer(question, terms(URI, "", null).past("asked-for"), this::origin, past);
        assertThat(status(past.whole())).isEqualTo("hone; fwd=bypass; detail=asked-for");
        assertThat(body(ask("GET", Fields.NONE))).isEqualTo("first");
        script.add(text("anew", "Cache-Control", "max-age=60"));
        Client anew = new Client();
        cache.answer(question, terms(URI, "", null).anew(), this::origin, anew);
        assertThat(status(anew.whole())).isEqualTo("hone; fwd=request; stored; ttl=60");
        assertThat(asked.get(2).fields().has("If-None-Match")).isFalse();
        assertThat(body(ask("GET", Fields.NONE))).isEqualTo("anew");
    }

    private Answer ask(String method, Fields fields) throws IOException {
        return ask(method, URI, "", fields);
    }

    private Answer ask(String method, String uri, String who, Fields fields) throws IOException {
        Client client = new Client();
        cache.answer(new Question(method, uri, fields), terms(uri, who, null), this::origin, client);
        return client.whole();
    }

    private Terms terms(String uri, String who, CacheRule rule) {
        List<String> tags = Terms.tags("origin", uri, rule);
        return new Terms(
                null,
                false,
                CacheKeys.ofUpstream(uri, List.of(who)),
                "origin",
                "/gateway/origin/a",
                rule,
                rule == null ? -1 : TimeUnit.SECONDS.toMillis(rule.ttlSeconds()),
                tags,
                epochs.of(tags),
                List.of());
    }

    /** Answers at once with what the script says next. */
    private void origin(Question question, Receiver reply) {
        asked.add(question);
        Answer next = script.poll();
        if (next == null) {
            reply.fail(new IOException("The connection was lost"));
            return;
        }
        reply.begin(new Head(next.status(), next.fields(), next.body().length, true));
        if (next.body().length > 0) {
            reply.add(next.body(), false, () -> {});
        }
        reply.end();
    }

    /** Somebody who reads an answer. */
    private static final class Client implements Receiver {

        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final List<Runnable> taken = new ArrayList<>();
        private Head head;
        private boolean ended;
        private boolean slow;
        private Throwable failure;
        private Runnable gone = () -> {};

        @Override
        public void begin(Head begun) {
            assertThat(head).isNull();
            head = begun;
        }

        @Override
        public void add(byte[] bytes, boolean flush, Runnable more) {
            body.writeBytes(bytes);
            if (slow) {
                taken.add(more);
            } else {
                more.run();
            }
        }

        @Override
        public void end() {
            assertThat(ended).isFalse();
            ended = true;
        }

        @Override
        public void fail(Throwable thrown) {
            failure = thrown;
        }

        @Override
        public void onGone(Runnable work) {
            gone = work;
        }

        Answer whole() throws IOException {
            if (failure instanceof IOException lost) {
                throw lost;
            }
            assertThat(ended).isTrue();
            return new Answer(head.status(), head.fields(), body.toByteArray());
        }
    }

    /** An origin that answers when it is told to. */
    private static final class Origin implements UpstreamCache.Upstream {

        private final List<Question> asked = new ArrayList<>();
        private final List<Receiver> replies = new ArrayList<>();
        private final AtomicInteger aborted = new AtomicInteger();

        @Override
        public void ask(Question question, Receiver reply) {
            asked.add(question);
            replies.add(reply);
            reply.onGone(aborted::incrementAndGet);
        }
    }

    private Client begin(Origin origin, Fields fields) {
        Client client = new Client();
        cache.answer(new Question("GET", URI, fields), terms(URI, "", null), origin, client);
        return client;
    }

    private static Head head(int status, long length, String... fields) {
        return new Head(status, Fields.of(fields), length, true);
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
