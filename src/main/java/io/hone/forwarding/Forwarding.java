package io.hone.forwarding;

import io.hone.forwarding.Metering.Metered;
import io.hone.gateway.Fallback;
import io.hone.gateway.HealthMonitor;
import io.hone.gateway.Provider;
import io.hone.gateway.Providers;
import io.hone.gateway.Upstream;
import io.hone.http.ProblemException;
import io.hone.metrics.RequestParts;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests on to providers and their answers back, part by part. Thread-safe. */
@Singleton
class Forwarding implements Delivery.Fallbacks {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    /** Providers that one call may go through. */
    private static final int MOST_PROVIDERS = 3;

    private static final int MOST_UNWILLING = 10_000;

    /** Providers, as they are set up now, that refuse to say what a stream took. */
    private final Set<String> unwilling = ConcurrentHashMap.newKeySet();

    private final Delivery.Means means;

    /** The same with nobody to fall back to. */
    private final Delivery.Means alone;

    private final Providers providers;
    private final Admission admission;
    private final Metering metering;
    private final Settings settings;

    @Inject
    Forwarding(
            UpstreamClient client,
            Providers providers,
            HealthMonitor health,
            Admission admission,
            Metering metering,
            Settings settings,
            Clock clock) {
        means = new Delivery.Means(client, health, admission, this, clock);
        alone = new Delivery.Means(client, health, admission, new Nobody(), clock);
        this.providers = providers;
        this.admission = admission;
        this.metering = metering;
        this.settings = settings;
    }

    private static final class Nobody implements Delivery.Fallbacks {

        @Override
        public void doesNotSay(Provider provider) {
            // A probe is no stream.
        }

        @Override
        public boolean isThere(Leg failed, Set<String> asked) {
            return false;
        }

        @Override
        public Optional<Leg> after(Leg failed, Set<String> asked) {
            return Optional.empty();
        }
    }

    /**
     * Begins to forward, once limits and budgets let the call in.
     *
     * @param sink gets what the provider answers, or the problem where it does not
     * @throws ProblemException 402 or 429 where it is not let in
     */
    void forward(Call call, Upstream upstream, Sink sink) {
        Provider provider = upstream.provider();
        Duration pause = means.health().pause(provider);
        if (!pause.isZero() && provider.fallback() == null) {
            // Before money is set aside, which takes the disk: while a provider is down many ask in vain.
            sink.fail(ProviderProblems.paused(provider, pause));
            return;
        }
        long retries = settings.get(SettingsCatalogue.GATEWAY_RETRIES);
        new Delivery(means, retries, false, RequestParts.current(), leg(call, upstream), sink).begin();
    }

    /**
     * Begins to ask a provider how it is: once, and nobody instead of it.
     *
     * @throws ProblemException 402 or 429 where it may not be asked
     */
    void probe(Call call, Upstream upstream, Sink sink) {
        new Delivery(alone, 0, true, RequestParts.current(), leg(call, upstream), sink).begin();
    }

    private Leg leg(Call call, Upstream upstream) {
        Provider provider = upstream.provider();
        Runnable over = admission.enter(provider);
        try {
            Metered metered = metering.begin(call, provider);
            return new Leg(
                    call,
                    upstream,
                    call.target().below(provider.baseUrl()),
                    unwilling.contains(edition(provider)) ? null : StreamUsage.asked(call, provider.kind()),
                    metered,
                    over);
        } catch (RuntimeException e) {
            over.run();
            throw e;
        }
    }

    @Override
    public void doesNotSay(Provider provider) {
        if (unwilling.size() < MOST_UNWILLING && unwilling.add(edition(provider))) {
            LOG.info("Provider {} does not say what streams take: they are charged by their parts", provider.name());
        }
    }

    private static String edition(Provider provider) {
        return provider.name() + ' ' + provider.edition();
    }

    @Override
    public boolean isThere(Leg failed, Set<String> asked) {
        Fallback fallback = failed.provider().fallback();
        return fallback != null && asked.size() < MOST_PROVIDERS && !asked.contains(fallback.provider());
    }

    @Override
    public Optional<Leg> after(Leg failed, Set<String> asked) {
        Fallback fallback = failed.provider().fallback();
        if (fallback == null || !isThere(failed, asked)) {
            return Optional.empty();
        }
        Upstream next = providers.upstream(fallback.provider()).orElse(null);
        if (next == null || next.provider().kind() != failed.provider().kind()) {
            return Optional.empty();
        }
        try {
            return Optional.of(leg(renamed(failed.call(), fallback), next));
        } catch (ProblemException e) {
            LOG.warn(
                    "Provider {} failed, and {} may not be asked instead: {}",
                    failed.provider().name(),
                    fallback.provider(),
                    e.detail());
            return Optional.empty();
        }
    }

    private static Call renamed(Call call, Fallback fallback) {
        String asked = call.question().model();
        @Nullable String model = fallback.models().get(asked);
        return model == null || asked.isEmpty()
                ? call.to(fallback.provider(), call.body(), asked)
                : call.to(fallback.provider(), ModelName.replaced(call.body(), model), model);
    }
}
