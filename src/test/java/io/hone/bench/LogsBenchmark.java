package io.hone.bench;

import io.hone.logging.Logs;
import io.hone.settings.Setting;
import io.hone.settings.SettingSource.Origin;
import io.hone.settings.SettingSource.RawValue;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The line of {@code request_complete}, with the fields that the request log gives it, made and queued on the request's
 * thread. The writing thread writes to nowhere; when it falls behind, lines are dropped, which costs the request the same.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LogsBenchmark {

    @Param({"plain", "json"})
    private String format;

    private Logs logs;

    @Setup
    public void setUp() {
        PrintStream before = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try {
            logs = new Logs(Settings.from(this::format));
        } finally {
            System.setOut(before);
        }
    }

    @Benchmark
    public void requestComplete() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("method", "GET");
        fields.put("path", "/api/v1/sessions/{id}");
        fields.put("query", null);
        fields.put("status", 200);
        fields.put("duration_ms", "0.412");
        fields.put("slow", null);
        fields.put("user", "local");
        fields.put("request_id", "0d3a5be8a4a14fd0b0e3cbcdb3e40e57");
        fields.put("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736");
        fields.put("cache", "hit");
        fields.put("error", null);
        logs.event(Level.INFO, "request_complete", fields);
    }

    private RawValue format(Setting<?> setting) {
        return setting.equals(SettingsCatalogue.LOG_FORMAT) ? new RawValue(format, Origin.FILE) : null;
    }
}
