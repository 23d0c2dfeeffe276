/**
 * Live events over WebSocket. Nobody imports this package: it observes what the features tell.
 */
@NullMarked
package io.hone.live;

import org.jspecify.annotations.NullMarked;
