package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.audit.StoreContract;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.gateway.Budgets;
import io.hone.gateway.Ended;
import io.hone.gateway.GatewayFixture;
import io.hone.gateway.Hold.Reservation;
import io.hone.gateway.Money;
import io.hone.gateway.Spender;
import io.hone.gateway.Usage;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SettlingTest extends StoreContract {

    private static final Spender SPENDER = new Spender("ada", null, null, "openai");

    private Settling settling;

    @Override
    protected Database open(Path folder) {
        return TestDatabases.sqlite(folder);
    }

    @BeforeEach
    void build() {
        Budgets budgets = GatewayFixture.of(database, settings, events, clock).budgets();
        settling = new Settling(budgets);
    }

    @Test
    void whatWaits_isWrittenTogether_inItsOrder() throws Exception {
        long before = database.writer().writes();
        whileNothingIsWritten(() -> add(0, 30));
        settling.stop();

        assertThat(settled()).isEqualTo(numbers(30));
        // That which held up the others, what was taken up meanwhile, and what waited.
        assertThat(database.writer().writes() - before).isLessThanOrEqualTo(3);
    }

    @Test
    void oneThatCannotBeSettled_takesNoneOfTheOthersWithIt() throws Exception {
        whileNothingIsWritten(() -> {
            add(0, 10);
            settling.add(settled(new Spender(null, null, null, "openai"), 10));
            add(11, 20);
        });
        settling.stop();

        assertThat(settled())
                .isEqualTo(numbers(20).stream()
                        .filter(number -> !number.equals("10"))
                        .toList());
    }

    @Test
    void stop_settlesWhatWaits_andWhatEndsLaterIsSettledAtOnce() {
        add(0, 300);
        settling.stop();
        assertThat(settled()).isEqualTo(numbers(300));

        add(300, 301);

        assertThat(settled()).isEqualTo(numbers(301));
    }

    /** All writes wait for one that lasts as long as some work. */
    private void whileNothingIsWritten(Runnable work) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread writer = new Thread(() -> database.write(transaction -> {
            begun.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return 0;
        }));
        writer.start();
        begun.await();
        try {
            work.run();
        } finally {
            over.countDown();
        }
        writer.join();
    }

    private void add(int from, int to) {
        for (int i = from; i < to; i++) {
            settling.add(settled(SPENDER, i));
        }
    }

    private static Ended settled(Spender spender, int number) {
        return new Ended.Settled(
                new Reservation(UUID.randomUUID(), spender, "tiny", Money.ZERO, NOON, false),
                new Money(1),
                Usage.answered("tiny", number, 0, 200, 1));
    }

    private static List<String> numbers(int most) {
        return IntStream.range(0, most).mapToObj(Integer::toString).toList();
    }

    private List<String> settled() {
        return database.read(
                "test.calls", handle -> handle.createQuery("SELECT input_tokens FROM provider_call ORDER BY no")
                        .mapTo(String.class)
                        .list());
    }
}
