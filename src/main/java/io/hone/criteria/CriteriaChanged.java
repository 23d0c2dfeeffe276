package io.hone.criteria;

/**
 * A set of criteria got a new version or was retired.
 *
 * @param version the newest version
 */
public record CriteriaChanged(String name, int version, boolean retired) {}
