package io.hone.tool.demo;

import java.util.Arrays;

/**
 * A network that keeps and multiplies only the weights that are not zero (compressed sparse rows). It adds in the
 * same order as {@link Network}, so both give the same logits. Not thread-safe.
 */
final class SparseNetwork implements Model {

    private final int[][] rowEnds;
    private final int[][] columns;
    private final float[][] values;
    private final float[][] biases;
    private final float[][] activations;

    SparseNetwork(Network network) {
        int layers = network.layers();
        rowEnds = new int[layers][];
        columns = new int[layers][];
        values = new float[layers][];
        biases = new float[layers][];
        activations = new float[layers + 1][];
        activations[0] = new float[network.inputs(0)];
        for (int layer = 0; layer < layers; layer++) {
            activations[layer + 1] = new float[network.outputs(layer)];
            biases[layer] = Arrays.copyOfRange(
                    network.parameters(),
                    network.biasesFrom(layer),
                    network.biasesFrom(layer) + network.outputs(layer));
            compress(network, layer);
        }
    }

    private void compress(Network network, int layer) {
        float[] parameters = network.parameters();
        int inputs = network.inputs(layer);
        int outputs = network.outputs(layer);
        int[] ends = new int[inputs];
        int[] column = new int[inputs * outputs];
        float[] value = new float[inputs * outputs];
        int count = 0;
        int at = network.weightsFrom(layer);
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < outputs; j++, at++) {
                if (parameters[at] != 0) {
                    column[count] = j;
                    value[count++] = parameters[at];
                }
            }
            ends[i] = count;
        }
        rowEnds[layer] = ends;
        columns[layer] = Arrays.copyOf(column, count);
        values[layer] = Arrays.copyOf(value, count);
    }

    @Override
    public int classes() {
        return activations[activations.length - 1].length;
    }

    @Override
    public void logits(float[] point, float[] logits) {
        System.arraycopy(point, 0, activations[0], 0, activations[0].length);
        for (int layer = 0; layer < values.length; layer++) {
            forward(layer);
        }
        System.arraycopy(activations[values.length], 0, logits, 0, logits.length);
    }

    private void forward(int layer) {
        float[] in = activations[layer];
        float[] out = activations[layer + 1];
        int[] ends = rowEnds[layer];
        int[] column = columns[layer];
        float[] value = values[layer];
        System.arraycopy(biases[layer], 0, out, 0, out.length);
        int from = 0;
        for (int i = 0; i < in.length; i++) {
            float factor = in[i];
            for (int k = from; k < ends[i]; k++) {
                out[column[k]] += factor * value[k];
            }
            from = ends[i];
        }
        if (layer < values.length - 1) {
            Network.leak(out);
        }
    }
}
