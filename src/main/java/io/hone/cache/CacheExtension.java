package io.hone.cache;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import org.jspecify.annotations.Nullable;

/**
 * Leads the standard JCache annotations to the caches of the catalogue: the server's own interceptors know the data grid
 * only, which costs a hundred times as much, and neither coalesce nor notice a change during a load.
 */
public class CacheExtension implements Extension {

    private final List<Method> results = new ArrayList<>();

    /** The method whose result is kept under such a key; null if there is none. */
    @Nullable
    Method resultOf(String cache, List<@Nullable Object> parts) {
        return results.stream()
                .filter(method -> {
                    CacheOperation operation = CacheOperation.of(method);
                    return operation.cache().equals(cache) && operation.fits(parts, method);
                })
                .findFirst()
                .orElse(null);
    }

    /**
     * Replaces the annotations of a class.
     *
     * @throws DefinitionException for a cache that is not in the catalogue, or a use that is not supported
     */
    <T> void replace(
            @Observes
                    @WithAnnotations({
                        CacheResult.class,
                        CachePut.class,
                        CacheRemove.class,
                        CacheRemoveAll.class,
                        Coalesced.class
                    })
                    ProcessAnnotatedType<T> type) {
        type.configureAnnotatedType().filterMethods(CacheExtension::isCached).forEach(method -> {
            try {
                Method member = method.getAnnotated().getJavaMember();
                if (CacheOperation.of(member).kind() == CacheOperation.Kind.RESULT) {
                    results.add(member);
                }
            } catch (IllegalArgumentException e) {
                throw new DefinitionException(e.getMessage(), e);
            }
            method.remove(annotation -> CacheOperation.ANNOTATIONS.contains(annotation.annotationType()))
                    .add(Intercepted.Literal.INSTANCE);
        });
    }

    private static boolean isCached(AnnotatedMethod<?> method) {
        return CacheOperation.ANNOTATIONS.stream().anyMatch(method::isAnnotationPresent);
    }
}
