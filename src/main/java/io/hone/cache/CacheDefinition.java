package io.hone.cache;

import io.hone.settings.Setting;

/**
 * What one cache holds and for how long.
 *
 * @param name JCache name and metric tag: lower-case words joined by dots
 * @param timeToLive setting with the time from write to expiry
 * @param purpose what is cached, and who invalidates it
 */
public record CacheDefinition(String name, Setting<Long> timeToLive, String purpose) {}
