package io.hone.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The log of {@code io.hone} and of the libraries in the WAR: one line a record, plain or JSON by
 * {@code hone.log.format}. Lines are queued and written by one thread; when it cannot keep up, events under WARNING are
 * dropped and counted, the rest waits. Thread-safe.
 */
@Singleton
public class Logs {

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final int QUEUED_LINES = 16_384;
    /** Longest time a line waits for the ones after it. */
    private static final long PAUSE_MS = 20;

    /** No line is like this: lines have no control characters. */
    private static final String STOP = "\u0004";

    /** Loggers whose records are ours to write; everything else is the server's. */
    private static final String[] LOGGERS = {"io.hone", "com.zaxxer.hikari", "org.flywaydb", "org.jdbi"};

    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUED_LINES);
    private final AtomicLong dropped = new AtomicLong();
    private final JsonFactory json = new JsonFactory();
    private final Settings settings;
    private final OutputStream out;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean broken;
    private volatile Second second = new Second(Long.MIN_VALUE, "");

    /** A second as lines begin with it: formatted once, since a busy server writes thousands of lines in it. */
    private record Second(long epochSecond, String text) {}

    @Inject
    public Logs(Settings settings) {
        this(settings, System.out);
        Handler handler = handler();
        for (String name : LOGGERS) {
            Logger logger = Logger.getLogger(name);
            logger.setUseParentHandlers(false);
            for (Handler old : logger.getHandlers()) {
                logger.removeHandler(old);
            }
            logger.addHandler(handler);
            logger.setLevel(name.equals("io.hone") ? Level.INFO : Level.WARNING);
        }
    }

    Logs(Settings settings, OutputStream out) {
        this.settings = settings;
        this.out = out;
        thread = new Thread(this::writeLines, "hone-log");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Writes a structured event.
     *
     * @param event its name, such as {@code request_complete}
     * @param fields members in their order; values of null are left out
     */
    public void event(Level level, String event, Map<String, ? extends @Nullable Object> fields) {
        boolean asJson = settings.get(SettingsCatalogue.LOG_FORMAT).equals("json");
        enqueue(level, asJson ? jsonLine(level, "event", event, fields, null) : plainLine(level, event, fields, null));
    }

    /** Lines that were dropped because they came faster than they could be written. */
    public long dropped() {
        return dropped.get();
    }

    /** Writes what is queued, then stops. */
    @PreDestroy
    void close() {
        try {
            queue.put(STOP);
            closing.countDown();
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What turns records of loggers into lines. */
    Handler handler() {
        return new Lines();
    }

    private void enqueue(Level level, String line) {
        if (broken) {
            dropped.incrementAndGet();
            return;
        }
        if (level.intValue() < Level.WARNING.intValue()) {
            if (!queue.offer(line)) {
                dropped.incrementAndGet();
            }
            return;
        }
        try {
            queue.put(line);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeLines() {
        try {
            StringBuilder batch = new StringBuilder();
            while (true) {
                String line = queue.take();
                while (line != null && !line.equals(STOP)) {
                    batch.append(line).append('\n');
                    line = batch.length() < 65_536 ? queue.poll() : null;
                }
                out.write(batch.toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
                batch.setLength(0);
                if (STOP.equals(line)) {
                    return;
                }
                // A thread that waits for each line is woken for each line, which costs a request more than its lines
                // do.
                closing.await(PAUSE_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Nobody reads our output any more; there is nowhere left to say so.
            broken = true;
            dropped.addAndGet(queue.size());
            queue.clear();
        }
    }

    private String plainLine(
            Level level, String message, Map<String, ? extends @Nullable Object> fields, @Nullable Throwable thrown) {
        StringBuilder line = new StringBuilder(256)
                .append(now())
                .append(' ')
                .append(level.getName())
                .append(' ')
                .append(oneLine(message));
        fields.forEach((name, value) -> {
            if (value != null) {
                line.append(' ').append(name).append('=').append(quoted(value.toString()));
            }
        });
        if (thrown != null) {
            // Indented: a message of several lines cannot begin one that looks like another event.
            stackTrace(thrown).lines().forEach(each -> line.append("\n    ").append(oneLine(each)));
        }
        return line.toString();
    }

    private String jsonLine(
            Level level,
            String messageField,
            String message,
            Map<String, ? extends @Nullable Object> fields,
            @Nullable Throwable thrown) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator line = json.createGenerator(text)) {
            line.writeStartObject();
            line.writeStringField("at", now());
            line.writeStringField("level", level.getName());
            line.writeStringField(messageField, message);
            for (Map.Entry<String, ? extends @Nullable Object> field : fields.entrySet()) {
                Object value = field.getValue();
                if (value instanceof Integer || value instanceof Long) {
                    line.writeNumberField(field.getKey(), ((Number) value).longValue());
                } else if (value instanceof Number number) {
                    line.writeNumberField(field.getKey(), number.doubleValue());
                } else if (value != null) {
                    line.writeStringField(field.getKey(), value.toString());
                }
            }
            if (thrown != null) {
                line.writeStringField("error", stackTrace(thrown));
            }
            line.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("A string writer failed", e);
        }
        return text.toString();
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString().stripTrailing();
    }

    /** UTC with milliseconds, as in RFC 3339. */
    private String now() {
        long millis = System.currentTimeMillis();
        long epochSecond = Math.floorDiv(millis, 1_000L);
        Second current = second;
        if (current.epochSecond() != epochSecond) {
            current = new Second(epochSecond, SECOND.format(Instant.ofEpochSecond(epochSecond)));
            second = current;
        }
        int fraction = Math.floorMod(millis, 1_000);
        return current.text() + (fraction < 10 ? "00" : fraction < 100 ? "0" : "") + fraction + 'Z';
    }

    /** What breaks lines becomes a space: a line of the log is one line, whatever a client sent. */
    private static String oneLine(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (breaksLines(text.charAt(i))) {
                StringBuilder line = new StringBuilder(text);
                for (; i < line.length(); i++) {
                    if (breaksLines(line.charAt(i))) {
                        line.setCharAt(i, ' ');
                    }
                }
                return line.toString();
            }
        }
        return text;
    }

    /** Control characters, also those past ASCII, and Unicode's separators of lines and paragraphs. */
    private static boolean breaksLines(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }

    private static String quoted(String value) {
        String line = oneLine(value);
        boolean plain = !line.isEmpty();
        for (int i = 0; i < line.length() && plain; i++) {
            char c = line.charAt(i);
            plain = c != ' ' && c != '"' && c != '=';
        }
        return plain ? line : '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private final class Lines extends Handler {

        @Override
        public void publish(LogRecord entry) {
            if (!isLoggable(entry)) {
                return;
            }
            String message = new java.util.logging.SimpleFormatter().formatMessage(entry);
            boolean asJson = settings.get(SettingsCatalogue.LOG_FORMAT).equals("json");
            Map<String, String> fields =
                    entry.getLoggerName() == null || !asJson ? Map.of() : Map.of("logger", entry.getLoggerName());
            enqueue(
                    entry.getLevel(),
                    asJson
                            ? jsonLine(entry.getLevel(), "message", message, fields, entry.getThrown())
                            : plainLine(entry.getLevel(), message, fields, entry.getThrown()));
        }

        @Override
        public void flush() {
            // The writing thread flushes after every batch.
        }

        @Override
        public void close() {
            // Closed with the bean that owns the thread.
        }
    }
}
