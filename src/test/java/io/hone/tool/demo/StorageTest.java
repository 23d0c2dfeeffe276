package io.hone.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Sizes are worked out by hand for a network of 2, 3 and 2 units: 6 + 6 weights and 3 + 2 biases in two layers. */
class StorageTest {

    private static final Network NETWORK = Network.random(4, 2, 3, 2);
    private static final int SHAPES = 2 * 4;
    private static final int BIASES = 5 * 4;

    @Test
    void dense_anyNetwork_hasFourBytesForEachParameter() {
        byte[] bytes = Storage.dense(NETWORK);
        assertThat(bytes).hasSize(SHAPES + 12 * 4 + BIASES);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        assertThat(buffer.getShort()).isEqualTo((short) 2);
        assertThat(buffer.getShort()).isEqualTo((short) 3);
        for (int i = 0; i < 6; i++) {
            assertThat(buffer.getFloat()).isEqualTo(NETWORK.parameters()[i]);
        }
    }

    @Test
    void quantized_32Bits_isAsDense() {
        assertThat(Storage.quantized(NETWORK, new Quantization(32, false, true)))
                .isEqualTo(Storage.dense(NETWORK));
    }

    @Test
    void quantized_symmetricPerLayer_hasPackedCodesAndOneScale() {
        // 6 weights of 3 bits are 18 bits, so 3 bytes in each layer.
        assertThat(Storage.quantized(NETWORK, new Quantization(3, true, false))).hasSize(SHAPES + 2 * (4 + 3) + BIASES);
    }

    @Test
    void quantized_asymmetricPerChannel_hasScaleAndZeroForEachOutput() {
        // 3 and 2 outputs with 6 bytes each; 6 weights of 4 bits are 3 bytes in each layer.
        assertThat(Storage.quantized(NETWORK, new Quantization(4, false, true)))
                .hasSize(SHAPES + (3 + 2) * 6 + 2 * 3 + BIASES);
    }

    @Test
    void quantized_readBack_givesTheWeightsThatInferenceUses() {
        Quantization quantization = new Quantization(6, true, false);
        Network rounded = quantization.apply(NETWORK);
        ByteBuffer buffer = ByteBuffer.wrap(Storage.quantized(NETWORK, quantization));
        buffer.position(4);
        float scale = buffer.getFloat();
        long packed = 0;
        for (int i = 0; i < 5; i++) { // 6 weights of 6 bits are 36 bits, filled up to 40
            packed = packed << 8 | buffer.get() & 0xff;
        }
        packed >>>= 4;
        for (int i = 5; i >= 0; i--) {
            int code = (int) (packed & 63) - 31;
            assertThat(scale * code).isEqualTo(rounded.parameters()[i]);
            packed >>>= 6;
        }
    }

    @Test
    void sparse_someWeightsGone_hasOneBitForEachAndFourBytesForTheRest() {
        Network pruned = NETWORK.copy();
        Pruning.apply(pruned, Pruning.kept(pruned, 0.75)); // 3 of 12 stay
        assertThat(Storage.sparse(pruned)).hasSize(SHAPES + 2 + 3 * 4 + BIASES);
    }
}
