package io.hone.cache;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What {@link CacheExtension} puts in the place of the standard annotations. */
@InterceptorBinding
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@interface Intercepted {

    /** The annotation as a value. */
    final class Literal extends AnnotationLiteral<Intercepted> implements Intercepted {
        private static final long serialVersionUID = 1L;

        static final Literal INSTANCE = new Literal();
    }
}
