package io.hone.gateway;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What tokens of a model cost.
 *
 * @param inputUsdPerMillion for a million tokens that go in
 * @param outputUsdPerMillion for a million tokens that come out
 * @param cachedInputUsdPerMillion for a million that go in and that the provider has in its cache; null for what input
 *     costs
 * @param cacheWriteUsdPerMillion for a million that go in and that the provider puts into its cache; null for what input
 *     costs
 */
public record Price(
        Money inputUsdPerMillion,
        Money outputUsdPerMillion,
        @Nullable Money cachedInputUsdPerMillion,
        @Nullable Money cacheWriteUsdPerMillion)
        implements Serializable {

    /** A price that does not care for the provider's cache. */
    public Price(Money inputUsdPerMillion, Money outputUsdPerMillion) {
        this(inputUsdPerMillion, outputUsdPerMillion, null, null);
    }

    /** What a call costs, rounded up once to a billionth of a dollar. */
    public Money of(Tokens tokens) {
        BigInteger sum = inputUsdPerMillion
                .timesTokens(tokens.fresh())
                .add(cached().timesTokens(tokens.cached()))
                .add(written().timesTokens(tokens.written()))
                .add(outputUsdPerMillion.timesTokens(tokens.output()));
        return Money.ofTokens(sum);
    }

    /**
     * What a call costs at most, whatever of its input the provider puts into its cache or has there.
     *
     * @param inputTokens 0 and up
     * @param outputTokens 0 and up
     */
    public Money atMost(long inputTokens, long outputTokens) {
        Tokens fresh = Tokens.of(inputTokens, outputTokens);
        Tokens read = new Tokens(inputTokens, inputTokens, 0, outputTokens);
        Tokens written = new Tokens(inputTokens, 0, inputTokens, outputTokens);
        Money dearer = of(fresh).compareTo(of(read)) >= 0 ? of(fresh) : of(read);
        return dearer.compareTo(of(written)) >= 0 ? dearer : of(written);
    }

    private Money cached() {
        return Objects.requireNonNullElse(cachedInputUsdPerMillion, inputUsdPerMillion);
    }

    private Money written() {
        return Objects.requireNonNullElse(cacheWriteUsdPerMillion, inputUsdPerMillion);
    }
}
