/**
 * What the server tells of its own performance: requests by template, SQL statements, the pool.
 *
 * <p>Nobody imports this package.
 */
@NullMarked
package io.hone.performance;

import org.jspecify.annotations.NullMarked;
