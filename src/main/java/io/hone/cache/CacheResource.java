package io.hone.cache;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.cache.CacheManagement.Cleared;
import io.hone.cache.CacheManagement.Flushed;
import io.hone.cache.CacheManagement.Invalidated;
import io.hone.cache.CacheManagement.Invalidation;
import io.hone.cache.CacheManagement.Sweep;
import io.hone.cache.CacheManagement.WarmRequest;
import io.hone.cache.CacheManagement.Warmed;
import io.hone.http.Caller;
import io.hone.http.Limited;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import io.hone.settings.Settings;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code /cache}: what the caches do, and what people do to them. */
@Path("cache")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class CacheResource {

    private static final List<String> LEVELS = List.of("l1", "l2", "durable", "all");

    /**
     * All caches together.
     *
     * @param moneySavedUsd decimal
     */
    public record Overall(
            long requests,
            long hits,
            long misses,
            @Nullable Double hitRate,
            double timeSavedMs,
            String moneySavedUsd,
            long entries,
            long bytes) {

        public static Overall of(List<CacheStatistics> all) {
            long requests = all.stream().mapToLong(CacheStatistics::requests).sum();
            long hits = all.stream().mapToLong(CacheStatistics::hits).sum();
            return new Overall(
                    requests,
                    hits,
                    all.stream().mapToLong(CacheStatistics::misses).sum(),
                    requests == 0 ? null : (double) hits / requests,
                    all.stream().mapToDouble(CacheStatistics::timeSavedMs).sum(),
                    all.stream()
                            .map(cache -> new BigDecimal(cache.moneySavedUsd()))
                            .reduce(BigDecimal.ZERO, BigDecimal::add)
                            .toPlainString(),
                    heap(all)
                            .mapToLong(tier -> tier.entries() == null ? 0 : tier.entries())
                            .sum(),
                    heap(all)
                            .mapToLong(tier -> tier.bytes() == null ? 0 : tier.bytes())
                            .sum());
        }

        private static Stream<CacheStatistics.Tier> heap(List<CacheStatistics> all) {
            return all.stream().flatMap(cache -> Stream.ofNullable(cache.tiers().get(Tier.L1.label())));
        }
    }

    /** Statistics of all caches. */
    public record Stats(
            Instant generatedAt,
            double uptimeSeconds,
            Overall overall,
            List<CacheStatistics> caches,
            CacheStatistics.Coalescing coalescedCalls,
            AnswerStore.Statistics http) {}

    /** One cache: what it is, and what it did. */
    public record Detail(@JsonUnwrapped CacheStatistics statistics, Description definition) {}

    /** What the catalogue says of a cache. */
    public record Description(
            String purpose,
            List<String> tiers,
            String ttlSetting,
            long ttlSeconds,
            Bound bound,
            boolean sensitive,
            String refresh,
            boolean verified,
            List<String> tags) {

        /** @param unit {@code entries} or {@code bytes} */
        public record Bound(long most, String unit) {}

        static Description of(CacheDefinition definition, Settings settings) {
            return new Description(
                    definition.purpose(),
                    Stream.of(Tier.values())
                            .filter(definition.tiers()::contains)
                            .map(Tier::label)
                            .toList(),
                    definition.timeToLive().key(),
                    settings.get(definition.timeToLive()),
                    new Bound(definition.bound().most(), definition.bound().bytes() ? "bytes" : "entries"),
                    definition.sensitive(),
                    definition.refresh().name().toLowerCase(Locale.ROOT),
                    definition.verified(),
                    definition.tags());
        }
    }

    /**
     * A place where entries are.
     *
     * @param kind what it is made with
     * @param state {@code active}, {@code connected}, {@code degraded} or {@code off}
     * @param reason why it is degraded, else null
     */
    public record Backend(
            String name,
            String kind,
            String state,
            @Nullable String reason) {}

    /**
     * Which tiers are in use now.
     *
     * @param fallback the order in which a read asks
     */
    public record Status(String mode, List<Backend> backends, List<String> fallback) {

        public static Status of(Caches caches) {
            TierState grid = caches.grid().state();
            TierState durable = caches.durable().state();
            List<Backend> backends = List.of(
                    new Backend(Tier.L1.label(), "caffeine", "active", null),
                    new Backend(
                            Tier.L2.label(),
                            "hazelcast",
                            connected(grid),
                            caches.grid().failure()),
                    new Backend(
                            Tier.DURABLE.label(),
                            caches.durable().kind(),
                            connected(durable),
                            durable == TierState.DEGRADED ? "the database does not answer" : null));
            List<String> tiers = backends.stream()
                    .filter(backend ->
                            backend.state().equals("active") || backend.state().equals("connected"))
                    .map(Backend::name)
                    .toList();
            List<String> fallback = new ArrayList<>(tiers);
            fallback.add("source");
            return new Status(String.join("+", tiers), backends, fallback);
        }

        private static String connected(TierState state) {
            return state == TierState.ACTIVE ? "connected" : state.label();
        }
    }

    /** How all caches are: as the worst of them is. */
    public record Health(String status, List<String> reasons, List<CacheState> caches) {

        /** How one is. */
        public record CacheState(String name, String status, List<String> reasons) {}

        public static Health of(List<CacheHealth> all) {
            CacheHealth.Status worst = all.stream()
                    .map(CacheHealth::status)
                    .max(Comparator.naturalOrder())
                    .orElse(CacheHealth.Status.HEALTHY);
            List<String> reasons = new ArrayList<>();
            all.forEach(cache -> cache.reasons().forEach(reason -> reasons.add(cache.name() + ": " + reason)));
            return new Health(
                    worst.label(),
                    reasons,
                    all.stream()
                            .map(cache -> new Health.CacheState(
                                    cache.name(), cache.status().label(), cache.reasons()))
                            .toList());
        }
    }

    /** What caching is worth. */
    public record Worth(Overall overall, List<CacheWorth> caches) {

        /**
         * What one cache is worth.
         *
         * @param timeSavedPerHitMs null before a hit and a load were measured
         */
        public record CacheWorth(
                String name,
                @Nullable Double hitRate,
                long requests,
                CacheStatistics.Latency hitLatency,
                CacheStatistics.Latency loadLatency,
                @Nullable Double speedUp,
                @Nullable Double timeSavedPerHitMs,
                double timeSavedMs,
                Efficiency efficiency) {

            static CacheWorth of(CacheStatistics cache) {
                // Every cache is on the heap.
                CacheStatistics.Tier heap = requireNonNull(cache.tiers().get(Tier.L1.label()));
                return new CacheWorth(
                        cache.name(),
                        cache.hitRate(),
                        cache.requests(),
                        heap.hit(),
                        cache.load(),
                        cache.speedUp(),
                        cache.hits() == 0 || cache.load().count() == 0 ? null : cache.timeSavedMs() / cache.hits(),
                        cache.timeSavedMs(),
                        new Efficiency(heap.entries(), heap.bytes(), cache.uptimeSeconds()));
            }
        }

        /** What it costs. */
        public record Efficiency(
                @Nullable Long entries, @Nullable Long bytes, double uptimeSeconds) {}
    }

    /** Body of a request that empties everything. */
    public record Confirmation(@Nullable Boolean confirm) {}

    private final Caches caches;
    private final CacheManagement management;
    private final AnswerStore answers;
    private final CacheReport report;
    private final Clock clock;

    @Inject
    CacheResource(Caches caches, CacheManagement management, AnswerStore answers, CacheReport report, Clock clock) {
        this.caches = caches;
        this.management = management;
        this.answers = answers;
        this.report = report;
        this.clock = clock;
    }

    @GET
    @Path("stats")
    public Stats stats(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        // Before they are read: what is told live later is then later by its time, too.
        Instant now = clock.instant();
        List<CacheStatistics> all = report.statistics();
        return new Stats(
                now,
                all.stream().mapToDouble(CacheStatistics::uptimeSeconds).max().orElse(0),
                Overall.of(all),
                all,
                caches.coalescedCalls(),
                answers.statistics());
    }

    @GET
    @Path("stats/{name}")
    public Detail one(@PathParam("name") String name, @Context UriInfo uri) {
        new QueryParameters(uri).done();
        return report.find(name);
    }

    @GET
    @Path("status")
    public Status status(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        return Status.of(caches);
    }

    @GET
    @Path("health")
    public Health health(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        return Health.of(report.health());
    }

    @GET
    @Path("metrics")
    public Worth worth(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        List<CacheStatistics> all = report.statistics();
        return new Worth(Overall.of(all), all.stream().map(Worth.CacheWorth::of).toList());
    }

    @POST
    @Limited(Limited.CACHE_MANAGEMENT)
    @Path("warm")
    public Response warm(@Nullable WarmRequest body, @Context HttpServletRequest request) {
        Warmed warmed = management.warm(Caller.of(request), ProblemException.requireBody(body));
        return Response.status(Response.Status.ACCEPTED).entity(warmed).build();
    }

    @POST
    @Limited(Limited.CACHE_MANAGEMENT)
    @Path("cleanup")
    @Consumes(MediaType.WILDCARD)
    public Sweep cleanUp(@Context HttpServletRequest request) {
        return management.cleanUp(Caller.of(request));
    }

    @POST
    @Limited(Limited.CACHE_MANAGEMENT)
    @Path("clear/{name}")
    @Consumes(MediaType.WILDCARD)
    public Cleared clear(@PathParam("name") String name, @Context HttpServletRequest request) {
        return management.clear(Caller.of(request), name);
    }

    @POST
    @Limited(Limited.CACHE_MANAGEMENT)
    @Path("clear-all")
    public Sweep clearAll(@Nullable Confirmation body, @Context HttpServletRequest request) {
        if (!Boolean.TRUE.equals(ProblemException.requireBody(body).confirm())) {
            throw ProblemException.invalid("/confirm", "is not true: this empties every cache");
        }
        return management.clearAll(Caller.of(request));
    }

    @DELETE
    @Limited(Limited.CACHE_MANAGEMENT)
    @Path("flush")
    public Flushed flush(@Context UriInfo uri, @Context HttpServletRequest request) {
        QueryParameters query = new QueryParameters(uri);
        String level = query.oneOf("level", LEVELS);
        String text = query.text("pattern");
        boolean confirmed = "true".equals(query.oneOf("confirm", List.of("true", "false")));
        query.done();
        KeyPattern pattern = text == null ? null : KeyPattern.parse(text, "?pattern");
        if (pattern != null) {
            CacheManagement.requireConfirmed(pattern, "?pattern", confirmed);
        }
        return management.flush(Caller.of(request), level == null ? "all" : level, pattern);
    }

    @POST
    @Limited(Limited.CACHE_MANAGEMENT)
    @Path("invalidate")
    public Invalidated invalidate(@Nullable Invalidation body, @Context HttpServletRequest request) {
        return management.invalidate(Caller.of(request), ProblemException.requireBody(body));
    }
}
