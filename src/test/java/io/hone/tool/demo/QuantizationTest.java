package io.hone.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizationTest {

    private static final Network NETWORK = Network.random(4, 2, 24, 24, 5);

    static Stream<Quantization> lossy() {
        return Stream.of(16, 8, 6, 4, 3, 2).flatMap(QuantizationTest::schemes);
    }

    private static Stream<Quantization> schemes(int bits) {
        return Stream.of(true, false)
                .flatMap(symmetric -> Stream.of(true, false).map(each -> new Quantization(bits, symmetric, each)));
    }

    @ParameterizedTest
    @MethodSource("lossy")
    void apply_anyScheme_noWeightMovesByMoreThanHalfAStep(Quantization quantization) {
        Network rounded = quantization.apply(NETWORK);
        for (int layer = 0; layer < NETWORK.layers(); layer++) {
            int groups = quantization.groups(NETWORK, layer);
            for (int group = 0; group < groups; group++) {
                float scale = quantization.grid(NETWORK, layer, group).scale();
                for (int i = NETWORK.weightsFrom(layer) + group; i < NETWORK.biasesFrom(layer); i += groups) {
                    double moved = Math.abs((double) NETWORK.parameters()[i] - rounded.parameters()[i]);
                    // Scale and product are in single precision, which adds a few of its own steps.
                    double rounding = 4 * Math.ulp(NETWORK.parameters()[i]);
                    assertThat(moved).isLessThanOrEqualTo(scale / 2.0 + rounding);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lossy")
    void apply_anyScheme_hasNoMoreValuesThanCodes(Quantization quantization) {
        Network rounded = quantization.apply(NETWORK);
        int groups = quantization.groups(NETWORK, 1);
        long values = Stream.iterate(NETWORK.weightsFrom(1), i -> i < NETWORK.biasesFrom(1), i -> i + groups)
                .map(i -> rounded.parameters()[i])
                .distinct()
                .count();
        assertThat(values).isGreaterThan(1).isLessThanOrEqualTo(1L << quantization.bits());
    }

    @Test
    void apply_32Bits_changesNothingAndSoKeepsAccuracyExactly() {
        Dataset data = Dataset.spirals(500, 5, 0.03, 1);
        for (Quantization quantization : schemes(32).toList()) {
            Network same = quantization.apply(NETWORK);
            assertThat(same.parameters()).isEqualTo(NETWORK.parameters()).isNotSameAs(NETWORK.parameters());
            assertThat(Measurement.Quality.of(same, data)).isEqualTo(Measurement.Quality.of(NETWORK, data));
        }
    }

    @Test
    void apply_zeroWeights_stayZero() {
        Network pruned = NETWORK.copy();
        Pruning.apply(pruned, Pruning.kept(pruned, 0.9));
        for (Quantization quantization : lossy().toList()) {
            assertThat(Pruning.sparsity(quantization.apply(pruned))).isGreaterThanOrEqualTo(Pruning.sparsity(pruned));
        }
    }

    @Test
    void apply_biases_stayAsTheyAre() {
        Network network = NETWORK.copy();
        int bias = network.biasesFrom(0);
        network.parameters()[bias] = 0.123456f;
        assertThat(new Quantization(2, true, false).apply(network).parameters()[bias])
                .isEqualTo(0.123456f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -1, 17, 31, 33})
    void quantization_bitsOutOfRange_isRefusedWithTheRange(int bits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Quantization(bits, true, true))
                .withMessage("bits is %d, not 2 to 16 or 32", bits);
    }

    @Test
    void grid_symmetric_isCentredOnZero() {
        Quantization.Grid grid = new Quantization(8, true, false).grid(NETWORK, 0, 0);
        assertThat(List.of(grid.zero(), grid.lowest(), grid.highest())).containsExactly(0, -127, 127);
    }
}
