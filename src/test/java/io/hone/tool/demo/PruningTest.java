package io.hone.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruningTest {

    private static final Network NETWORK = Network.random(4, 2, 20, 20, 5); // 540 weights

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 0.9, 0.95, 1})
    void kept_anySparsity_isReachedToTheWeight(double sparsity) {
        Network network = NETWORK.copy();
        Pruning.apply(network, Pruning.kept(network, sparsity));
        assertThat(Pruning.sparsity(network)).isEqualTo(Math.round(sparsity * 540) / 540.0);
    }

    @Test
    void kept_half_removesTheSmallest() {
        boolean[] kept = Pruning.kept(NETWORK, 0.5);
        double largestRemoved = 0;
        double smallestKept = Double.POSITIVE_INFINITY;
        for (int layer = 0; layer < NETWORK.layers(); layer++) {
            for (int i = NETWORK.weightsFrom(layer); i < NETWORK.biasesFrom(layer); i++) {
                double size = Math.abs(NETWORK.parameters()[i]);
                if (kept[i]) {
                    smallestKept = Math.min(smallestKept, size);
                } else {
                    largestRemoved = Math.max(largestRemoved, size);
                }
            }
        }
        assertThat(largestRemoved).isPositive().isLessThanOrEqualTo(smallestKept);
    }

    @Test
    void apply_everything_leavesBiases() {
        Network network = NETWORK.copy();
        network.parameters()[network.biasesFrom(1)] = 0.25f;
        Pruning.apply(network, Pruning.kept(network, 1));
        assertThat(network.parameters()[network.biasesFrom(1)]).isEqualTo(0.25f);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void kept_noShare_isRefused(double sparsity) {
        assertThatIllegalArgumentException().isThrownBy(() -> Pruning.kept(NETWORK, sparsity));
    }
}
