package io.hone.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table of figures: text to the left, numbers to the right, three significant digits; null is an empty cell. */
final class Table {

    private final String title;
    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    Table(String title, List<String> columns) {
        this.title = title;
        this.columns = columns;
    }

    /** Adds a row: a value a column. */
    Table row(Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException("%d values for %d columns".formatted(values.length, columns.size()));
        }
        rows.add(Collections.unmodifiableList(Arrays.asList(values.clone())));
        return this;
    }

    Map<String, Object> json() {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (List<Object> row : rows) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                object.put(columns.get(i).replace(' ', '_'), row.get(i));
            }
            objects.add(object);
        }
        Map<String, Object> table = new LinkedHashMap<>();
        table.put("title", title);
        table.put("rows", objects);
        return table;
    }

    void print(PrintStream out) {
        int[] widths = columns.stream().mapToInt(String::length).toArray();
        for (List<Object> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], text(row.get(i)).length());
            }
        }
        out.printf("%n%s%n", title);
        print(out, List.copyOf(columns), widths);
        rows.forEach(row -> print(out, row, widths));
        out.println();
    }

    private void print(PrintStream out, List<Object> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            boolean number = rows.stream().anyMatch(any -> any.get(column) instanceof Number);
            line.append("  ").append(("%" + (number ? "" : "-") + widths[i] + "s").formatted(text(row.get(i))));
        }
        out.println(line.toString().stripTrailing());
    }

    /** Three significant digits: more would be noise. */
    static String text(Object value) {
        if (!(value instanceof Double number)) {
            return value == null ? "" : value.toString();
        }
        double size = Math.abs(number);
        int digits = size == 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
