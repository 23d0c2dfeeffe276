package io.hone.sessions;

/**
 * Sessions came in from a file: too many to tell of each.
 *
 * @param sessions how many are new
 */
public record SessionsImported(long sessions) {}
