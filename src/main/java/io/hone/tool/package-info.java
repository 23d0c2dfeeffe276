/**
 * What {@code ./hone} runs: the launcher of the server, and tools that talk to a running one. Not used inside the server.
 */
@NullMarked
package io.hone.tool;

import org.jspecify.annotations.NullMarked;
