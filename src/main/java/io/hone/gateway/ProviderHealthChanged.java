package io.hone.gateway;

import io.hone.failures.ProviderHealth;

/**
 * A provider got better or worse, or was not called for so long that nobody knows, or is left alone, or not any more.
 *
 * @param paused whether calls to it are refused now
 */
public record ProviderHealthChanged(String name, ProviderHealth before, ProviderHealth now, boolean paused) {}
