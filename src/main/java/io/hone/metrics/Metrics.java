package io.hone.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.util.Set;

/**
 * The meter registry of this server, with the JVM's and the process's meters bound. Thread-safe.
 *
 * <p>Meter names are words joined by dots, starting with {@code hone}; the exposition appends base units as OpenMetrics
 * asks. No tag may be unbounded: templates and names of code, never ids or raw paths.
 */
@Singleton
public final class Metrics {

    private static final Set<String> RENAMED = Set.of("system.cpu.count", "process.cpu.time");

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final PrometheusMeterRegistry registry;
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    @Inject
    public Metrics() {
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // Micrometer's names for these two break the rules of the exposition formats; they are registered anew below.
        registry.config().meterFilter(MeterFilter.deny(id -> RENAMED.contains(id.getName())));
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        Gauge.builder("system.cpus", Runtime.getRuntime(), Runtime::availableProcessors)
                .description("Processors that the Java runtime may use")
                .register(registry);
        FunctionCounter.builder("process.cpu", PROCESS, process -> process.getProcessCpuTime() / 1e9)
                .description("Processor time used by this process")
                .baseUnit("seconds")
                .register(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
    }

    /** Where meters are registered. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Forgets the meters of a name that have that tag: what they were about is gone. */
    public void forget(String name, String tag, String value) {
        registry.find(name).tag(tag, value).meters().forEach(registry::remove);
    }

    /** Everything measured, in the format of that media type (Prometheus text unless it asks for OpenMetrics). */
    public String scrape(String contentType) {
        return registry.scrape(contentType);
    }

    @PreDestroy
    void close() {
        garbageCollection.close();
        registry.close();
    }
}
