package io.hone.gateway;

import java.io.Serializable;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A provider as it is shown: all but its secret.
 *
 * @param name lower-case letters, digits, dots, dashes, underscores; 1 to 64
 * @param baseUrl absolute, http or https, without a slash at its end
 * @param authHeader field that carries the secret; null for that of the kind
 * @param healthPath what to ask below {@code baseUrl} to see whether it is up; null for what the kind has
 * @param timeoutMs longest wait for the answer to begin, and for each next part of it
 * @param allowPrivate whether it may be on this machine or in this network
 * @param prices by model, or by the beginning of models with {@code *} behind it
 * @param fallback who is asked where it does not answer; null for nobody
 * @param probeModel model that may be asked for one token to see whether it answers, which costs money; null for none
 * @param version counts up with every change
 */
public record Provider(
        String name,
        ProviderKind kind,
        String baseUrl,
        boolean hasSecret,
        @Nullable String authHeader,
        @Nullable String healthPath,
        long timeoutMs,
        boolean allowPrivate,
        Map<String, Price> prices,
        Limits limits,
        @Nullable Fallback fallback,
        @Nullable String probeModel,
        Instant createdAt,
        String createdBy,
        Instant updatedAt,
        long version)
        implements Serializable {

    /** What ends the beginning of a model's name. */
    static final char WILDCARD = '*';

    /**
     * What the gateway sends it at most; null for no limit.
     *
     * @param requestsPerMinute 1 and up
     * @param concurrentRequests at the same time; 1 and up
     */
    public record Limits(
            @Nullable Long requestsPerMinute, @Nullable Long concurrentRequests) implements Serializable {

        /** No limit at all. */
        public static final Limits NONE = new Limits(null, null);
    }

    public Provider {
        prices = Collections.unmodifiableMap(new TreeMap<>(prices));
    }

    /** Changes with every change of it, and is another one for who has its name after it was deleted. */
    public String edition() {
        return createdAt.toEpochMilli() + "." + version;
    }

    /**
     * The price of a model: that of its own name, else that of the longest beginning which fits. Dated names such as
     * {@code gpt-4o-2024-08-06} are met by {@code gpt-4o*}; nothing is guessed without the star.
     *
     * @return empty where no price is known, which is not the same as free
     */
    public Optional<Price> price(String model) {
        Price exact = prices.get(model);
        if (exact != null) {
            return Optional.of(exact);
        }
        Price best = null;
        int longest = -1;
        for (Map.Entry<String, Price> entry : prices.entrySet()) {
            String pattern = entry.getKey();
            int length = pattern.length() - 1;
            if (length > longest && pattern.charAt(length) == WILDCARD && model.regionMatches(0, pattern, 0, length)) {
                best = entry.getValue();
                longest = length;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * What a call costs.
     *
     * @return empty where no price is known
     */
    public Optional<Money> cost(String model, Tokens tokens) {
        return price(model).map(price -> price.of(tokens));
    }

    /**
     * What a call costs at most.
     *
     * @param inputTokens the most there can be; 0 and up
     * @param outputTokens the most there can be; 0 and up
     * @return empty where no price is known
     */
    public Optional<Money> costAtMost(String model, long inputTokens, long outputTokens) {
        return price(model).map(price -> price.atMost(inputTokens, outputTokens));
    }
}
