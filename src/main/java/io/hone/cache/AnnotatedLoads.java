package io.hone.cache;

import io.hone.cache.HotKeys.HotKey;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Makes the values of keys that an annotated method has, by calling it; entries that are outside the heap are fetched by
 * their keys. Thread-safe.
 */
@Singleton
class AnnotatedLoads implements Warming.Loads {

    private final CacheExtension extension;
    private final BeanManager beans;

    @Inject
    AnnotatedLoads(CacheExtension extension, BeanManager beans) {
        this.extension = extension;
        this.beans = beans;
    }

    @Override
    public boolean load(TieredCache<?> cache, HotKey key) throws Exception {
        Method method = extension.resultOf(cache.definition().name(), key.parts());
        if (method == null) {
            return cache.getIfPresent(key.key(), key.tags()) != null;
        }
        try {
            method.setAccessible(true);
            method.invoke(reference(method.getDeclaringClass()), key.parts().toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        return true;
    }

    private Object reference(Class<?> type) {
        Bean<?> bean = beans.resolve(beans.getBeans(type));
        CreationalContext<?> context = beans.createCreationalContext(bean);
        return beans.getReference(bean, type, context);
    }
}
