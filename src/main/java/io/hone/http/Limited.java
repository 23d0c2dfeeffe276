package io.hone.http;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation or servlet that somebody may do only so often, under a limit of its own beside the general ones. */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Limited {

    /** The limit of what empties caches. */
    String CACHE_MANAGEMENT = "cache-management";

    /** The limit of calls to providers. */
    String GATEWAY = "gateway";

    /** Label of the limit. */
    String value();
}
