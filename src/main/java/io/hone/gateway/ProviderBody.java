package io.hone.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hone.gateway.Provider.Limits;
import io.hone.http.Json;
import io.hone.http.Violations;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends to add a provider, and what a stored one is after a patch.
 *
 * @param secret what lets Hone in; kept encrypted and never told
 * @param timeoutMs two minutes where nothing is said
 */
public record ProviderBody(
        @Nullable String name,
        @Nullable ProviderKind kind,
        @Nullable String baseUrl,
        @Nullable String secret,
        @Nullable String authHeader,
        @Nullable String healthPath,
        @Nullable Long timeoutMs,
        @Nullable Boolean allowPrivate,
        @Nullable Map<String, @Nullable NewPrice> prices,
        @Nullable NewLimits limits,
        @Nullable NewFallback fallback,
        @Nullable String probeModel) {

    /** Who is asked instead, as sent. */
    public record NewFallback(
            @Nullable String provider, @Nullable Map<String, @Nullable String> models) {}

    /** A price as sent. */
    public record NewPrice(
            @Nullable Money inputUsdPerMillion,
            @Nullable Money outputUsdPerMillion,
            @Nullable Money cachedInputUsdPerMillion,
            @Nullable Money cacheWriteUsdPerMillion) {}

    /** Limits as sent. */
    public record NewLimits(
            @Nullable Long requestsPerMinute, @Nullable Long concurrentRequests) {}

    /** Anything that is in a path as it is. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /** What is a part of the interface's own paths. */
    private static final Set<String> RESERVED = Set.of("health");

    /** A token of RFC 9110, section 5.6.2. */
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

    /** Fields that belong to the connection or the body, and are no place for a secret. */
    private static final Set<String> NO_HEADERS = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "expect",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Visible ASCII, with blanks inside: anything else would end the header field it goes into. */
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]{0,4094}[\\x21-\\x7e])?");

    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~!$&'()*+,=:@/-]{0,199}");

    private static final long DEFAULT_TIMEOUT_MS = 120_000;
    private static final long SHORTEST_TIMEOUT_MS = 100;
    private static final long LONGEST_TIMEOUT_MS = 3_600_000;
    private static final int MOST_PRICES = 500;
    private static final int LONGEST_MODEL = 200;
    private static final long MOST_PER_MINUTE = 1_000_000;
    private static final long MOST_CONCURRENT = 10_000;

    /** What passed the checks: the provider but for who stored it when, without its secret. */
    record Checked(
            String name,
            ProviderKind kind,
            String baseUrl,
            @Nullable String authHeader,
            @Nullable String healthPath,
            long timeoutMs,
            boolean allowPrivate,
            Map<String, Price> prices,
            Limits limits,
            @Nullable Fallback fallback,
            @Nullable String probeModel) {

        boolean isSame(Provider stored) {
            return kind == stored.kind()
                    && baseUrl.equals(stored.baseUrl())
                    && Objects.equals(authHeader, stored.authHeader())
                    && Objects.equals(healthPath, stored.healthPath())
                    && timeoutMs == stored.timeoutMs()
                    && allowPrivate == stored.allowPrivate()
                    && prices.equals(stored.prices())
                    && limits.equals(stored.limits())
                    && Objects.equals(fallback, stored.fallback())
                    && Objects.equals(probeModel, stored.probeModel());
        }
    }

    /** What somebody would have sent for a stored provider: all but the secret, and nothing that is null. */
    static ObjectNode of(Provider stored) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("name", stored.name());
        body.put("kind", stored.kind().label());
        body.put("base_url", stored.baseUrl());
        body.put("auth_header", stored.authHeader());
        body.put("health_path", stored.healthPath());
        body.put("timeout_ms", stored.timeoutMs());
        body.put("allow_private", stored.allowPrivate());
        body.set("prices", Json.MAPPER.valueToTree(stored.prices()));
        body.set("limits", Json.MAPPER.valueToTree(stored.limits()));
        body.set("fallback", Json.MAPPER.valueToTree(stored.fallback()));
        body.put("probe_model", stored.probeModel());
        return body;
    }

    /** The same without the secret, for what is kept of a request. */
    ProviderBody withoutSecret() {
        return new ProviderBody(
                name,
                kind,
                baseUrl,
                null,
                authHeader,
                healthPath,
                timeoutMs,
                allowPrivate,
                prices,
                limits,
                fallback,
                probeModel);
    }

    /**
     * The provider, checked.
     *
     * @throws io.hone.http.ProblemException 422 naming every invalid place
     */
    Checked check() {
        Violations violations = new Violations();
        violations.require(
                name != null && NAME.matcher(name).matches(),
                "/name",
                "is not 1 to 64 lower-case letters, digits, dots, dashes or underscores, beginning with a letter or digit");
        violations.require(name == null || !RESERVED.contains(name), "/name", "is a part of the interface's own paths");
        violations.require(kind != null, "/kind", "is required: openai, anthropic or generic");
        boolean mayBePrivate = Boolean.TRUE.equals(allowPrivate);
        String url = checkUrl(violations, mayBePrivate);
        violations.require(
                secret == null || SECRET.matcher(secret).matches(),
                "/secret",
                "is not 1 to 4096 visible ASCII characters");
        violations.require(
                authHeader == null
                        || (HEADER.matcher(authHeader).matches()
                                && !NO_HEADERS.contains(authHeader.toLowerCase(Locale.ROOT))),
                "/auth_header",
                "is no name of a header field that can carry a secret");
        violations.require(
                healthPath == null || (PATH.matcher(healthPath).matches() && !hasDots(healthPath)),
                "/health_path",
                "is no path of 1 to 200 characters that begins with a slash");
        long timeout = timeoutMs == null ? DEFAULT_TIMEOUT_MS : timeoutMs;
        range(violations, timeout, "/timeout_ms", SHORTEST_TIMEOUT_MS, LONGEST_TIMEOUT_MS);
        Map<String, Price> checkedPrices = checkPrices(violations);
        Limits checkedLimits =
                limits == null ? Limits.NONE : new Limits(limits.requestsPerMinute(), limits.concurrentRequests());
        range(violations, checkedLimits.requestsPerMinute(), "/limits/requests_per_minute", 1, MOST_PER_MINUTE);
        range(violations, checkedLimits.concurrentRequests(), "/limits/concurrent_requests", 1, MOST_CONCURRENT);
        Fallback checkedFallback = checkFallback(violations);
        violations.require(
                probeModel == null || kind != ProviderKind.GENERIC,
                "/probe_model",
                "is only for providers of models: a generic one has health_path");
        if (probeModel != null) {
            violations.text(probeModel, "/probe_model", 1, LONGEST_MODEL);
        }
        violations.refuseIfAny();
        return new Checked(
                Objects.requireNonNull(name),
                Objects.requireNonNull(kind),
                url,
                authHeader,
                healthPath,
                timeout,
                mayBePrivate,
                checkedPrices,
                checkedLimits,
                checkedFallback,
                probeModel);
    }

    private @Nullable Fallback checkFallback(Violations violations) {
        if (fallback == null) {
            return null;
        }
        String other = fallback.provider();
        violations.require(
                other != null && NAME.matcher(other).matches() && !other.equals(name),
                "/fallback/provider",
                "is not the name of another provider");
        Map<String, String> models = new LinkedHashMap<>();
        if (fallback.models() != null) {
            violations.require(
                    fallback.models().size() <= MOST_PRICES,
                    "/fallback/models",
                    "has more than %d models".formatted(MOST_PRICES));
            fallback.models().forEach((from, to) -> {
                String at = "/fallback/models/" + Violations.token(from);
                violations.text(from, at, 1, LONGEST_MODEL);
                violations.text(to, at, 1, LONGEST_MODEL);
                models.put(from, Objects.requireNonNullElse(to, ""));
            });
        }
        return new Fallback(Objects.requireNonNullElse(other, ""), models);
    }

    private String checkUrl(Violations violations, boolean mayBePrivate) {
        if (baseUrl == null) {
            violations.add("/base_url", "is required");
            return "";
        }
        try {
            return BaseUrl.normal(baseUrl, mayBePrivate);
        } catch (IllegalArgumentException e) {
            violations.add("/base_url", String.valueOf(e.getMessage()));
            return "";
        }
    }

    private Map<String, Price> checkPrices(Violations violations) {
        Map<String, Price> checked = new LinkedHashMap<>();
        if (prices == null) {
            return checked;
        }
        violations.require(prices.size() <= MOST_PRICES, "/prices", "has more than %d models".formatted(MOST_PRICES));
        prices.forEach((model, price) -> {
            String at = "/prices/" + Violations.token(model);
            violations.text(model, at, 1, LONGEST_MODEL);
            int star = model.indexOf(Provider.WILDCARD);
            violations.require(star < 0 || star == model.length() - 1, at, "has a * that is not at its end");
            if (price == null || price.inputUsdPerMillion() == null || price.outputUsdPerMillion() == null) {
                violations.add(at, "has not both of input_usd_per_million and output_usd_per_million");
            } else {
                checked.put(
                        model,
                        new Price(
                                price.inputUsdPerMillion(),
                                price.outputUsdPerMillion(),
                                price.cachedInputUsdPerMillion(),
                                price.cacheWriteUsdPerMillion()));
            }
        });
        return checked;
    }

    private static boolean hasDots(String path) {
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                return true;
            }
        }
        return path.contains("//");
    }

    private static void range(Violations violations, @Nullable Long value, String at, long min, long max) {
        violations.require(
                value == null || (value >= min && value <= max), at, "is %d, not %d to %d".formatted(value, min, max));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ProviderBody of " + name;
    }
}
