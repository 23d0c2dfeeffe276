package io.hone.cache;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import org.jspecify.annotations.Nullable;

/**
 * What a method's cache annotation asks for.
 *
 * @param cache name from the catalogue; empty for {@link Kind#COALESCE}
 * @param early whether a value is written or removed before the method runs, or, for {@link Kind#RESULT}, whether the
 *     cache is not asked
 * @param keys positions of the parameters that make the key
 * @param value position of the parameter that is stored; -1 for none
 */
record CacheOperation(Kind kind, String cache, boolean early, List<Integer> keys, int value) {

    static final Set<Class<? extends Annotation>> ANNOTATIONS =
            Set.of(CacheResult.class, CachePut.class, CacheRemove.class, CacheRemoveAll.class, Coalesced.class);

    enum Kind {
        RESULT,
        PUT,
        REMOVE,
        REMOVE_ALL,
        COALESCE
    }

    /**
     * Reads a method's annotations.
     *
     * @throws IllegalArgumentException for a cache that is not in the catalogue, or what is not supported: exceptions
     *     that are cached or told apart, key generators and resolvers
     */
    static CacheOperation of(Method method) {
        List<Annotation> present = Arrays.stream(method.getAnnotations())
                .filter(annotation -> ANNOTATIONS.contains(annotation.annotationType())
                        && annotation.annotationType() != Coalesced.class)
                .toList();
        List<Integer> keys = keys(method);
        if (present.isEmpty()) {
            return new CacheOperation(Kind.COALESCE, "", false, keys, -1);
        }
        require(present.size() == 1, method, "has more than one cache annotation");
        Annotation annotation = present.get(0);
        if (annotation instanceof CacheResult result) {
            require(
                    result.exceptionCacheName().isEmpty()
                            && result.cachedExceptions().length == 0
                            && result.nonCachedExceptions().length == 0,
                    method,
                    "caches exceptions, which is not supported: failures are never kept");
            requirePlain(method, result.cacheKeyGenerator(), result.cacheResolverFactory());
            return new CacheOperation(Kind.RESULT, name(method, result.cacheName()), result.skipGet(), keys, -1);
        }
        if (annotation instanceof CachePut put) {
            requireAnyFailure(method, put.cacheFor(), put.noCacheFor());
            requirePlain(method, put.cacheKeyGenerator(), put.cacheResolverFactory());
            int value = value(method);
            require(value >= 0, method, "has no parameter with @CacheValue");
            return new CacheOperation(Kind.PUT, name(method, put.cacheName()), !put.afterInvocation(), keys, value);
        }
        if (annotation instanceof CacheRemove remove) {
            requireAnyFailure(method, remove.evictFor(), remove.noEvictFor());
            requirePlain(method, remove.cacheKeyGenerator(), remove.cacheResolverFactory());
            return new CacheOperation(
                    Kind.REMOVE, name(method, remove.cacheName()), !remove.afterInvocation(), keys, -1);
        }
        CacheRemoveAll all = (CacheRemoveAll) annotation;
        requireAnyFailure(method, all.evictFor(), all.noEvictFor());
        requirePlain(method, CacheKeyGenerator.class, all.cacheResolverFactory());
        return new CacheOperation(Kind.REMOVE_ALL, name(method, all.cacheName()), !all.afterInvocation(), keys, -1);
    }

    /** The key of a call with these arguments. */
    io.hone.cache.CacheKey key(@Nullable Object[] arguments) {
        @Nullable Object[] parts = new Object[keys.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = arguments[keys.get(i)];
        }
        return io.hone.cache.CacheKey.of(parts);
    }

    /** Whether a key of these parts says all that the method wants to know. */
    boolean fits(List<@Nullable Object> parts, Method method) {
        Class<?>[] types = method.getParameterTypes();
        return keys.size() == types.length
                && parts.size() == types.length
                && IntStream.range(0, types.length).allMatch(i -> MethodType.methodType(types[i])
                        .wrap()
                        .returnType()
                        .isInstance(parts.get(i)));
    }

    private static String name(Method method, String named) {
        CacheDefaults defaults = method.getDeclaringClass().getAnnotation(CacheDefaults.class);
        String name = named.isEmpty() && defaults != null ? defaults.cacheName() : named;
        require(
                CacheCatalogue.find(name).isPresent(),
                method,
                "names cache '%s', which is not in the catalogue".formatted(name));
        return name;
    }

    /** Those with {@code @CacheKey}; where there is none, all but the value. */
    private static List<Integer> keys(Method method) {
        Parameter[] parameters = method.getParameters();
        List<Integer> chosen = positions(parameters, CacheKey.class);
        if (!chosen.isEmpty()) {
            return chosen;
        }
        int value = value(method);
        return IntStream.range(0, parameters.length)
                .filter(i -> i != value)
                .boxed()
                .toList();
    }

    private static int value(Method method) {
        List<Integer> values = positions(method.getParameters(), CacheValue.class);
        return values.isEmpty() ? -1 : values.get(0);
    }

    private static List<Integer> positions(Parameter[] parameters, Class<? extends Annotation> annotation) {
        return IntStream.range(0, parameters.length)
                .filter(i -> parameters[i].isAnnotationPresent(annotation))
                .boxed()
                .toList();
    }

    private static void requirePlain(
            Method method,
            Class<? extends CacheKeyGenerator> generator,
            Class<? extends CacheResolverFactory> resolver) {
        require(
                generator == CacheKeyGenerator.class && resolver == CacheResolverFactory.class,
                method,
                "has a key generator or resolver of its own, which is not supported");
    }

    private static void requireAnyFailure(Method method, Class<?>[] some, Class<?>[] others) {
        require(
                some.length == 0 && others.length == 0,
                method,
                "tells exceptions apart, which is not supported: nothing changes where the method throws");
    }

    private static void require(boolean condition, Method method, String wrong) {
        if (!condition) {
            throw new IllegalArgumentException(
                    "%s.%s %s".formatted(method.getDeclaringClass().getName(), method.getName(), wrong));
        }
    }
}
