package io.hone.responses;

/** Other rules are in force. */
public record CacheRulesChanged(long version) {}
