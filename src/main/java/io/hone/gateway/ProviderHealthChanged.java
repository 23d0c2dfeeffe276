package io.hone.gateway;

import io.hone.failures.ProviderHealth;

/** A provider got better or worse, or was not called for so long that nobody knows. */
public record ProviderHealthChanged(String name, ProviderHealth before, ProviderHealth now) {}
