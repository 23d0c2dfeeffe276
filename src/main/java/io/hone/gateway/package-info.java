/**
 * The AI gateway: which providers there are, what their calls cost, and budgets that hold.
 *
 * <p>Front doors: {@link io.hone.gateway.Providers} to look one up and to price a call, {@link io.hone.gateway.Budgets} to
 * reserve money before a call and to settle it after, {@link io.hone.gateway.Calls} for what calls cost, and
 * {@link io.hone.gateway.AddressRule} for what may be connected to.
 */
@NullMarked
package io.hone.gateway;

import org.jspecify.annotations.NullMarked;
