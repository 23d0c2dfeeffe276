package io.hone.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** Clients in this process, a thread each, that ask again as soon as they are answered. */
final class ClientLoop {

    /** Asks once. */
    @FunctionalInterface
    interface Client {
        void ask();
    }

    private final List<Client> clients;

    ClientLoop(List<Client> clients) {
        this.clients = clients;
    }

    /** Lets all of them ask for that long. */
    Load run(Duration time) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients.size());
        try {
            CountDownLatch ready = new CountDownLatch(clients.size());
            CountDownLatch begin = new CountDownLatch(1);
            List<Future<Histogram>> loops = new ArrayList<>();
            for (Client client : clients) {
                loops.add(threads.submit(loop(client, time, ready, begin)));
            }
            ready.await();
            long start = System.nanoTime();
            begin.countDown();
            Histogram all = new Histogram(3);
            for (Future<Histogram> loop : loops) {
                all.add(loop.get());
            }
            return new Load(all.getTotalCount(), 0, (System.nanoTime() - start) / 1e9, all);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Callable<Histogram> loop(Client client, Duration time, CountDownLatch ready, CountDownLatch begin) {
        return () -> {
            Histogram latencies = new Histogram(3);
            ready.countDown();
            begin.await();
            long end = System.nanoTime() + time.toNanos();
            for (long start = System.nanoTime(); start < end; ) {
                client.ask();
                long answered = System.nanoTime();
                latencies.recordValue(answered - start);
                start = answered;
            }
            return latencies;
        };
    }
}
