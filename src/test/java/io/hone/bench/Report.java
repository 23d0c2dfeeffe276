package io.hone.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import io.hone.http.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a measurement found: tables and targets, printed for people and written as JSON for later comparison. */
final class Report {

    /**
     * A figure that has a target.
     *
     * @param target as people say it
     */
    record Target(String what, double value, String target, boolean met) {}

    /** The machine and how busy it was, without which no figure means anything. */
    record Machine(
            String name, String architecture, int processors, String java, double loadBefore, double loadAfter) {}

    private final String name;
    private final Instant startedAt = Instant.now();
    private final double loadBefore = load();
    private final List<Table> tables = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Report(String name) {
        this.name = name;
    }

    /** Begins a table. */
    Table table(String title, String... columns) {
        Table table = new Table(title, List.of(columns));
        tables.add(table);
        return table;
    }

    /** Compares a figure that should not be over a bound. */
    void atMost(double bound, String what, double value) {
        targets.add(new Target(what, value, "<= " + Table.text(bound), value <= bound));
    }

    /** Compares a figure that should not be under a bound. */
    void atLeast(double bound, String what, double value) {
        targets.add(new Target(what, value, ">= " + Table.text(bound), value >= bound));
    }

    /** Says what a reader of the figures has to know. */
    void note(String format, Object... values) {
        notes.add(format.formatted(values));
    }

    /** Prints everything, and writes it as {@code NAME.json} into that folder. */
    void finish(Path folder) throws IOException {
        Machine machine = new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString(),
                loadBefore,
                load());
        tables.forEach(table -> table.print(System.out));
        if (!targets.isEmpty()) {
            Table table = new Table("targets", List.of("what", "measured", "target", "met"));
            targets.forEach(
                    target -> table.row(target.what(), target.value(), target.target(), target.met() ? "yes" : "NO"));
            table.print(System.out);
        }
        notes.forEach(note -> System.out.println("  " + note));
        System.out.printf(
                "  %d processors, load %s before and %s after, Java %s%n",
                machine.processors(),
                Table.text(machine.loadBefore()),
                Table.text(machine.loadAfter()),
                machine.java());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("started_at", startedAt);
        json.put("machine", machine);
        json.put("tables", tables.stream().map(Table::json).toList());
        json.put("targets", targets);
        json.put("notes", notes);
        Files.createDirectories(folder);
        Path file = folder.resolve(name + ".json");
        Files.writeString(
                file,
                Json.MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json) + "\n");
        System.out.println("  " + file);
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
