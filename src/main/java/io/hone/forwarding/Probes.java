package io.hone.forwarding;

import io.hone.gateway.HealthMonitor;
import io.hone.gateway.HealthReport;
import io.hone.gateway.Provider;
import io.hone.gateway.ProviderKind;
import io.hone.gateway.Providers;
import io.hone.gateway.Spender;
import io.hone.gateway.Upstream;
import io.hone.http.Json;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.RequestContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers how they are that nobody called for a while. It costs nothing: the list of their models, or the path that
 * an admin named. Only where an admin named a model for it, and there is no such list, that one is asked for one token.
 * Thread-safe.
 */
@Singleton
public class Probes {

    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

    /** By whom probes that cost money are charged. */
    static final String ACCOUNT = "hone:probe";

    static final String USER_AGENT = "Hone-Probe";

    /** There is no list of models: that tells nothing. */
    private static final Set<Integer> NOT_THERE = Set.of(404, 405, 501);

    private static final int PAGE = 100;
    private static final long LONGEST_MS = 10_000;

    /** What is noted of a probe that takes too long is noted then. */
    private static final long GRACE_MS = 1_000;

    private static final int MOST_BYTES = 64 * 1_024;

    private final Providers providers;
    private final HealthMonitor monitor;
    private final Forwarding forwarding;

    @Inject
    Probes(Providers providers, HealthMonitor monitor, Forwarding forwarding) {
        this.providers = providers;
        this.monitor = monitor;
        this.forwarding = forwarding;
    }

    /** Asks all of them whose health is too old. Returns without waiting for their answers. */
    public void run() {
        monitor.review();
        String cursor = null;
        do {
            Page<Provider> page = providers.list(cursor, PAGE);
            for (Provider provider : page.items()) {
                if (monitor.isDue(provider) && monitor.pause(provider).isZero()) {
                    ask(provider);
                }
            }
            cursor = page.nextCursor();
        } while (cursor != null);
    }

    /**
     * Asks one now, and waits for its answer, ten seconds at most.
     *
     * @throws ProblemException 409 where there is nothing that could be asked without paying for it
     */
    HealthReport now(Provider provider) {
        CompletableFuture<Integer> asked = ask(provider);
        try {
            asked.get(LONGEST_MS + GRACE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // What became of it is in the report.
            LOG.debug("A provider did not answer a probe", e);
        }
        return monitor.fresh(provider);
    }

    /** Whether there is anything to ask it. */
    static boolean isPossible(Provider provider) {
        return path(provider) != null || provider.probeModel() != null;
    }

    /** The status that it answered with; fails where it did not. */
    private CompletableFuture<Integer> ask(Provider provider) {
        String path = path(provider);
        if (path == null) {
            return askModel(provider);
        }
        return send(provider, "GET", path, null).thenCompose(status -> {
            boolean listed = provider.healthPath() != null || !NOT_THERE.contains(status);
            return listed ? CompletableFuture.completedFuture(status) : askModel(provider);
        });
    }

    private CompletableFuture<Integer> askModel(Provider provider) {
        String model = provider.probeModel();
        if (model == null) {
            return CompletableFuture.completedFuture(0);
        }
        Map<String, Object> body =
                Map.of("model", model, "max_tokens", 1, "messages", List.of(Map.of("role", "user", "content", "ping")));
        return send(provider, "POST", ModelInterface.path(provider), Json.write(body));
    }

    /** What to ask for nothing; null for nothing of the kind. */
    private static @Nullable String path(Provider provider) {
        if (provider.healthPath() != null) {
            return provider.healthPath();
        }
        return provider.kind() == ProviderKind.GENERIC ? null : ModelInterface.versioned(provider, "/models");
    }

    private CompletableFuture<Integer> send(Provider provider, String method, String path, @Nullable String json) {
        byte[] body = json == null ? new byte[0] : json.getBytes(StandardCharsets.UTF_8);
        RequestContext context = RequestContext.unasked();
        Call call = new Call(
                method,
                new Target(provider.name(), path, null),
                ModelInterface.fields(provider, USER_AGENT),
                json == null ? null : "application/json",
                body,
                json != null,
                context.requestId(),
                context.traceparent(),
                new Spender(ACCOUNT, null, null, provider.name()),
                json == null ? Question.NONE : Question.of(body),
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_MS));
        Collecting answer = new Collecting(provider.name(), MOST_BYTES);
        try {
            Upstream upstream = providers
                    .upstream(provider.name())
                    .orElseThrow(() -> ProblemException.notFound("provider", provider.name()));
            forwarding.probe(call, upstream, answer);
        } catch (ProblemException e) {
            LOG.info("Provider {} was not asked how it is: {}", provider.name(), e.detail());
            answer.fail(e);
        }
        return answer.whole().thenApply(Collecting.Whole::status);
    }
}
