package io.hone.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class TrainingTest {

    private static final Dataset ALL = Dataset.spirals(4_000, 5, Laboratory.NOISE, 42);
    private static final Dataset TRAIN = ALL.slice(0, 2_000);
    private static final Dataset HELD_OUT = ALL.slice(2_000, 4_000);

    private static Training adam(Network network, int epochs) {
        return new Training(
                network,
                TRAIN,
                Objective.crossEntropy(TRAIN),
                Training.Settings.adam(0.01, epochs, 1),
                new StopSignal());
    }

    private static double accuracyAfter(Network network, int epochs) {
        Training training = adam(network, epochs);
        for (int i = 0; i < epochs; i++) {
            training.next();
        }
        return Measurement.Quality.of(network, HELD_OUT).accuracy();
    }

    @Test
    void next_linearModel_staysUnderThreeQuarters() {
        assertThat(accuracyAfter(Network.random(1, 2, 5), 60)).isLessThan(0.75);
    }

    @Test
    void next_hiddenLayers_exceed95Percent() {
        assertThat(accuracyAfter(Network.random(1, 2, 32, 32, 5), 60)).isGreaterThan(0.95);
    }

    @Test
    void next_sameSeed_sameWeights() {
        Network one = Network.random(1, 2, 16, 16, 5);
        Network other = Network.random(1, 2, 16, 16, 5);
        accuracyAfter(one, 3);
        accuracyAfter(other, 3);
        assertThat(one.parameters())
                .isEqualTo(other.parameters())
                .isNotEqualTo(Network.random(1, 2, 16, 16, 5).parameters());
    }

    @Test
    void next_excessiveLearningRate_lossReallyBecomesNaN() {
        Network network = Network.random(1, 2, 64, 64, 5);
        Training training = new Training(
                network,
                TRAIN,
                Objective.crossEntropy(TRAIN),
                new Training.Settings(Training.Optimizer.MOMENTUM, 50, 0, 5, 32, 1),
                new StopSignal());
        Training.Epoch last = training.next();
        for (int i = 1; i < 5 && Double.isFinite(last.loss()); i++) {
            last = training.next();
        }
        assertThat(last.loss()).isNaN();
        assertThat(Measurement.Quality.of(network, HELD_OUT)).isEqualTo(new Measurement.Quality(0, Double.NaN));
        assertThat(new DivergenceException(last))
                .hasMessageMatching("loss became NaN at epoch [1-5], learning rate [0-9.]+");
    }

    @Test
    void next_parametersHeldAtZero_stayThere() {
        Network network = Network.random(1, 2, 16, 16, 5);
        boolean[] kept = Pruning.kept(network, 0.5);
        Pruning.apply(network, kept);
        adam(network, 1).keeping(kept).next();
        assertThat(Pruning.sparsity(network)).isEqualTo(0.5, within(0.002));
    }

    @Test
    void next_seenQuantized_updatesTheUnroundedWeights() {
        Quantization quantization = new Quantization(2, true, true);
        Network network = Network.random(1, 2, 16, 16, 5);
        double before =
                Measurement.Quality.of(quantization.apply(network), HELD_OUT).loss();
        Training training = adam(network, 20).seenAs(quantization::apply);
        for (int i = 0; i < 20; i++) {
            training.next();
        }
        Network rounded = quantization.apply(network);
        assertThat(network.parameters()).isNotEqualTo(rounded.parameters());
        assertThat(Measurement.Quality.of(rounded, HELD_OUT).loss()).isLessThan(before);
    }

    @Test
    void next_stopGiven_endsAtOnce() {
        StopSignal stop = new StopSignal();
        Network network = Network.random(1, 2, 16, 5);
        Training training =
                new Training(network, TRAIN, Objective.crossEntropy(TRAIN), Training.Settings.adam(0.01, 1, 1), stop);
        stop.give();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(training::next);
        assertThat(network.parameters()).isEqualTo(Network.random(1, 2, 16, 5).parameters());
    }

    @Test
    void rateAfter_warmUp_risesThenFalls() {
        Training.Settings settings = new Training.Settings(Training.Optimizer.MOMENTUM, 10, 5, 15, 32, 1);
        assertThat(settings.rateAfter(0)).isEqualTo(2);
        assertThat(settings.rateAfter(4)).isEqualTo(10);
        assertThat(settings.rateAfter(5)).isEqualTo(10);
        assertThat(settings.rateAfter(10)).isEqualTo(5, within(1e-9));
        assertThat(settings.rateAfter(14)).isPositive().isLessThan(0.5);
    }

    @Test
    void settings_outOfRange_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Training.Settings.adam(Double.NaN, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Training.Settings.adam(0.1, 0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Training.Settings(Training.Optimizer.ADAM, 0.1, 3, 2, 32, 1));
    }

    @Test
    void plain_smallRate_hasNoExponent() {
        assertThat(Training.plain(0.0003)).isEqualTo("0.0003");
        assertThat(Training.plain(50)).isEqualTo("50");
    }
}
