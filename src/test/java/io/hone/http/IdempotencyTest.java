package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.http.Idempotency.Key;
import io.hone.http.Idempotency.Once;
import io.hone.settings.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Caller ANNA = new Caller("anna", "request-1");

    record Made(int number, Instant at) {}

    @TempDir
    Path folder;

    private Database database;
    private final AtomicInteger creations = new AtomicInteger();

    @BeforeEach
    void open() {
        database = TestDatabases.sqlite(folder);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void once_sameKeyAndBody_givesTheFirstAnswer() {
        Once<Made> first = once(NOON, key("a", "body"), ANNA);
        assertThat(first).isEqualTo(new Once<>(new Made(1, NOON), false));
        assertThat(once(NOON.plusSeconds(5), key("a", "body"), ANNA)).isEqualTo(new Once<>(new Made(1, NOON), true));
        assertThat(creations).hasValue(1);
    }

    @Test
    void once_afterARestart_givesTheFirstAnswer() {
        once(NOON, key("a", "body"), ANNA);
        database.close();
        open();
        assertThat(once(NOON, key("a", "body"), ANNA)).isEqualTo(new Once<>(new Made(1, NOON), true));
    }

    @Test
    void once_otherBody_isRefused() {
        once(NOON, key("a", "body"), ANNA);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> once(NOON, key("a", "other"), ANNA))
                .returns(ProblemType.IDEMPOTENCY_KEY_REUSED, ProblemException::type);
        assertThat(creations).hasValue(1);
    }

    @Test
    void once_otherKeyActorOrOperation_createsAgain() {
        once(NOON, key("a", "body"), ANNA);
        assertThat(once(NOON, key("b", "body"), ANNA).repeated()).isFalse();
        assertThat(once(NOON, key("a", "body"), new Caller("ben", "request-2")).repeated())
                .isFalse();
        assertThat(once(NOON, Key.of(Requests.header("Idempotency-Key", "a"), "POST /other", "body"), ANNA)
                        .repeated())
                .isFalse();
        assertThat(creations).hasValue(4);
    }

    @Test
    void once_noKey_createsAlways() {
        Key none = Key.of(Requests.header("Accept", "*/*"), "POST /made", "body");
        assertThat(none).isNull();
        assertThat(once(NOON, none, ANNA).repeated()).isFalse();
        assertThat(once(NOON, none, ANNA).repeated()).isFalse();
    }

    @Test
    void once_retentionOver_createsAgain() {
        once(NOON, key("a", "body"), ANNA);
        Instant last = NOON.plus(Duration.ofHours(24));
        assertThat(once(last, key("a", "body"), ANNA).repeated()).isTrue();
        Instant over = last.plusMillis(1);
        assertThat(once(over, key("a", "other"), ANNA)).isEqualTo(new Once<>(new Made(2, over), false));
        assertThat(once(over, key("a", "other"), ANNA)).isEqualTo(new Once<>(new Made(2, over), true));
    }

    @Test
    void once_creationFails_keepsNothing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> database.write(
                        transaction -> idempotency(NOON).once(transaction, key("a", "body"), ANNA, Made.class, () -> {
                            throw new IllegalStateException("not made");
                        })));
        assertThat(once(NOON, key("a", "body"), ANNA).repeated()).isFalse();
    }

    @Test
    void forgetOld_retentionOver_deletesThoseAlone() {
        once(NOON, key("a", "body"), ANNA);
        once(NOON.plusMillis(1), key("b", "body"), ANNA);
        Idempotency later = idempotency(NOON.plus(Duration.ofHours(24)).plusMillis(1));
        assertThat(database.<Integer>write(later::forgetOld)).isEqualTo(1);
        assertThat(database.<Integer>write(later::forgetOld)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "\u00fc", "a\n"})
    void key_noVisibleToken_isRefused(String key) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> key(key, "body"))
                .returns(ProblemType.VALIDATION, ProblemException::type);
    }

    @Test
    void key_of255_isTakenAnd256IsNot() {
        assertThat(key("k".repeat(255), "body").request()).endsWith("k".repeat(255));
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> key("k".repeat(256), "body"));
    }

    @Test
    void key_body_isComparedAsItWasUnderstood() {
        assertThat(key("a", Map.of("x", 1))).isEqualTo(key("a", Map.of("x", 1)));
        assertThat(key("a", Map.of("x", 1))).isNotEqualTo(key("a", Map.of("x", 2)));
        assertThat(key("a", "body").bodyHash()).matches("[0-9a-f]{64}");
    }

    private Once<Made> once(Instant now, Key key, Caller caller) {
        return database.write(transaction -> idempotency(now)
                .once(transaction, key, caller, Made.class, () -> new Made(creations.incrementAndGet(), now)));
    }

    private static Idempotency idempotency(Instant now) {
        return new Idempotency(Settings.defaults(), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static Key key(String key, Object body) {
        return Key.of(Requests.header("Idempotency-Key", key), "POST /made", body);
    }
}
