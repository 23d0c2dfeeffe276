/**
 * Who may do what: accounts, keys, sign-ins, tokens, and limits of how often. {@link io.hone.auth.Access} tells whom a
 * credential belongs to; Jakarta Security hands that to the container, and two filters ask it before anything runs.
 */
@NullMarked
package io.hone.auth;

import org.jspecify.annotations.NullMarked;
