package io.hone.tool.demo;

/**
 * Uniform affine quantization of weights to integers (Jacob et al. 2018, "Quantization and Training of Neural
 * Networks for Efficient Integer-Arithmetic-Only Inference", equation 1): {@code weight = scale * (code - zero)}.
 * Biases keep single precision, as they are few.
 *
 * <p>With 32 bits nothing is rounded: the weights are the single-precision numbers the network was trained in.
 *
 * @param bits       of each weight: 2 to 16, or 32
 * @param symmetric  true: zero is 0 and codes run from -(2^(bits-1) - 1) to its opposite; false: the codes span
 *                   exactly the range from the least weight to the greatest, zero included
 * @param perChannel true: each output of a layer has a scale of its own; false: one for the layer
 */
record Quantization(int bits, boolean symmetric, boolean perChannel) {

    private static final int FULL = 32;

    Quantization {
        if (bits != FULL && (bits < 2 || bits > 16)) {
            throw new IllegalArgumentException("bits is %d, not 2 to 16 or 32".formatted(bits));
        }
    }

    /** The grid of one group of weights that share a scale. */
    record Grid(float scale, int zero, int lowest, int highest) {

        int code(float weight) {
            return (int) Math.max(lowest, Math.min(highest, Math.rint((double) weight / scale) + zero));
        }

        float weight(int code) {
            return scale * (code - zero);
        }
    }

    /** True where weights stay as they are. */
    boolean isLossless() {
        return bits == FULL;
    }

    /** How many groups of weights of the layer have a scale of their own: 1, or one for each output. */
    int groups(Network network, int layer) {
        return perChannel ? network.outputs(layer) : 1;
    }

    /** Returns a network with every weight moved to the nearest point of its grid; the given one stays as it is. */
    Network apply(Network network) {
        Network rounded = network.copy();
        if (isLossless()) {
            return rounded;
        }
        float[] parameters = rounded.parameters();
        for (int layer = 0; layer < network.layers(); layer++) {
            int groups = groups(network, layer);
            for (int group = 0; group < groups; group++) {
                Grid grid = grid(network, layer, group);
                for (int i = network.weightsFrom(layer) + group; i < network.biasesFrom(layer); i += groups) {
                    parameters[i] = grid.weight(grid.code(parameters[i]));
                }
            }
        }
        return rounded;
    }

    /**
     * The grid that fits the weights of a group. Those of group g begin at {@link Network#weightsFrom} + g and are
     * {@link #groups} apart: the layer's column g, or all of it where there is but one group.
     *
     * @throws IllegalStateException where bits is 32, which has no grid
     */
    Grid grid(Network network, int layer, int group) {
        if (isLossless()) {
            throw new IllegalStateException("32 bits have no grid");
        }
        double least = 0;
        double greatest = 0;
        int groups = groups(network, layer);
        for (int i = network.weightsFrom(layer) + group; i < network.biasesFrom(layer); i += groups) {
            least = Math.min(least, network.parameters()[i]);
            greatest = Math.max(greatest, network.parameters()[i]);
        }
        if (symmetric) {
            int highest = (1 << (bits - 1)) - 1;
            float scale = scale(Math.max(-least, greatest) / highest);
            return new Grid(scale, 0, -highest, highest);
        }
        int highest = (1 << bits) - 1;
        float scale = scale((greatest - least) / highest);
        return new Grid(scale, (int) Math.rint(-least / scale), 0, highest);
    }

    /** A group of zeros only has no extent: any scale keeps it exactly. */
    private static float scale(double step) {
        return step > 0 ? (float) step : 1;
    }
}
