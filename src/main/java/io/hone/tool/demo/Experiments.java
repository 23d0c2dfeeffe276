package io.hone.tool.demo;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The whole demonstration: what runs, and what waits for what. */
final class Experiments {

    static final double LEARNING_RATE = 0.003;

    /** Purpose of the seeds of the small student, which is trained twice from the same start. */
    static final String STUDENT = "student";

    /** Rises to this over ten epochs: far more than stochastic gradient descent can bear here. */
    private static final double EXCESSIVE_RATE = 10;

    private static final int EXCESSIVE_WARM_UP = 10;

    private final Laboratory laboratory;
    private final Tasks tasks;

    Experiments(Laboratory laboratory, Tasks tasks) {
        this.laboratory = laboratory;
        this.tasks = tasks;
    }

    /** The name of the baseline's model. */
    static String model(Laboratory laboratory) {
        return model(laboratory.workload().hidden());
    }

    private static String model(int hidden) {
        return "spiral-mlp-%dx%d".formatted(hidden, hidden);
    }

    /**
     * Runs everything to its end.
     *
     * @throws ReportingException    if the server cannot be reached or refuses
     * @throws CancellationException if the stop signal was given
     */
    void run() {
        CompletableFuture<Baseline> baseline = tasks.start(this::trainBaseline);
        CompletableFuture<?> others = CompletableFuture.allOf(
                tasks.start(this::trainExcessively), tasks.start(this::trainStudent), Search.start(laboratory, tasks));
        try {
            CompletableFuture.allOf(baseline.thenCompose(this::compress), others)
                    .join();
        } catch (CompletionException | CancellationException e) {
            throw tasks.failure(); // the future holds any of several, and most only say that another one came first
        }
    }

    private CompletableFuture<Void> compress(Baseline baseline) {
        Compression compression = new Compression(laboratory, baseline);
        return CompletableFuture.allOf(
                tasks.start(compression::pruneAndFineTune),
                tasks.start(compression::trainQuantized),
                QuantizationSweep.start(laboratory, baseline, tasks),
                tasks.start(compression::distil),
                tasks.start(compression::prune));
    }

    private Baseline trainBaseline() {
        int hidden = laboratory.workload().hidden();
        int epochs = laboratory.workload().epochs();
        Network network = laboratory.network(hidden, "baseline");
        Training training = laboratory.training(
                network,
                Objective.crossEntropy(laboratory.train()),
                Training.Settings.adam(LEARNING_RATE, epochs, laboratory.seedOf("baseline order")));
        ReportedSession session = laboratory
                .board()
                .run(
                        draft(
                                "Train the baseline",
                                hidden,
                                epochs,
                                "adam",
                                LEARNING_RATE,
                                "The network that all compression"
                                        + " starts from and is compared with. A step is an epoch."),
                        reported -> laboratory.train(reported, training, epochs, network));
        return new Baseline(
                session.id(),
                network,
                Measurement.Quality.of(network, laboratory.heldOut()).accuracy());
    }

    private ReportedSession trainStudent() {
        int hidden = laboratory.workload().studentHidden();
        int epochs = laboratory.workload().epochs();
        Network network = laboratory.network(hidden, STUDENT);
        Training training = laboratory.training(
                network,
                Objective.crossEntropy(laboratory.train()),
                Training.Settings.adam(LEARNING_RATE, epochs, laboratory.seedOf(STUDENT + " order")));
        return laboratory
                .board()
                .run(
                        draft(
                                "Train the student without a teacher",
                                hidden,
                                epochs,
                                "adam",
                                LEARNING_RATE,
                                "What distillation has to beat: the same small network, the true classes only."),
                        session -> laboratory.train(session, training, epochs, network));
    }

    private ReportedSession trainExcessively() {
        int hidden = laboratory.workload().hidden();
        int epochs = laboratory.workload().epochs();
        Network network = laboratory.network(hidden, "excessive");
        Training training = laboratory.training(
                network,
                Objective.crossEntropy(laboratory.train()),
                new Training.Settings(
                        Training.Optimizer.MOMENTUM,
                        EXCESSIVE_RATE,
                        EXCESSIVE_WARM_UP,
                        epochs,
                        32,
                        laboratory.seedOf("excessive order")));
        return laboratory
                .board()
                .run(
                        draft(
                                "Train with a learning rate up to 10",
                                hidden,
                                epochs,
                                "momentum",
                                EXCESSIVE_RATE,
                                "Stochastic gradient descent with momentum while the learning rate rises by 1 each epoch."),
                        session -> laboratory.train(session, training, epochs, network));
    }

    private NewSession draft(String name, int hidden, int epochs, String optimizer, double rate, String notes) {
        return new NewSession(
                name,
                model(hidden),
                "other",
                Goals.ACCURATE,
                null,
                null,
                Map.of(
                        "hidden_size",
                        hidden,
                        "hidden_layers",
                        2,
                        "epochs",
                        epochs,
                        "optimizer",
                        optimizer,
                        "learning_rate",
                        rate,
                        "batch_size",
                        32,
                        "train_points",
                        laboratory.train().size(),
                        "held_out_points",
                        laboratory.heldOut().size(),
                        "seed",
                        laboratory.seed()),
                notes);
    }
}
