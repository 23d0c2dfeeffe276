package io.hone.tool.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The other ways to make the baseline smaller; each method runs one session to its end.
 *
 * @param baseline what is compressed
 */
record Compression(Laboratory laboratory, Baseline baseline) {

    private static final List<Integer> SPARSITY_PERCENT = List.of(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95);
    private static final double FINE_TUNING_RATE = 0.003;
    private static final double AWARE_RATE = 0.001;
    private static final double TEMPERATURE = 2;
    private static final double SOFT_SHARE = 0.9;

    /** Removes more and more of the baseline's smallest weights, from none to 95 %. */
    ReportedSession prune() {
        NewSession draft = draft(
                "Magnitude pruning",
                "pruning",
                Map.of("sparsity_percent", SPARSITY_PERCENT.toString(), "scope", "global", "fine_tuning_epochs", 0),
                "Step n: n % of the weights removed, the smallest of all layers first. Stored as one bit a weight and"
                        + " the remaining weights in single precision; inference multiplies only those.");
        return laboratory.board().run(draft, session -> {
            for (int i = 0; i < SPARSITY_PERCENT.size(); i++) {
                Network network = baseline.network().copy();
                Pruning.apply(network, Pruning.kept(network, SPARSITY_PERCENT.get(i) / 100.0));
                recordSparse(session, network, i);
            }
        });
    }

    /** The same, but what remains is trained for some epochs after each step. */
    ReportedSession pruneAndFineTune() {
        int epochs = laboratory.workload().fineTuneEpochs();
        NewSession draft = draft(
                "Magnitude pruning with fine-tuning",
                "pruning",
                Map.of(
                        "sparsity_percent",
                        SPARSITY_PERCENT.toString(),
                        "scope",
                        "global",
                        "fine_tuning_epochs",
                        epochs,
                        "learning_rate",
                        FINE_TUNING_RATE),
                "Step n: n % of the weights removed, then the others trained on. Stored as one bit a weight and the"
                        + " remaining weights in single precision; inference multiplies only those.");
        return laboratory.board().run(draft, session -> {
            Network network = baseline.network().copy();
            for (int i = 0; i < SPARSITY_PERCENT.size(); i++) {
                boolean[] kept = Pruning.kept(network, SPARSITY_PERCENT.get(i) / 100.0);
                Pruning.apply(network, kept);
                Training training = laboratory
                        .training(
                                network,
                                Objective.crossEntropy(laboratory.train()),
                                Training.Settings.adam(FINE_TUNING_RATE, epochs, laboratory.seedOf("fine-tuning " + i)))
                        .keeping(kept);
                for (int epoch = 0; epoch < epochs; epoch++) {
                    Training.Epoch trained = training.next();
                    if (!Double.isFinite(trained.loss())) {
                        throw new DivergenceException(trained);
                    }
                }
                recordSparse(session, network, i);
            }
        });
    }

    private void recordSparse(ReportedSession session, Network network, int index) {
        Measurement measurement = laboratory.measure(new SparseNetwork(network), Storage.sparse(network).length);
        Map<String, Double> metrics = new LinkedHashMap<>(measurement.metrics());
        metrics.put("sparsity", Pruning.sparsity(network));
        session.record(SPARSITY_PERCENT.get(index), metrics, (index + 1.0) / SPARSITY_PERCENT.size());
    }

    /** Trains on while every forward pass sees weights of 2 bits. */
    ReportedSession trainQuantized() {
        Quantization quantization = new Quantization(2, true, true);
        int epochs = laboratory.workload().awareEpochs();
        NewSession draft = draft(
                "Quantization-aware training, 2 bits",
                "quantization",
                Map.of(
                        "bits",
                        quantization.bits(),
                        "range",
                        "symmetric",
                        "scales",
                        "per channel",
                        "epochs",
                        epochs,
                        "learning_rate",
                        AWARE_RATE),
                "Starts from the baseline. Forward passes and gradients use the quantized weights, the updates go to"
                        + " those in single precision (straight-through estimator). A step is an epoch.");
        Network network = baseline.network().copy();
        Training training = laboratory
                .training(
                        network,
                        Objective.crossEntropy(laboratory.train()),
                        Training.Settings.adam(AWARE_RATE, epochs, laboratory.seedOf("aware order")))
                .seenAs(quantization::apply);
        return laboratory
                .board()
                .run(
                        draft,
                        session -> laboratory.train(
                                session,
                                training,
                                epochs,
                                () -> quantization.apply(network),
                                rounded -> Storage.quantized(network, quantization).length));
    }

    /** Trains a small student on the soft answers of the baseline. */
    ReportedSession distil() {
        int epochs = laboratory.workload().epochs();
        int hidden = laboratory.workload().studentHidden();
        NewSession draft = draft(
                "Distillation into %d units a layer".formatted(hidden),
                "distillation",
                Map.of(
                        "student_hidden_size", hidden,
                        "temperature", TEMPERATURE,
                        "soft_share", SOFT_SHARE,
                        "epochs", epochs,
                        "learning_rate", Experiments.LEARNING_RATE),
                "A small network learns from the baseline's soft answers and the true classes. It starts from the same"
                        + " weights as the session that trains this student without a teacher. A step is an epoch.");
        return laboratory.board().run(draft, session -> {
            Network student = laboratory.network(hidden, Experiments.STUDENT);
            Training training = laboratory.training(
                    student,
                    Objective.distillation(laboratory.train(), teacherLogits(), TEMPERATURE, SOFT_SHARE),
                    Training.Settings.adam(
                            Experiments.LEARNING_RATE, epochs, laboratory.seedOf(Experiments.STUDENT + " order")));
            laboratory.train(session, training, epochs, student);
        });
    }

    private float[][] teacherLogits() {
        Network teacher = baseline.network().copy();
        float[][] logits = new float[laboratory.train().size()][teacher.classes()];
        for (int i = 0; i < logits.length; i++) {
            teacher.logits(laboratory.train().point(i), logits[i]);
        }
        return logits;
    }

    private NewSession draft(String name, String technique, Map<String, Object> params, String notes) {
        Map<String, Object> all = new LinkedHashMap<>(params);
        all.put("seed", laboratory.seed());
        return new NewSession(
                name, Experiments.model(laboratory), technique, Goals.SMALL, baseline.sessionId(), null, all, notes);
    }
}
