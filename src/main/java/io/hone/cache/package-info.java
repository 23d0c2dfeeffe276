/**
 * The caches: one catalogue of what is cached, where, how much and for how long, one class that does it over the heap and
 * the data grid, and the epochs that keep a cached value from outliving a change.
 *
 * <p>Front doors: {@link io.hone.cache.Caches}, {@link io.hone.cache.CacheCatalogue}, {@link io.hone.cache.Epochs}.
 * Features use the standard JCache annotations with a name from the catalogue.
 */
@NullMarked
package io.hone.cache;

import org.jspecify.annotations.NullMarked;
