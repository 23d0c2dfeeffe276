package io.hone.failures;

import java.util.Optional;

/**
 * Who knows how providers are. A bean of this type makes guidance aware of it; without one no provider's health is known.
 */
public interface ProviderHealthSource {

    /**
     * The health of a provider now, from memory: it is asked for every failure that is analysed.
     *
     * @param provider as the client names it
     * @return empty where it is not known
     */
    Optional<ProviderHealth> health(String provider);
}
