/**
 * News from one feature to those above it. Front door: {@link io.hone.events.Events}; what is told are the records of
 * the feature that tells it.
 */
@NullMarked
package io.hone.events;

import org.jspecify.annotations.NullMarked;
