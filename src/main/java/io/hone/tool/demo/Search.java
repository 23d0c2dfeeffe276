package io.hone.tool.demo;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Looks for the best learning rate and hidden size by trying every pair: a parent session with a child each. */
final class Search {

    private final Laboratory laboratory;
    private final ReportedSession parent;
    private final int trials;
    private int finished;
    private double best;

    private Search(Laboratory laboratory) {
        this.laboratory = laboratory;
        Workload workload = laboratory.workload();
        this.trials =
                workload.searchRates().size() * workload.searchHiddenSizes().size();
        this.parent = laboratory
                .board()
                .open(new NewSession(
                        "Learning rate and hidden size",
                        "spiral-mlp",
                        "hyperparameter_search",
                        Goals.ACCURATE,
                        null,
                        null,
                        Map.of(
                                "learning_rates",
                                        workload.searchRates().stream()
                                                .map(Training::plain)
                                                .collect(joining(", ")),
                                "hidden_sizes",
                                        workload.searchHiddenSizes().stream()
                                                .map(String::valueOf)
                                                .collect(joining(", ")),
                                "epochs", workload.searchEpochs(),
                                "seed", laboratory.seed()),
                        "Every pair of learning rate and hidden size is a child session. A step is a trial that ended: its"
                                + " held-out accuracy, and as accuracy the best so far."));
    }

    /** Begins the search; the future ends with the last trial. */
    static CompletableFuture<?> start(Laboratory laboratory, Tasks tasks) {
        return tasks.start(() -> new Search(laboratory)).thenCompose(search -> search.trials(tasks));
    }

    private CompletableFuture<?> trials(Tasks tasks) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (double rate : laboratory.workload().searchRates()) {
            for (int hidden : laboratory.workload().searchHiddenSizes()) {
                all.add(tasks.start(() -> trial(rate, hidden)));
            }
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenCompose(none -> tasks.start(() -> laboratory.board().complete(parent)));
    }

    private ReportedSession trial(double rate, int hidden) {
        int epochs = laboratory.workload().searchEpochs();
        String name = "Trial: learning rate %s, hidden size %d".formatted(Training.plain(rate), hidden);
        Network network = laboratory.network(hidden, name);
        Training training = laboratory.training(
                network,
                Objective.crossEntropy(laboratory.train()),
                Training.Settings.adam(rate, epochs, laboratory.seedOf(name + " order")));
        ReportedSession session = laboratory
                .board()
                .run(
                        new NewSession(
                                name,
                                "spiral-mlp-%dx%d".formatted(hidden, hidden),
                                "hyperparameter_search",
                                Goals.ACCURATE,
                                null,
                                parent.id(),
                                Map.of(
                                        "learning_rate", rate,
                                        "hidden_size", hidden,
                                        "epochs", epochs,
                                        "optimizer", "adam",
                                        "seed", laboratory.seed()),
                                "One trial of the search: a network trained from scratch."),
                        reported -> laboratory.train(reported, training, epochs, network));
        ended(Measurement.Quality.of(network, laboratory.heldOut()), rate, hidden);
        return session;
    }

    private synchronized void ended(Measurement.Quality quality, double rate, int hidden) {
        finished++;
        best = Math.max(best, quality.accuracy());
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", best);
        metrics.put("trial_accuracy", quality.accuracy());
        metrics.put("trial_loss", quality.loss());
        metrics.put("trial_learning_rate", rate);
        metrics.put("trial_hidden_size", (double) hidden);
        parent.record(finished, metrics, (double) finished / trials);
    }
}
