/**
 * Forwards what comes below {@code /gateway/} to providers, without a thread that waits. Front door:
 * {@link io.hone.gateway.forward.GatewayServlet}.
 */
@NullMarked
package io.hone.gateway.forward;

import org.jspecify.annotations.NullMarked;
