package io.hone.gateway;

/**
 * A provider was added, changed or deleted; fired after the change is stored.
 *
 * @param version the one it has, or had last
 */
public record ProviderChanged(String name, long version, boolean deleted) {}
