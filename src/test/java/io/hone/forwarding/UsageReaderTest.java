package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.hone.gateway.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageReaderTest {

    private static final String PLAIN = """
            {"id": "a", "model": "gpt-4o-2024-08-06", "choices": [{"message": {"content": "usage \\"usage\\": {", "usage":
            {"prompt_tokens": 99}}}], "usage": {"prompt_tokens": 12, "completion_tokens": 34, "total_tokens": 46,
            "prompt_tokens_details": {"cached_tokens": 5}}}""";

    private static final String STREAM = """
            data: {"model":"gpt-4o","choices":[{"delta":{"content":"ä"}}]}

            : a comment
            data: {"model":"gpt-4o","choices":[{"delta":{"content":"b"}}]}

            data: {"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}

            data: [DONE]

            """;

    private static final String ANTHROPIC = """
            event: message_start
            data: {"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":25,"output_tokens":1}}}

            event: content_block_delta
            data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"Hello"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}}

            """;

    /** However the network cuts an answer, it says the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 100_000})
    void usage_isRead_howeverTheAnswerIsCut(int piece) {
        UsageReader plain = read(PLAIN, false, piece);
        assertThat(plain.model()).isEqualTo("gpt-4o-2024-08-06");
        assertThat(plain.tokens(1, 1)).isEqualTo(new Tokens(12, 5, 0, 34));

        UsageReader stream = read(STREAM, true, piece);
        assertThat(stream.model()).isEqualTo("gpt-4o");
        assertThat(stream.tokens(1, 1)).isEqualTo(Tokens.of(7, 2));
        assertThat(stream.parts()).isEqualTo(2);

        UsageReader anthropic = read(ANTHROPIC, true, piece);
        assertThat(anthropic.model()).isEqualTo("claude-x");
        assertThat(anthropic.tokens(1, 1)).isEqualTo(Tokens.of(25, 15));
    }

    static Stream<Arguments> usage_ofAProvidersCache_isAPartOfTheInput() {
        return Stream.of(
                arguments(
                        "Anthropic",
                        "{\"input_tokens\": 20, \"cache_creation_input_tokens\": 300, \"cache_read_input_tokens\": 4000,"
                                + " \"cache_creation\": {\"ephemeral_5m_input_tokens\": 300}, \"output_tokens\": 7}",
                        new Tokens(4_320, 4_000, 300, 7)),
                arguments(
                        "Anthropic without a cache",
                        "{\"input_tokens\": 20, \"cache_creation_input_tokens\": null, \"cache_read_input_tokens\": 0,"
                                + " \"output_tokens\": 7}",
                        Tokens.of(20, 7)),
                arguments(
                        "chat completions",
                        "{\"prompt_tokens\": 2006, \"completion_tokens\": 300, \"total_tokens\": 2306,"
                                + " \"prompt_tokens_details\": {\"cached_tokens\": 1920, \"audio_tokens\": 0},"
                                + " \"completion_tokens_details\": {\"reasoning_tokens\": 5, \"cached_tokens\": 9999}}",
                        new Tokens(2_006, 1_920, 0, 300)),
                arguments(
                        "responses",
                        "{\"input_tokens\": 36, \"input_tokens_details\": {\"cached_tokens\": 12}, \"output_tokens\": 87,"
                                + " \"output_tokens_details\": {\"reasoning_tokens\": 0}}",
                        new Tokens(36, 12, 0, 87)),
                arguments(
                        "Anthropic by a go-between",
                        "{\"prompt_tokens\": 1000, \"completion_tokens\": 5, \"cache_read_input_tokens\": 600,"
                                + " \"cache_creation_input_tokens\": 300, \"prompt_tokens_details\": {\"cached_tokens\": 600}}",
                        new Tokens(1_000, 600, 300, 5)),
                arguments(
                        "more of a part than there is",
                        "{\"prompt_tokens\": 10, \"completion_tokens\": 5, \"prompt_tokens_details\": {\"cached_tokens\": 600},"
                                + " \"cache_creation_input_tokens\": 3}",
                        new Tokens(10, 10, 0, 5)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void usage_ofAProvidersCache_isAPartOfTheInput(String name, String usage, Tokens tokens) {
        assertThat(read("{\"model\": \"m\", \"usage\": " + usage + "}", false, 3)
                        .tokens(1, 1))
                .isEqualTo(tokens);
        String event = "{\"type\": \"message_start\", \"message\": {\"model\": \"m\", \"usage\": " + usage + "}}";
        assertThat(read("data: " + event + "\n\n", true, 7).tokens(1, 1)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "no JSON", "[1, 2]", "{\"usage\": 3}", "{\"usage\": {\"prompt_tokens\": \"x\"}}", "{", "\0"})
    void answerThatSaysNothing_isNoError(String answer) {
        assertThat(read(answer, false, 3).tokens(77, 88)).isEqualTo(Tokens.of(77, 88));
        assertThat(read("data: " + answer + "\n\n", true, 3).tokens(77, 88)).isEqualTo(Tokens.of(77, 88));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "99999999999999999999999", "1e400"})
    void absurdNumbers_areNotTaken(String tokens) {
        String usage = "{\"usage\": {\"prompt_tokens\": %s}}".formatted(tokens);
        assertThat(read(usage, false, 5).tokens(77, 88)).isEqualTo(Tokens.of(77, 88));
        assertThat(read("data: " + usage + "\n\n", true, 5).tokens(77, 88)).isEqualTo(Tokens.of(77, 88));
    }

    private static UsageReader read(String answer, boolean stream, int piece) {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        UsageReader reader = new UsageReader(stream);
        for (int from = 0; from < bytes.length; from += piece) {
            reader.read(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)));
        }
        return reader;
    }
}
