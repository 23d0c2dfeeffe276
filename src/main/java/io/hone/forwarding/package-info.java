/**
 * Forwards what comes below {@code /gateway/} to providers, without a thread that waits. Front door:
 * {@link io.hone.forwarding.GatewayServlet}.
 */
@NullMarked
package io.hone.forwarding;

import org.jspecify.annotations.NullMarked;
