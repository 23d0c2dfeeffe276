package io.hone.cache;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Calls of the method with equal arguments at the same time are one call: the others wait for its result, or for what it
 * throws. Nothing is kept. What {@code @CacheResult} caches is coalesced without it.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Coalesced {}
