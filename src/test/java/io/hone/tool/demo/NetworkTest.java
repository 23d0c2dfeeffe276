package io.hone.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NetworkTest {

    private static final Dataset DATA = Dataset.spirals(40, 3, 0.02, 5);

    @Test
    void accumulateGradient_crossEntropy_agreesWithNumericDifferences() {
        assertGradient(Objective.crossEntropy(DATA));
    }

    @Test
    void accumulateGradient_distillation_agreesWithNumericDifferences() {
        float[][] teacher = new float[DATA.size()][];
        Arrays.setAll(teacher, i -> new float[] {i % 5, 1, (i % 3) - 1});
        assertGradient(Objective.distillation(DATA, teacher, 2.5, 0.6));
    }

    /** Central differences in all parameters; as single precision allows no more, the vectors are compared. */
    private static void assertGradient(Objective objective) {
        Network network = Network.random(11, 2, 7, 6, 3);
        float[] gradient = new float[network.parameters().length];
        float[] logits = new float[3];
        float[] logitsGradient = new float[3];
        for (int i = 0; i < DATA.size(); i++) {
            network.logits(DATA.point(i), logits);
            objective.loss(i, logits, logitsGradient);
            network.accumulateGradient(logitsGradient, gradient);
        }
        double difference = 0;
        double length = 0;
        float h = 1e-3f;
        for (int i = 0; i < gradient.length; i++) {
            float before = network.parameters()[i];
            network.parameters()[i] = before + h;
            double above = totalLoss(network, objective);
            network.parameters()[i] = before - h;
            double below = totalLoss(network, objective);
            network.parameters()[i] = before;
            double numeric = (above - below) / (2.0 * h);
            difference += Math.pow(numeric - gradient[i], 2);
            length += Math.pow(numeric, 2);
        }
        assertThat(Math.sqrt(length)).isGreaterThan(1);
        assertThat(Math.sqrt(difference / length)).isLessThan(5e-3);
    }

    private static double totalLoss(Network network, Objective objective) {
        float[] logits = new float[3];
        float[] unused = new float[3];
        double loss = 0;
        for (int i = 0; i < DATA.size(); i++) {
            network.logits(DATA.point(i), logits);
            loss += objective.loss(i, logits, unused);
        }
        return loss;
    }

    @Test
    void random_sameSeed_sameWeights() {
        assertThat(Network.random(7, 2, 9, 4).parameters())
                .isEqualTo(Network.random(7, 2, 9, 4).parameters())
                .isNotEqualTo(Network.random(8, 2, 9, 4).parameters());
    }

    @Test
    void random_sizeOfZero_isRefusedWithTheSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.random(1, 2, 0, 3))
                .withMessageContaining("[2, 0, 3]");
    }

    @Test
    void copy_changed_leavesTheOriginal() {
        Network network = Network.random(1, 2, 3, 2);
        float[] before = network.parameters().clone();
        network.copy().parameters()[0] = 99;
        assertThat(network.parameters()).isEqualTo(before);
    }

    @Test
    void logits_sparseNetwork_equalThoseOfTheDenseOne() {
        Network network = Network.random(3, 2, 20, 20, 3);
        Pruning.apply(network, Pruning.kept(network, 0.6));
        SparseNetwork sparse = new SparseNetwork(network);
        float[] dense = new float[3];
        float[] compressed = new float[3];
        for (int i = 0; i < DATA.size(); i++) {
            network.logits(DATA.point(i), dense);
            sparse.logits(DATA.point(i), compressed);
            assertThat(compressed).isEqualTo(dense);
        }
    }

    @Test
    void predicted_anyLogitNaN_noClass() {
        assertThat(Model.predicted(new float[] {1, 3, 2})).isEqualTo(1);
        assertThat(Model.predicted(new float[] {1, 3, Float.NaN})).isEqualTo(-1);
    }
}
