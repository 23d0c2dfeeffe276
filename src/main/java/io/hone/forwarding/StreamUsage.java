package io.hone.forwarding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.hone.gateway.ProviderKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a stream of OpenAI's interface took is said only where {@code stream_options.include_usage} asks for it. Hone asks,
 * so that it need not estimate, and keeps the event that answers from clients that did not.
 */
final class StreamUsage {

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] ASK = "\"include_usage\":true".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ASK_ALL =
            "\"stream_options\":{\"include_usage\":true},".getBytes(StandardCharsets.UTF_8);

    /** Where the option is known. */
    private static final List<String> PATHS = List.of("/chat/completions", "/completions");

    private StreamUsage() {}

    /** The body with the question in it; null where it is none of a stream, or the client has said what it wants. */
    static byte @Nullable [] asked(Call call, ProviderKind kind) {
        if (kind != ProviderKind.OPENAI
                || PATHS.stream().noneMatch(call.target().path()::endsWith)) {
            return null;
        }
        boolean stream = false;
        int options = -1;
        boolean empty = true;
        int begin = -1;
        try (JsonParser parser = JSON.createParser(call.body())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            begin = (int) parser.currentLocation().getByteOffset();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("stream")) {
                    stream = value == JsonToken.VALUE_TRUE;
                } else if (name.equals("stream_options")) {
                    if (value != JsonToken.START_OBJECT) {
                        return null;
                    }
                    options = (int) parser.currentLocation().getByteOffset();
                    while (parser.nextToken() == JsonToken.FIELD_NAME) {
                        empty = false;
                        if (parser.currentName().equals("include_usage")) {
                            return null;
                        }
                        parser.nextToken();
                        parser.skipChildren();
                    }
                    continue;
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // It is sent as it is; the provider says what is wrong with it.
            return null;
        }
        if (!stream) {
            return null;
        }
        return options < 0 ? inserted(call.body(), begin, ASK_ALL, false) : inserted(call.body(), options, ASK, !empty);
    }

    private static byte[] inserted(byte[] body, int at, byte[] text, boolean comma) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + text.length + 1);
        out.write(body, 0, at);
        out.writeBytes(text);
        if (comma) {
            out.write(',');
        }
        out.write(body, at, body.length - at);
        return out.toByteArray();
    }

    /** Passes a stream on without the event that says what it took. Each part is used by one thread at a time. */
    static final class Removed implements Sink {

        private static final Pattern NO_CHOICES = Pattern.compile("\"choices\"\\s*:\\s*\\[\\s*]");
        private static final Pattern USAGE = Pattern.compile("\"usage\"\\s*:\\s*\\{");

        /** No event is longer that could be the one. */
        private static final int MOST_HELD = 64 * 1_024;

        private final Sink sink;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private boolean stream;

        Removed(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void begin(int status, List<String> fields, long length, boolean keepable) {
            for (int i = 0; i < fields.size(); i += 2) {
                stream |= fields.get(i).equalsIgnoreCase("Content-Type")
                        && fields.get(i + 1).regionMatches(true, 0, Delivery.EVENTS, 0, Delivery.EVENTS.length());
            }
            sink.begin(status, fields, stream ? -1 : length, keepable);
        }

        @Override
        public void add(byte[] bytes, boolean flush, Runnable more) {
            if (!stream) {
                sink.add(bytes, flush, more);
                return;
            }
            held.writeBytes(bytes);
            byte[] all = held.toByteArray();
            int whole = endOfEvents(all);
            if (whole == 0 && all.length > MOST_HELD) {
                // Whatever it is, it is not that event.
                whole = all.length;
                stream = false;
            }
            held.reset();
            held.write(all, whole, all.length - whole);
            byte[] passed = withoutUsage(all, whole);
            if (passed.length == 0) {
                more.run();
            } else {
                sink.add(passed, flush, more);
            }
        }

        /** Behind the last blank line, which ends an event; 0 without one. */
        private static int endOfEvents(byte[] bytes) {
            for (int i = bytes.length - 1; i > 0; i--) {
                if (bytes[i] == '\n'
                        && (bytes[i - 1] == '\n' || (i > 1 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n'))) {
                    return i + 1;
                }
            }
            return 0;
        }

        private static byte[] withoutUsage(byte[] bytes, int end) {
            ByteArrayOutputStream kept = new ByteArrayOutputStream(end);
            int from = 0;
            for (int i = 1; i < end; i++) {
                boolean blank = bytes[i] == '\n'
                        && (bytes[i - 1] == '\n' || (i > 1 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n'));
                if (blank || i == end - 1) {
                    if (!isUsage(new String(bytes, from, i + 1 - from, StandardCharsets.UTF_8))) {
                        kept.write(bytes, from, i + 1 - from);
                    }
                    from = i + 1;
                }
            }
            return kept.toByteArray();
        }

        private static boolean isUsage(String event) {
            return NO_CHOICES.matcher(event).find() && USAGE.matcher(event).find();
        }

        @Override
        public void end(long costNanoUsd) {
            if (held.size() > 0) {
                sink.add(held.toByteArray(), true, () -> {});
                held.reset();
            }
            sink.end(costNanoUsd);
        }

        @Override
        public void fail(Throwable failure) {
            sink.fail(failure);
        }

        @Override
        public void onGone(Runnable work) {
            sink.onGone(work);
        }
    }
}
