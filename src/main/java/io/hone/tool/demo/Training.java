package io.hone.tool.demo;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network in place, an epoch at a time, by mini-batches. The learning rate may rise in equal steps for some
 * epochs (Goyal et al. 2017, section 2.2), then falls along half a cosine to 0 over those that are left (Loshchilov
 * and Hutter 2017, without restarts). Not thread-safe.
 */
final class Training {

    /** How a gradient becomes a change of the parameters. */
    enum Optimizer {
        /** Kingma and Ba 2015, "Adam", algorithm 1 with its default constants. */
        ADAM,
        /** Stochastic gradient descent with Polyak's momentum of 0.9. */
        MOMENTUM
    }

    /**
     * How to train.
     *
     * @param learningRate the greatest one; above 0
     * @param warmUpEpochs epochs during which the rate rises; 0 to epochs
     * @param epochs       all that are planned; 1 or more
     * @param batchSize    samples for each update; 1 or more
     * @param seed         decides the order of the samples
     */
    record Settings(Optimizer optimizer, double learningRate, int warmUpEpochs, int epochs, int batchSize, long seed) {

        Settings {
            if (!(learningRate > 0) || batchSize < 1 || epochs < 1 || warmUpEpochs < 0 || warmUpEpochs > epochs) {
                throw new IllegalArgumentException(
                        ("learningRate %s must be above 0, batchSize %d and epochs %d at least 1, "
                                        + "warmUpEpochs %d between 0 and epochs")
                                .formatted(learningRate, batchSize, epochs, warmUpEpochs));
            }
        }

        /** Adam without warm-up, in mini-batches of 32. */
        static Settings adam(double learningRate, int epochs, long seed) {
            return new Settings(Optimizer.ADAM, learningRate, 0, epochs, 32, seed);
        }

        /** The learning rate after so many epochs. */
        double rateAfter(int epochsDone) {
            if (epochsDone < warmUpEpochs) {
                return learningRate * (epochsDone + 1) / warmUpEpochs;
            }
            double share = (double) (epochsDone - warmUpEpochs) / Math.max(1, epochs - warmUpEpochs);
            return learningRate * (1 + Math.cos(Math.PI * share)) / 2;
        }
    }

    /**
     * What one epoch showed.
     *
     * @param epoch        1 for the first
     * @param learningRate used in it
     * @param loss         mean over its samples, each before the update it took part in; in nats, NaN if diverged
     * @param accuracy     share of those samples answered rightly, 0 to 1
     */
    record Epoch(int epoch, double learningRate, double loss, double accuracy) {}

    private static final double MOMENTUM = 0.9;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Network network;
    private final Dataset data;
    private final Objective objective;
    private final Settings settings;
    private final StopSignal stop;
    private final float[] gradient;
    private final float[] firstMoment;
    private final float[] secondMoment;
    private final int[] order;
    private final SplittableRandom random;
    private UnaryOperator<Network> seenAs = UnaryOperator.identity();
    private boolean @Nullable [] kept;
    private int epoch;
    private int updates;

    /** @param stop looked at before every mini-batch */
    Training(Network network, Dataset data, Objective objective, Settings settings, StopSignal stop) {
        this.network = network;
        this.data = data;
        this.objective = objective;
        this.settings = settings;
        this.stop = stop;
        int count = network.parameters().length;
        this.gradient = new float[count];
        this.firstMoment = new float[count];
        this.secondMoment = new float[count];
        this.order = new int[data.size()];
        Arrays.setAll(order, i -> i);
        this.random = new SplittableRandom(settings.seed());
    }

    /**
     * Computes answers and gradients on what the function makes of the network, and applies them to the network
     * itself: the straight-through estimator (Bengio, Léonard and Courville 2013) of quantization-aware training.
     */
    Training seenAs(UnaryOperator<Network> function) {
        this.seenAs = function;
        return this;
    }

    /** Lets only the marked parameters change and holds all others at 0. */
    Training keeping(boolean[] marked) {
        this.kept = marked.clone();
        return this;
    }

    /**
     * Goes through the data once.
     *
     * @throws java.util.concurrent.CancellationException as soon as the stop signal is given
     */
    Epoch next() {
        double rate = settings.rateAfter(epoch);
        epoch++;
        shuffle();
        double loss = 0;
        int right = 0;
        float[] logits = new float[network.classes()];
        float[] logitsGradient = new float[network.classes()];
        for (int from = 0; from < order.length; from += settings.batchSize()) {
            stop.check();
            int to = Math.min(order.length, from + settings.batchSize());
            Network seen = seenAs.apply(network);
            Arrays.fill(gradient, 0);
            for (int i = from; i < to; i++) {
                int sample = order[i];
                seen.logits(data.point(sample), logits);
                loss += objective.loss(sample, logits, logitsGradient);
                right += Model.predicted(logits) == data.label(sample) ? 1 : 0;
                seen.accumulateGradient(logitsGradient, gradient);
            }
            update(rate, 1f / (to - from));
        }
        return new Epoch(epoch, rate, loss / order.length, (double) right / order.length);
    }

    /** A learning rate as people write it, without exponent and trailing zeros: 0.0003 rather than 3.0E-4. */
    static String plain(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }

    private void shuffle() {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = order[i];
            order[i] = order[j];
            order[j] = other;
        }
    }

    private void update(double rate, float share) {
        updates++;
        switch (settings.optimizer()) {
            case ADAM -> adam(rate, share);
            case MOMENTUM -> momentum((float) rate, share);
        }
        if (kept != null) {
            float[] parameters = network.parameters();
            for (int i = 0; i < parameters.length; i++) {
                if (!kept[i]) {
                    parameters[i] = 0;
                }
            }
        }
    }

    private void adam(double rate, float share) {
        float[] parameters = network.parameters();
        float rateNow = (float) (rate * Math.sqrt(1 - Math.pow(BETA2, updates)) / (1 - Math.pow(BETA1, updates)));
        float beta1 = (float) BETA1;
        float beta2 = (float) BETA2;
        float epsilon = (float) EPSILON;
        for (int i = 0; i < parameters.length; i++) {
            float slope = gradient[i] * share;
            firstMoment[i] = beta1 * firstMoment[i] + (1 - beta1) * slope;
            secondMoment[i] = beta2 * secondMoment[i] + (1 - beta2) * slope * slope;
            parameters[i] -= rateNow * firstMoment[i] / ((float) Math.sqrt(secondMoment[i]) + epsilon);
        }
    }

    private void momentum(float rate, float share) {
        float[] parameters = network.parameters();
        for (int i = 0; i < parameters.length; i++) {
            firstMoment[i] = (float) MOMENTUM * firstMoment[i] + gradient[i] * share;
            parameters[i] -= rate * firstMoment[i];
        }
    }
}
