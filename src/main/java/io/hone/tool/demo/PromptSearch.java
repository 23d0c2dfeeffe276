package io.hone.tool.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.tool.demo.Messages.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a prompt that sorts messages well, by adding one piece after the other and keeping those that help. All calls go
 * through Hone's gateway to a stub provider in this process, on the account of one session whose budget stops the search.
 */
final class PromptSearch {

    /** The provider's name at the server. */
    static final String PROVIDER = "demo-stub";

    static final String PROJECT = "demo-prompts";

    /** Enough for some trials, not for all of them. */
    static final String BUDGET_USD = "0.02";

    private static final String INPUT_USD_PER_MILLION = "2";
    private static final String OUTPUT_USD_PER_MILLION = "10";

    /** Bounds an answer, and what is set aside for it. */
    private static final int MOST_TOKENS = 16;

    private static final String BEGINNING =
            "Sort the customer's message.\n" + PromptStub.LABELS + String.join(", ", Messages.LABELS);
    /** The server adds hits up for five seconds before it stores them. */
    private static final int MOST_LOOKS = 60;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int PAYMENT_REQUIRED = 402;
    private static final int FORBIDDEN = 403;

    private final Reporter reporter;
    private final Board board;
    private final PrintWriter out;
    private final URI server;
    private final long seed;
    private final StopSignal stop;

    /** What was found so far. */
    private String best = BEGINNING;

    private double bestAccuracy = -1;
    private int trials;
    private int calls;
    private int hits;

    /** What a budget said when it refused; null while none did. */
    private @Nullable String refusal;

    /** A provider that did not answer as it should. */
    private static final class CallFailedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CallFailedException(String message) {
            super(message);
        }
    }

    PromptSearch(URI server, Reporter reporter, Board board, PrintWriter out, long seed, StopSignal stop) {
        this.server = server;
        this.reporter = reporter;
        this.board = board;
        this.out = out;
        this.seed = seed;
        this.stop = stop;
    }

    /** Runs it to its end, or says in one line why it is left out. */
    void run() {
        if (!isLocal(server)) {
            leaveOut("the server runs on another machine, which cannot reach the stub provider on this one");
            return;
        }
        try (PromptStub stub = new PromptStub()) {
            try {
                provide(stub);
            } catch (ReportingException e) {
                if (e.status() != UNAUTHORIZED && e.status() != FORBIDDEN) {
                    throw e;
                }
                leaveOut("creating its provider takes the role admin (--key, or none on the server's machine)");
                return;
            }
            search();
        } catch (IOException e) {
            leaveOut("this machine has no port for the stub provider: " + e.getMessage());
        }
    }

    private void leaveOut(String why) {
        out.printf("left out  Prompt for sorting messages · %s%n", why);
    }

    private static boolean isLocal(URI server) {
        try {
            return InetAddress.getByName(server.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Each run has a port of its own, so that its answers are asked for anew. */
    private void provide(PromptStub stub) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("base_url", stub.address());
        body.put("allow_private", true);
        body.put("health_path", "/models");
        body.put(
                "prices",
                Map.of(
                        PromptStub.MODEL,
                        Map.of(
                                "input_usd_per_million",
                                INPUT_USD_PER_MILLION,
                                "output_usd_per_million",
                                OUTPUT_USD_PER_MILLION)));
        reporter.putProvider(PROVIDER, body);
    }

    private void search() {
        ReportedSession session = board.open(new NewSession(
                "Prompt for sorting messages",
                PromptStub.MODEL,
                "prompt_optimization",
                null,
                null,
                null,
                Map.of(
                        "provider",
                        PROVIDER + ": a stub in the demo's own process, no model",
                        "budget_usd",
                        BUDGET_USD,
                        "messages",
                        Messages.HELD_OUT.size(),
                        "seed",
                        seed),
                "Adds one piece of a prompt after the other and keeps what helps. The provider is a stub that the demo runs"
                        + " itself: it answers by the examples in the prompt. Its prices are made up, so the costs are, too;"
                        + " tokens, budget and cache are real. A step is a trial.",
                PROJECT));
        try {
            reporter.createBudget(session.id(), BUDGET_USD);
            tryPieces(session);
            if (refusal != null) {
                out.printf("refused   %s%n", refusal);
            }
            if (trials > 0) {
                again(session);
            }
        } catch (CallFailedException e) {
            board.fail(session, String.valueOf(e.getMessage()));
            return;
        }
        board.complete(session);
        tell(session);
    }

    private void tryPieces(ReportedSession session) {
        List<String> pieces = new ArrayList<>(List.of("", PromptStub.ONE_WORD));
        Messages.examples(seed).forEach(example -> pieces.add(example.example()));
        for (String piece : pieces) {
            String prompt = piece.isEmpty() ? best : best + '\n' + piece;
            Double accuracy = accuracy(session, prompt);
            if (accuracy == null) {
                return;
            }
            trials++;
            boolean better = accuracy > bestAccuracy;
            if (better) {
                best = prompt;
                bestAccuracy = accuracy;
            }
            session.record(
                    trials,
                    Map.of(
                            "accuracy",
                            bestAccuracy,
                            "trial_accuracy",
                            accuracy,
                            "prompt_characters",
                            (double) prompt.length(),
                            "kept",
                            better ? 1.0 : 0.0),
                    (double) trials / pieces.size());
        }
    }

    /** The best prompt once more: what was asked before costs nothing, whatever is left of the budget. */
    private void again(ReportedSession session) {
        int before = hits;
        Double accuracy = accuracy(session, best);
        out.printf(
                Locale.ROOT,
                "again     the best prompt, accuracy %s: %d of %d answers from the cache%n",
                accuracy == null ? "unknown" : String.format(Locale.ROOT, "%.2f", accuracy),
                hits - before,
                Messages.HELD_OUT.size());
    }

    /** The share of messages that a prompt sorts rightly; null where the budget did not pay for all of them. */
    private @Nullable Double accuracy(ReportedSession session, String prompt) {
        int right = 0;
        for (Message message : Messages.HELD_OUT) {
            Reporter.Answer answer = reporter.ask(
                    PROVIDER,
                    session.id(),
                    PROJECT,
                    Map.of(
                            "model",
                            PromptStub.MODEL,
                            "temperature",
                            0,
                            "max_tokens",
                            MOST_TOKENS,
                            "messages",
                            List.of(
                                    Map.of("role", "system", "content", prompt),
                                    Map.of("role", "user", "content", message.text()))));
            if (answer.status() == PAYMENT_REQUIRED) {
                refusal = answer.body().path("detail").asText();
                return null;
            }
            if (answer.status() != OK) {
                throw new CallFailedException(answer.body()
                        .path("detail")
                        .asText("the provider %s answered %d".formatted(PROVIDER, answer.status())));
            }
            calls += answer.isHit() ? 0 : 1;
            hits += answer.isHit() ? 1 : 0;
            String said = answer.body()
                    .path("choices")
                    .path(0)
                    .path("message")
                    .path("content")
                    .asText();
            right += said.equals(message.label()) ? 1 : 0;
        }
        return (double) right / Messages.HELD_OUT.size();
    }

    /** What the session cost, once all of it is settled: no answer waits for that. As it is where that takes too long. */
    private JsonNode settled(String session) {
        JsonNode cost = reporter.cost(session);
        for (int i = 0; i < MOST_LOOKS && !isSettled(cost); i++) {
            stop.pause(BETWEEN_LOOKS);
            cost = reporter.cost(session);
        }
        return cost;
    }

    private boolean isSettled(JsonNode cost) {
        return cost.path("calls").asInt() >= calls && cost.path("cache_hits").asInt() >= hits;
    }

    private void tell(ReportedSession session) {
        JsonNode cost = settled(session.id());
        out.printf(
                "calls     %s calls to the stub, %s tokens in, %s out, %s USD by made-up prices; %s answers from the cache"
                        + " saved %s USD%n",
                cost.path("calls").asText(),
                cost.path("input_tokens").asText(),
                cost.path("output_tokens").asText(),
                cost.path("cost_usd").asText(),
                cost.path("cache_hits").asText(),
                cost.path("saved_usd").asText());
        out.printf("          the session and its cost: %s/sessions/%s%n", server, session.id());
        out.printf(
                "          its provider and budget: %s/providers (the stub has stopped with this run: calls to %s fail now)%n",
                server, PROVIDER);
    }
}
