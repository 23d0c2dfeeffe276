package io.hone.tool.demo;

import java.util.Arrays;

/**
 * Magnitude pruning (Han et al. 2015, "Learning both Weights and Connections for Efficient Neural Networks"): the
 * weights with the least absolute values are set to 0, chosen over all layers together. Biases stay.
 */
final class Pruning {

    private Pruning() {}

    /**
     * Marks what stays: all biases, and all weights but the smallest.
     *
     * @param sparsity share of the weights to remove, 0 to 1; rounded to a whole number of weights. Of equal weights
     *                 those that come first go first
     * @return one mark for each parameter of the network
     */
    static boolean[] kept(Network network, double sparsity) {
        if (!(sparsity >= 0 && sparsity <= 1)) {
            throw new IllegalArgumentException("sparsity is %s, not 0 to 1".formatted(sparsity));
        }
        float[] parameters = network.parameters();
        long[] bySize = new long[network.weightCount()];
        int count = 0;
        for (int layer = 0; layer < network.layers(); layer++) {
            for (int i = network.weightsFrom(layer); i < network.biasesFrom(layer); i++) {
                // The bits of a float that is not negative sort as the float does; the index makes the order total.
                bySize[count++] = (long) Float.floatToIntBits(Math.abs(parameters[i])) << 32 | i;
            }
        }
        Arrays.sort(bySize);
        boolean[] kept = new boolean[parameters.length];
        Arrays.fill(kept, true);
        long removed = Math.round(sparsity * count);
        for (int i = 0; i < removed; i++) {
            kept[(int) bySize[i]] = false;
        }
        return kept;
    }

    /** Sets every parameter that is not marked to 0, in place. */
    static void apply(Network network, boolean[] kept) {
        float[] parameters = network.parameters();
        for (int i = 0; i < parameters.length; i++) {
            if (!kept[i]) {
                parameters[i] = 0;
            }
        }
    }

    /** The share of the weights that are 0, 0 to 1; biases are not counted. */
    static double sparsity(Network network) {
        int zeros = 0;
        for (int layer = 0; layer < network.layers(); layer++) {
            for (int i = network.weightsFrom(layer); i < network.biasesFrom(layer); i++) {
                zeros += network.parameters()[i] == 0 ? 1 : 0;
            }
        }
        return (double) zeros / network.weightCount();
    }
}
