/**
 * {@code ./hone demo}: a real, small model optimization, computed here and reported through the public REST API.
 *
 * <p>{@link io.hone.tool.demo.DemoCommand} is the front door. The package knows the server only by its public
 * interface: it imports nothing else of Hone.
 */
@NullMarked
package io.hone.tool.demo;

import org.jspecify.annotations.NullMarked;
