package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
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
        assertThat(plain.inputTokens()).isEqualTo(12);
        assertThat(plain.outputTokens()).isEqualTo(34);

        UsageReader stream = read(STREAM, true, piece);
        assertThat(stream.model()).isEqualTo("gpt-4o");
        assertThat(stream.inputTokens()).isEqualTo(7);
        assertThat(stream.outputTokens()).isEqualTo(2);
        assertThat(stream.parts()).isEqualTo(2);

        UsageReader anthropic = read(ANTHROPIC, true, piece);
        assertThat(anthropic.model()).isEqualTo("claude-x");
        assertThat(anthropic.inputTokens()).isEqualTo(25);
        assertThat(anthropic.outputTokens()).isEqualTo(15);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "no JSON", "[1, 2]", "{\"usage\": 3}", "{\"usage\": {\"prompt_tokens\": \"x\"}}", "{", "\0"})
    void answerThatSaysNothing_isNoError(String answer) {
        assertThat(read(answer, false, 3).inputTokens()).isEqualTo(-1);
        assertThat(read("data: " + answer + "\n\n", true, 3).outputTokens()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "99999999999999999999999", "1e400"})
    void absurdNumbers_areNotTaken(String tokens) {
        String usage = "{\"usage\": {\"prompt_tokens\": %s}}".formatted(tokens);
        assertThat(read(usage, false, 5).inputTokens()).isEqualTo(-1);
        assertThat(read("data: " + usage + "\n\n", true, 5).inputTokens()).isEqualTo(-1);
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
