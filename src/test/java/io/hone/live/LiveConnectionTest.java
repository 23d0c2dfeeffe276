package io.hone.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.auth.Identities;
import io.hone.metrics.Metrics;
import jakarta.websocket.SendResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LiveConnectionTest {

    private static final int MOST_QUEUED = 3;

    private final LiveCounts counts = new LiveCounts(new Metrics());
    private final List<String> sent = new ArrayList<>();
    private final Deque<Consumer<SendResult>> underWay = new ArrayDeque<>();
    private final LiveConnection connection = new LiveConnection(
            (text, done) -> {
                sent.add(text);
                underWay.add(done);
            },
            counts,
            MOST_QUEUED,
            Identities.named("ada"),
            () -> {});

    @Test
    void send_oneIsUnderWay_othersWaitInOrder() {
        send("1", "2", "3");
        assertThat(sent).containsExactly("1");

        arrived();
        assertThat(sent).containsExactly("1", "2");

        arrived();
        arrived();
        send("4");
        assertThat(sent).containsExactly("1", "2", "3", "4");
        assertThat(counts.snapshot().messagesOut()).isEqualTo(3);
    }

    @Test
    void send_asManyWaitAsMay_noneIsLost() {
        send("1", "2", "3", "4");

        everythingArrived();

        assertThat(sent).containsExactly("1", "2", "3", "4");
        assertThat(counts.snapshot().resyncs()).isZero();
    }

    @Test
    void send_clientTooSlow_allThatWaitGivesWayToOneResync() {
        send("1", "2", "3", "4");
        connection.send("5", 5);
        assertThat(counts.snapshot().resyncs()).isEqualTo(1);

        everythingArrived();

        assertThat(sent).containsExactly("1", "{\"type\":\"resync\",\"seq\":5}");
    }

    @Test
    void send_stillTooSlow_keepsOneResyncWithTheNewestNumber() {
        for (long seq = 1; seq <= 40; seq++) {
            connection.send(Long.toString(seq), seq);
        }
        assertThat(counts.snapshot().resyncs()).isEqualTo(1);

        everythingArrived();

        assertThat(sent.get(1)).startsWith("{\"type\":\"resync\"");
        assertThat(sent.stream().filter(text -> text.contains("resync"))).hasSize(1);
        assertThat(sent).hasSizeLessThanOrEqualTo(1 + MOST_QUEUED);
        assertThat(sent).last().isEqualTo("40");
    }

    @Test
    void send_afterAResync_goesOn() {
        send("1", "2", "3", "4", "5", "6");
        everythingArrived();
        send("7");

        assertThat(sent).containsExactly("1", "{\"type\":\"resync\",\"seq\":0}", "6", "7");
    }

    @Test
    void send_slowAgainAfterTheResyncLeft_isCountedAgain() {
        send("1", "2", "3", "4", "5", "6");
        arrived();
        assertThat(sent).last().asString().contains("resync");

        send("7", "8", "9");

        assertThat(counts.snapshot().resyncs()).isEqualTo(2);
    }

    @Test
    void offer_topicNotWanted_isNotSent() {
        connection.subscribe(List.of("sessions"));

        connection.offer(new LiveEvent(1, "sessions", "a"));
        connection.offer(new LiveEvent(2, "dashboard", "b"));
        connection.unsubscribe(List.of("sessions"));
        connection.offer(new LiveEvent(3, "sessions", "c"));
        everythingArrived();

        assertThat(sent).containsExactly("a");
    }

    @Test
    void subscribe_twice_countsOnce() {
        connection.subscribe(List.of("sessions", "session:1", "session:2"));
        connection.subscribe(List.of("sessions"));
        assertThat(counts.snapshot().subscriptions())
                .containsEntry("sessions", 1)
                .containsEntry("session", 2);

        connection.unsubscribe(List.of("session:1", "never"));
        assertThat(counts.snapshot().subscriptions()).containsEntry("session", 1);

        connection.close();
        assertThat(counts.snapshot().subscriptions())
                .containsEntry("sessions", 0)
                .containsEntry("session", 0);
    }

    @Test
    void subscribe_afterClose_holdsNothing() {
        connection.close();

        connection.subscribe(List.of("sessions"));

        assertThat(connection.topics()).isEmpty();
        assertThat(counts.snapshot().subscriptions().getOrDefault("sessions", 0))
                .isZero();
    }

    @Test
    void close_forgetsWhatWaits() {
        send("1", "2");
        connection.close();
        everythingArrived();
        send("3");

        assertThat(sent).containsExactly("1");
    }

    @Test
    void send_failed_isCountedAndTheNextTried() {
        send("1", "2");
        underWay.remove().accept(new SendResult(new IllegalStateException("gone")));

        assertThat(sent).containsExactly("1", "2");
        assertThat(counts.snapshot().sendFailures()).isEqualTo(1);
        assertThat(counts.snapshot().messagesOut()).isZero();
    }

    /** As Tyrus does on a session that closes at this moment. */
    @Test
    void send_senderThrows_isCountedAndReachesNobodyElse() {
        LiveConnection broken = new LiveConnection(
                (text, done) -> {
                    throw new IllegalStateException("The connection has been closed.");
                },
                counts,
                MOST_QUEUED,
                Identities.named("ada"),
                () -> {});

        broken.send("1", 1);
        broken.send("2", 2);

        assertThat(counts.snapshot().sendFailures()).isPositive();
    }

    @Test
    void send_senderAnswersOnTheSameThread_sendsAllInOrder() {
        List<String> direct = new ArrayList<>();
        LiveConnection[] self = new LiveConnection[1];
        self[0] = new LiveConnection(
                (text, done) -> {
                    direct.add(text);
                    if (text.equals("1")) {
                        self[0].send("2", 0);
                        self[0].send("3", 0);
                    }
                    done.accept(new SendResult());
                },
                counts,
                MOST_QUEUED,
                Identities.named("ada"),
                () -> {});

        self[0].send("1", 0);

        assertThat(direct).containsExactly("1", "2", "3");
    }

    @Test
    void sent_bytes_areThoseOfUtf8() {
        send("ä📏");
        arrived();

        assertThat(counts.snapshot().bytesOut()).isEqualTo(6);
    }

    private void send(String... texts) {
        for (String text : texts) {
            connection.send(text, 0);
        }
    }

    private void arrived() {
        underWay.remove().accept(new SendResult());
    }

    private void everythingArrived() {
        while (!underWay.isEmpty()) {
            arrived();
        }
    }
}
