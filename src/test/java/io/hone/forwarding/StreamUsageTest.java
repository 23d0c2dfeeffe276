package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.gateway.ProviderKind;
import io.hone.gateway.Spender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamUsageTest {

    private static final String TOLD =
            "data: {\"id\":\"1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'stream': true, 'n': 1.50}              | {'stream_options':{'include_usage':true},'stream': true, 'n': 1.50}",
                "{'ü': 'ä', 'stream':true}                | {'stream_options':{'include_usage':true},'ü': 'ä', 'stream':true}",
                "{'stream_options': {}, 'stream': true}   | {'stream_options': {'include_usage':true}, 'stream': true}",
                "{'stream_options': {'x': {'include_usage': 1}}, 'stream': true}"
                        + "| {'stream_options': {'include_usage':true,'x': {'include_usage': 1}}, 'stream': true}",
            })
    void asked_onlyThatIsAdded(String body, String expected) {
        byte[] asked = StreamUsage.asked(call("/chat/completions", body), ProviderKind.OPENAI);
        assertThat(new String(asked, StandardCharsets.UTF_8)).isEqualTo(expected.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'stream': false}",
                "{'stream': 'true'}",
                "{'stream': true, 'stream_options': {'include_usage': false}}",
                "{'stream': true, 'stream_options': {'include_usage': true}}",
                "{'stream': true, 'stream_options': null}",
                "{'a': {'stream': true}}",
                "[true]",
                "no JSON",
                ""
            })
    void whoSaidWhatItWants_isLeftAlone(String body) {
        assertThat(StreamUsage.asked(call("/completions", body), ProviderKind.OPENAI))
                .isNull();
    }

    @Test
    void otherInterfaces_areNotAsked() {
        String body = "{'stream': true}";
        assertThat(StreamUsage.asked(call("/v1/messages", body), ProviderKind.ANTHROPIC))
                .isNull();
        assertThat(StreamUsage.asked(call("/chat/completions", body), ProviderKind.GENERIC))
                .isNull();
        assertThat(StreamUsage.asked(call("/responses", body), ProviderKind.OPENAI))
                .isNull();
    }

    /** However the bytes are cut, all but that event arrives, byte by byte. */
    @Test
    void stream_losesTheEvent_andNothingElse() {
        String before =
                ": ping\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"ä \\\"choices\\\":[] \\\"usage\\\":{\"}}],"
                        + "\"usage\":null}\r\n\r\n";
        String after = "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\ndata: [DONE]\n\nrest";
        byte[] bytes = (before + TOLD + after).getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            Collected collected = new Collected();
            StreamUsage.Removed removed = new StreamUsage.Removed(collected);
            removed.begin(200, List.of("content-type", "text/event-stream; charset=utf-8"), bytes.length, true);
            AtomicInteger more = new AtomicInteger();
            for (int from = 0; from < bytes.length; from += size) {
                byte[] part = java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
                removed.add(part, true, more::incrementAndGet);
            }
            removed.end(5);
            assertThat(collected.text()).as("parts of %d", size).isEqualTo(before + after);
            assertThat(more).as("each part asks for the next").hasValue((bytes.length + size - 1) / size);
            assertThat(collected.length)
                    .as("that of the provider holds no more")
                    .isEqualTo(-1);
            assertThat(collected.cost).isEqualTo(5);
        }
    }

    @Test
    void whatIsNoStream_andEventsWithoutEnd_passAsTheyAre() {
        Collected plain = new Collected();
        StreamUsage.Removed removed = new StreamUsage.Removed(plain);
        removed.begin(400, List.of("Content-Type", "application/json"), 7, false);
        removed.add(TOLD.getBytes(StandardCharsets.UTF_8), false, () -> {});
        assertThat(plain.text()).isEqualTo(TOLD);
        assertThat(plain.length).isEqualTo(7);

        Collected endless = new Collected();
        removed = new StreamUsage.Removed(endless);
        removed.begin(200, List.of("Content-Type", "text/event-stream"), -1, true);
        byte[] part = new byte[10_000];
        for (int i = 0; i < 20; i++) {
            removed.add(part, true, () -> {});
        }
        assertThat(endless.body.size()).as("held no longer").isEqualTo(200_000);
    }

    private static Call call(String path, String body) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return new Call(
                "POST",
                new Target("p", path, null),
                List.of(),
                "application/json",
                bytes,
                true,
                "r",
                "t",
                new Spender("ada", null, null, "p"),
                Question.NONE,
                null);
    }

    private static final class Collected implements Sink {

        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private long length;
        private long cost;

        @Override
        public void begin(int status, List<String> fields, long bytes, boolean keepable) {
            length = bytes;
        }

        @Override
        public void add(byte[] bytes, boolean flush, Runnable more) {
            body.writeBytes(bytes);
            more.run();
        }

        @Override
        public void end(long costNanoUsd) {
            cost = costNanoUsd;
        }

        @Override
        public void fail(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onGone(Runnable work) {
            throw new AssertionError("Nobody went away");
        }

        String text() {
            return body.toString(StandardCharsets.UTF_8);
        }
    }
}
