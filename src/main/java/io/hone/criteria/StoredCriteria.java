package io.hone.criteria;

import java.io.Serializable;

/**
 * A version with the number its row has.
 *
 * @param no what sessions refer to
 */
public record StoredCriteria(long no, Criteria criteria) implements Serializable {}
