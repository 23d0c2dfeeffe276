package io.hone.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.hone.http.Limited;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.settings.Setting;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How often somebody may do something: a token bucket for each subject, that fills evenly. Buckets nobody used for a
 * while are full, so they are forgotten. Thread-safe.
 */
@Singleton
public class RateLimits {

    /** What is limited. */
    public enum Limit {
        /** Tries to sign in to one account from one address. */
        SIGN_IN("sign-in", SettingsCatalogue.LIMIT_SIGN_IN, 1, Duration.ofMinutes(1)),
        /** Tries to sign in from one address, to whatever account. */
        SIGN_IN_ADDRESS("sign-in-address", SettingsCatalogue.LIMIT_SIGN_IN, 3, Duration.ofMinutes(1)),
        MANAGEMENT("management", SettingsCatalogue.LIMIT_MANAGEMENT, 1, Duration.ofMinutes(1)),
        /** Requests of one address that bring nothing valid. */
        REFUSED("refused", SettingsCatalogue.LIMIT_REFUSED, 1, Duration.ofMinutes(1)),
        CACHE_MANAGEMENT(Limited.CACHE_MANAGEMENT, SettingsCatalogue.LIMIT_CACHE_MANAGEMENT, 1, Duration.ofMinutes(1)),
        GATEWAY(Limited.GATEWAY, SettingsCatalogue.LIMIT_GATEWAY, 1, Duration.ofMinutes(1)),
        REQUESTS("requests", SettingsCatalogue.LIMIT_REQUESTS, 1, Duration.ofSeconds(1));

        private final String label;

        @SuppressWarnings("Immutable") // settings are; only their type is a parameter
        private final Setting<Long> setting;

        /**
         * The limit that an operation declares.
         *
         * @throws IllegalArgumentException if there is none of that label
         */
        static Limit of(Limited declared) {
            return Stream.of(values())
                    .filter(limit -> limit.label.equals(declared.value()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("No limit " + declared.value()));
        }

        private final int factor;
        private final Duration period;

        Limit(String label, Setting<Long> setting, int factor, Duration period) {
            this.label = label;
            this.setting = setting;
            this.factor = factor;
            this.period = period;
        }
    }

    private static final int MOST_SUBJECTS = 100_000;

    /** The number is part of it: a setting that changes starts with new buckets. */
    private record Key(Limit limit, long most, String subject) {}

    private final Settings settings;
    private final TimeMeter time;
    private final Cache<Key, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MOST_SUBJECTS)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    @Inject
    public RateLimits(Settings settings, Clock clock) {
        this.settings = settings;
        time = new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return TimeUnit.MILLISECONDS.toNanos(clock.millis());
            }

            @Override
            public boolean isWallClockBased() {
                return true;
            }
        };
    }

    /**
     * Takes one from the bucket of a subject.
     *
     * @throws ProblemException 429 with the wait in its fields, where it is empty
     */
    public void take(Limit limit, String subject) {
        long most = settings.get(limit.setting) * limit.factor;
        if (most == 0) {
            return;
        }
        ConsumptionProbe probe =
                buckets.get(new Key(limit, most, subject), this::bucket).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            long wait = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill() + 999_999_999L));
            throw refused(limit, most, wait);
        }
    }

    private Bucket bucket(Key key) {
        return Bucket.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(key.most())
                        .refillGreedy(key.most(), key.limit().period)
                        .build())
                .withCustomTimePrecision(time)
                .build();
    }

    /** With the fields of draft-ietf-httpapi-ratelimit-headers-10. */
    private static ProblemException refused(Limit limit, long most, long waitSeconds) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Retry-After", Long.toString(waitSeconds));
        fields.put("RateLimit-Policy", "\"%s\";q=%d;w=%d".formatted(limit.label, most, limit.period.toSeconds()));
        fields.put("RateLimit", "\"%s\";r=0;t=%d".formatted(limit.label, waitSeconds));
        return new ProblemException(
                        ProblemType.TOO_MANY_REQUESTS,
                        "At most %d %s in %d s; try again in %d s"
                                .formatted(
                                        most,
                                        limit == Limit.SIGN_IN || limit == Limit.SIGN_IN_ADDRESS
                                                ? "tries to sign in"
                                                : "such requests",
                                        limit.period.toSeconds(),
                                        waitSeconds))
                .withHeaders(fields);
    }
}
