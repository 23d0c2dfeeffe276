package io.hone.tool.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What all experiments share. Thread-safe.
 *
 * @param workload  how much is computed
 * @param seed      everything random comes from it
 * @param train     the points to train on
 * @param heldOut   the points to measure on
 * @param stopwatch measures latency
 * @param board     opens and ends sessions
 * @param stop      looked at often
 */
record Laboratory(
        Workload workload,
        long seed,
        Dataset train,
        Dataset heldOut,
        Stopwatch stopwatch,
        Board board,
        StopSignal stop) {

    /** Arms of the spiral. */
    static final int CLASSES = 5;

    /** Standard deviation of the noise; the arms, of radius 1, are 0.2 apart. */
    static final double NOISE = 0.035;

    /** Generates the data. */
    static Laboratory furnish(Workload workload, long seed, Clocks clocks, Board board, StopSignal stop) {
        int count = workload.trainPoints() + workload.heldOutPoints();
        Dataset all = Dataset.spirals(count, CLASSES, NOISE, seed);
        return new Laboratory(
                workload,
                seed,
                all.slice(0, workload.trainPoints()),
                all.slice(workload.trainPoints(), count),
                new Stopwatch(clocks.nanoTime(), workload.latencyRounds()),
                board,
                stop);
    }

    /** A seed for one purpose, the same whatever else runs at the time. */
    long seedOf(String purpose) {
        return new SplittableRandom(seed ^ (long) purpose.hashCode() << 32).nextLong();
    }

    /** A network with two hidden layers of one size. */
    Network network(int hidden, String purpose) {
        return Network.random(seedOf(purpose), Dataset.FEATURES, hidden, hidden, CLASSES);
    }

    Training training(Network network, Objective objective, Training.Settings settings) {
        return new Training(network, train, objective, settings, stop);
    }

    Measurement measure(Model model, int modelBytes) {
        stop.check();
        return Measurement.of(model, heldOut, modelBytes, stopwatch);
    }

    /**
     * Trains and reports every epoch as a step; the last one with size and latency too.
     *
     * @param model what the network in training is to be used as
     * @param bytes the stored size of it
     * @throws DivergenceException after reporting the epoch whose loss was not finite
     */
    void train(
            ReportedSession session,
            Training training,
            int epochs,
            Supplier<Network> model,
            ToIntFunction<Network> bytes) {
        for (int i = 1; i <= epochs; i++) {
            Training.Epoch epoch = training.next();
            Network now = model.get();
            boolean finite = Double.isFinite(epoch.loss());
            Map<String, Double> metrics = new LinkedHashMap<>();
            if (i == epochs && finite) {
                metrics.putAll(measure(now, bytes.applyAsInt(now)).metrics());
            } else {
                Measurement.Quality quality = Measurement.Quality.of(now, heldOut);
                metrics.put("accuracy", quality.accuracy());
                metrics.put("loss", quality.loss());
            }
            metrics.put("train_loss", epoch.loss());
            metrics.put("train_accuracy", epoch.accuracy());
            metrics.put("learning_rate", epoch.learningRate());
            session.record(i, metrics, (double) i / epochs);
            if (!finite) {
                throw new DivergenceException(epoch);
            }
        }
    }

    /** The same for a network that is used as it is trained. */
    void train(ReportedSession session, Training training, int epochs, Network network) {
        train(session, training, epochs, () -> network, same -> Storage.dense(same).length);
    }
}
