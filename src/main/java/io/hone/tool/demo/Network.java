package io.hone.tool.demo;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A multi-layer perceptron in single precision: dense layers with a leaky ReLU between them (Maas,
 * Hannun and Ng 2013), logits at the end.
 *
 * <p>All parameters lie in one array, layer after layer: first the weights, row by row with one row for each
 * <em>input</em> (so that the inner loops run over neighbouring memory), then the biases. Not thread-safe: the last
 * forward pass is remembered for {@link #accumulateGradient}. Give each thread its own {@link #copy}.
 */
final class Network implements Model {

    /** Slope of the leaky ReLU below zero; above it is 1. */
    private static final float LEAK = 0.01f;

    private final int[] sizes;
    private final int[] offsets;
    private final float[] parameters;
    private final float[][] activations;
    private final float[][] deltas;

    private Network(int[] sizes, float[] parameters) {
        this.sizes = sizes;
        this.parameters = parameters;
        this.offsets = offsets(sizes);
        this.activations = new float[sizes.length][];
        this.deltas = new float[sizes.length][];
        for (int i = 0; i < sizes.length; i++) {
            activations[i] = new float[sizes[i]];
            deltas[i] = new float[sizes[i]];
        }
    }

    /**
     * A network with random weights of variance 2 / inputs (He et al. 2015, "Delving Deep into Rectifiers") and
     * biases of zero.
     *
     * @param seed  the same seed and sizes give the same weights
     * @param sizes inputs, hidden units of each layer, classes; at least two numbers, each 1 to 65,535
     */
    static Network random(long seed, int... sizes) {
        if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1 || size > 65_535)) {
            throw new IllegalArgumentException(
                    "sizes are %s, not two or more numbers of 1 to 65535".formatted(Arrays.toString(sizes)));
        }
        int[] own = sizes.clone();
        Network network = new Network(own, new float[offsets(own)[own.length - 1]]);
        SplittableRandom random = new SplittableRandom(seed);
        for (int layer = 0; layer < network.layers(); layer++) {
            double deviation = Math.sqrt(2.0 / network.inputs(layer));
            for (int i = network.weightsFrom(layer); i < network.biasesFrom(layer); i++) {
                network.parameters[i] = (float) (deviation * random.nextGaussian());
            }
        }
        return network;
    }

    private static int[] offsets(int[] sizes) {
        int[] offsets = new int[sizes.length];
        for (int i = 1; i < sizes.length; i++) {
            offsets[i] = offsets[i - 1] + (sizes[i - 1] + 1) * sizes[i];
        }
        return offsets;
    }

    /** A network of the same shape and parameters that shares nothing with this one. */
    Network copy() {
        return new Network(sizes, parameters.clone());
    }

    /** The parameters themselves, not a copy: writing to them changes the network. */
    float[] parameters() {
        return parameters;
    }

    /** The number of dense layers; one less than the number of sizes. */
    int layers() {
        return sizes.length - 1;
    }

    int inputs(int layer) {
        return sizes[layer];
    }

    int outputs(int layer) {
        return sizes[layer + 1];
    }

    /** Index of the layer's first weight; the weight from input i to output j is at {@code + i * outputs + j}. */
    int weightsFrom(int layer) {
        return offsets[layer];
    }

    /** Index of the layer's first bias, which is also the end of its weights. */
    int biasesFrom(int layer) {
        return offsets[layer] + sizes[layer] * sizes[layer + 1];
    }

    /** The number of weights of all layers, biases left out. */
    int weightCount() {
        int count = 0;
        for (int layer = 0; layer < layers(); layer++) {
            count += inputs(layer) * outputs(layer);
        }
        return count;
    }

    @Override
    public int classes() {
        return sizes[sizes.length - 1];
    }

    @Override
    public void logits(float[] point, float[] logits) {
        System.arraycopy(point, 0, activations[0], 0, sizes[0]);
        for (int layer = 0; layer < layers(); layer++) {
            forward(layer);
        }
        System.arraycopy(activations[layers()], 0, logits, 0, classes());
    }

    private void forward(int layer) {
        float[] in = activations[layer];
        float[] out = activations[layer + 1];
        System.arraycopy(parameters, biasesFrom(layer), out, 0, out.length);
        int row = weightsFrom(layer);
        for (float value : in) {
            for (int j = 0; j < out.length; j++) {
                out[j] += value * parameters[row + j];
            }
            row += out.length;
        }
        if (layer < layers() - 1) {
            leak(out);
        }
    }

    /** Applies the leaky ReLU in place. */
    static void leak(float[] values) {
        for (int j = 0; j < values.length; j++) {
            values[j] = Math.max(values[j], LEAK * values[j]);
        }
    }

    /**
     * Adds the gradient of the loss at the point of the last {@link #logits} call (back-propagation, Rumelhart,
     * Hinton and Williams 1986).
     *
     * @param logitsGradient derivative of the loss by each logit
     * @param gradient       as long as {@link #parameters}; the derivative by each parameter is added to it
     */
    void accumulateGradient(float[] logitsGradient, float[] gradient) {
        System.arraycopy(logitsGradient, 0, deltas[layers()], 0, classes());
        for (int layer = layers() - 1; layer >= 0; layer--) {
            float[] in = activations[layer];
            float[] delta = deltas[layer + 1];
            int biases = biasesFrom(layer);
            for (int j = 0; j < delta.length; j++) {
                gradient[biases + j] += delta[j];
            }
            int row = weightsFrom(layer);
            for (int i = 0; i < in.length; i++) {
                float value = in[i];
                for (int j = 0; j < delta.length; j++) {
                    gradient[row + j] += value * delta[j];
                }
                if (layer > 0) {
                    deltas[layer][i] = (value > 0 ? 1 : LEAK) * dot(row, delta);
                }
                row += delta.length;
            }
        }
    }

    /** Four running sums, because Java may not reorder one sum of floats and would wait for each addition. */
    private float dot(int row, float[] delta) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int j = 0;
        for (; j + 3 < delta.length; j += 4) {
            a += parameters[row + j] * delta[j];
            b += parameters[row + j + 1] * delta[j + 1];
            c += parameters[row + j + 2] * delta[j + 2];
            d += parameters[row + j + 3] * delta[j + 3];
        }
        for (; j < delta.length; j++) {
            a += parameters[row + j] * delta[j];
        }
        return (a + b) + (c + d);
    }
}
