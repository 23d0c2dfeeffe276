package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DrainingTest {

    private static final Duration LONG = Duration.ofSeconds(25);

    private final Draining draining = new Draining();

    @Test
    void enter_beforeTheStop_isAllowed() {
        assertThat(draining.enter()).isTrue();
        assertThat(draining.isStopping()).isFalse();
    }

    @Test
    void drain_nothingRuns_returnsAtOnceAndRefusesWhatComes() {
        draining.drain(LONG);
        assertThat(draining.isStopping()).isTrue();
        assertThat(draining.enter()).isFalse();
        draining.drain(LONG); // a refused request is not waited for
    }

    @Test
    void drain_requestsRun_waitsForTheLast() throws Exception {
        draining.enter();
        draining.enter();
        CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> draining.drain(LONG));
        await().until(draining::isStopping);
        assertThat(draining.enter()).isFalse();
        draining.leave();
        assertThat(drained).isNotDone();
        draining.leave();
        drained.get(10, TimeUnit.SECONDS);
    }

    @Test
    void drain_requestRunsTooLong_givesUp() {
        draining.enter();
        draining.drain(Duration.ofMillis(1));
        assertThat(draining.isStopping()).isTrue();
    }

    @Test
    void drain_interrupted_stopsWaitingAndSaysSo() throws Exception {
        draining.enter();
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread stopping = new Thread(() -> {
            draining.drain(LONG);
            if (Thread.currentThread().isInterrupted()) {
                interrupted.countDown();
            }
        });
        stopping.start();
        stopping.interrupt();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void enter_whileStopping_neverSlipsThrough() throws Exception {
        for (int round = 0; round < 200; round++) {
            Draining own = new Draining();
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<Boolean> entered = CompletableFuture.supplyAsync(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return own.enter();
            });
            go.countDown();
            own.drain(Duration.ZERO);
            if (entered.get()) {
                CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> own.drain(LONG));
                own.leave();
                drained.get(10, TimeUnit.SECONDS);
            }
            assertThat(own.enter()).isFalse();
        }
    }
}
