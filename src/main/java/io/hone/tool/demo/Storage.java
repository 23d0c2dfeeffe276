package io.hone.tool.demo;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Networks as bytes: what a file of the model would hold, and so its exact size. Each layer begins with its number
 * of inputs and of outputs (2 bytes each) and ends with its biases (4 bytes each); between them stand the weights.
 * Numbers are big-endian.
 */
final class Storage {

    private Storage() {}

    @FunctionalInterface
    private interface Weights {
        void write(int layer, DataOutputStream out) throws IOException;
    }

    /** Every weight in single precision: 4 bytes each. */
    static byte[] dense(Network network) {
        return layers(network, (layer, out) -> {
            for (int i = network.weightsFrom(layer); i < network.biasesFrom(layer); i++) {
                out.writeFloat(network.parameters()[i]);
            }
        });
    }

    /**
     * Codes of the given width without gaps, each layer filled up to a whole byte, after the scale of each group (4
     * bytes) and, where the quantization is not symmetric, its zero (2 bytes). With 32 bits the same as
     * {@link #dense}.
     */
    static byte[] quantized(Network network, Quantization quantization) {
        if (quantization.isLossless()) {
            return dense(network);
        }
        return layers(network, (layer, out) -> {
            Quantization.Grid[] grids = new Quantization.Grid[quantization.groups(network, layer)];
            for (int group = 0; group < grids.length; group++) {
                grids[group] = quantization.grid(network, layer, group);
                out.writeFloat(grids[group].scale());
                if (!quantization.symmetric()) {
                    out.writeShort(grids[group].zero());
                }
            }
            Bits bits = new Bits(out);
            int from = network.weightsFrom(layer);
            for (int i = from; i < network.biasesFrom(layer); i++) {
                Quantization.Grid grid = grids[(i - from) % grids.length];
                bits.write(grid.code(network.parameters()[i]) - grid.lowest(), quantization.bits());
            }
            bits.fill();
        });
    }

    /** One bit for each weight that says whether it is there, then those that are, in single precision. */
    static byte[] sparse(Network network) {
        return layers(network, (layer, out) -> {
            Bits present = new Bits(out);
            for (int i = network.weightsFrom(layer); i < network.biasesFrom(layer); i++) {
                present.write(network.parameters()[i] == 0 ? 0 : 1, 1);
            }
            present.fill();
            for (int i = network.weightsFrom(layer); i < network.biasesFrom(layer); i++) {
                if (network.parameters()[i] != 0) {
                    out.writeFloat(network.parameters()[i]);
                }
            }
        });
    }

    private static byte[] layers(Network network, Weights weights) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (int layer = 0; layer < network.layers(); layer++) {
                out.writeShort(network.inputs(layer));
                out.writeShort(network.outputs(layer));
                weights.write(layer, out);
                int biases = network.biasesFrom(layer);
                for (int i = 0; i < network.outputs(layer); i++) {
                    out.writeFloat(network.parameters()[biases + i]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** Packs numbers of a few bits, the most significant first. */
    private static final class Bits {

        private final DataOutputStream out;
        private long buffer;
        private int filled;

        Bits(DataOutputStream out) {
            this.out = out;
        }

        void write(int number, int width) throws IOException {
            buffer = buffer << width | number;
            filled += width;
            while (filled >= 8) {
                filled -= 8;
                out.writeByte((int) (buffer >>> filled));
            }
        }

        void fill() throws IOException {
            if (filled > 0) {
                write(0, 8 - filled);
            }
        }
    }
}
