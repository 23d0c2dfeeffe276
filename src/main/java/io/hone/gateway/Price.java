package io.hone.gateway;

import java.io.Serializable;

/**
 * What tokens of a model cost.
 *
 * @param inputUsdPerMillion for a million tokens that go in
 * @param outputUsdPerMillion for a million tokens that come out
 */
public record Price(Money inputUsdPerMillion, Money outputUsdPerMillion) implements Serializable {

    /**
     * What a call costs, rounded up once to a billionth of a dollar.
     *
     * @param inputTokens 0 and up
     * @param outputTokens 0 and up
     */
    public Money of(long inputTokens, long outputTokens) {
        if (inputTokens < 0 || outputTokens < 0) {
            throw new IllegalArgumentException("%d and %d tokens".formatted(inputTokens, outputTokens));
        }
        return Money.ofTokens(
                inputUsdPerMillion.timesTokens(inputTokens).add(outputUsdPerMillion.timesTokens(outputTokens)));
    }
}
