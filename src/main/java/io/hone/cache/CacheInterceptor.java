package io.hone.cache;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does what the standard JCache annotations ask for, over the caches of the catalogue. */
@Interceptor
@Intercepted
@Priority(Interceptor.Priority.LIBRARY_BEFORE)
class CacheInterceptor {

    /** A checked exception on its way through a load; whoever called the method gets what it threw. */
    private static final class Checked extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Checked(Exception cause) {
            super(cause);
        }
    }

    /** The result of a method that found nothing. */
    private enum Nothing {
        NOTHING
    }

    /** Shared by all beans: an interceptor is made for each. */
    private static final Map<Method, CacheOperation> OPERATIONS = new ConcurrentHashMap<>();

    /** Set while a method is called again to load ahead: it is to run, not to be answered from the cache. */
    private static final ThreadLocal<Boolean> LOADING = ThreadLocal.withInitial(() -> false);

    private final Caches caches;

    @Inject
    CacheInterceptor(Caches caches) {
        this.caches = caches;
    }

    @AroundInvoke
    @Nullable
    Object call(InvocationContext call) throws Exception {
        if (LOADING.get()) {
            LOADING.set(false);
            return call.proceed();
        }
        CacheOperation operation = OPERATIONS.computeIfAbsent(call.getMethod(), CacheOperation::of);
        try {
            return switch (operation.kind()) {
                case RESULT -> result(operation, call);
                case PUT -> put(operation, call);
                case REMOVE ->
                    around(operation, call, () -> caches.open(operation.cache())
                            .remove(operation.key(call.getParameters())));
                case REMOVE_ALL ->
                    around(operation, call, () -> caches.open(operation.cache()).outdate());
                case COALESCE -> coalesce(operation, call);
            };
        } catch (Checked e) {
            throw (Exception) e.getCause();
        }
    }

    private @Nullable Object result(CacheOperation operation, InvocationContext call) {
        TieredCache<Object> cache = caches.open(operation.cache());
        CacheKey key = operation.key(call.getParameters());
        Supplier<Object> load = load(call);
        Object value;
        if (operation.early()) {
            value = load.get();
            cache.put(key, List.of(), value);
        } else {
            value = cache.get(key, load);
        }
        return value == Nothing.NOTHING ? null : value;
    }

    private @Nullable Object put(CacheOperation operation, InvocationContext call) throws Exception {
        Object value = call.getParameters()[operation.value()];
        CacheKey key = operation.key(call.getParameters());
        return around(operation, call, () -> {
            if (value == null) {
                caches.open(operation.cache()).remove(key);
            } else {
                caches.open(operation.cache()).put(key, List.of(), value);
            }
        });
    }

    private static @Nullable Object around(CacheOperation operation, InvocationContext call, Runnable change)
            throws Exception {
        if (operation.early()) {
            change.run();
            return call.proceed();
        }
        Object result = call.proceed();
        change.run();
        return result;
    }

    private @Nullable Object coalesce(CacheOperation operation, InvocationContext call) {
        CacheKey key = CacheKey.of(call.getMethod(), operation.key(call.getParameters()));
        Object value = caches.coalesce(key, load(call));
        return value == Nothing.NOTHING ? null : value;
    }

    /** Runs the method: on this thread as part of the call, on another one by calling it again. */
    private static Supplier<Object> load(InvocationContext call) {
        Thread caller = Thread.currentThread();
        Object target = call.getTarget();
        Method method = call.getMethod();
        @Nullable Object[] arguments = call.getParameters();
        return () -> {
            try {
                Object value = Thread.currentThread() == caller ? call.proceed() : again(target, method, arguments);
                return value == null ? Nothing.NOTHING : value;
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new Checked(e);
            }
        };
    }

    private static @Nullable Object again(Object target, Method method, @Nullable Object[] arguments) throws Exception {
        method.setAccessible(true);
        LOADING.set(true);
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            LOADING.set(false);
        }
    }
}
