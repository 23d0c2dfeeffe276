package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers of models are read. */
class ExplanationsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"m-1\",\"choices\":[{\"message\":{\"content\":\" Why. \"}}]} | Why. | m-1",
                "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Wh\"},{\"text\":\"y.\"}]}}]} | Why. | asked",
                "{\"model\":\"claude\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm\"},{\"type\":\"text\",\"text\":\"Why.\"}]} | Why. | claude",
                "{\"model\":7,\"choices\":[{\"message\":{\"content\":\"Why.\"}}]} | Why. | 7",
                "{\"model\":\"a\\nb\",\"choices\":[{\"message\":{\"content\":\"Why.\"}}]} | Why. | asked",
                "{\"model\":\"a\\u202eb\",\"choices\":[{\"message\":{\"content\":\"Wh\\u202ey\\u0007.\\u001b\"}}]} | Why. | asked",
                "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"Wh\"}}]} | Wh … | asked",
                "{\"stop_reason\":\"max_tokens\",\"content\":[{\"text\":\"Wh\"}]} | Wh … | asked"
            })
    void explained_readsBothForms(String body, String text, String model) {
        assertThat(Explanations.explained(whole(200, body), "asked"))
                .isEqualTo(new Explained(text, "there", model, 12));
    }

    @Test
    void explained_longText_isCutAndLinesStay() {
        String words = "a\\tb\\r\\nc" + "x".repeat(20_000);
        String body = "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"" + words + "\"}}]}";

        String text = Explanations.explained(whole(200, body), "asked").text();

        assertThat(text).hasSize(7_999).startsWith("a b\ncxx").endsWith("x …");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "{}",
                "[]",
                "null",
                "{\"choices\":[]}",
                "{\"choices\":[{\"message\":{\"content\":null}}]}",
                "{\"choices\":[{\"message\":{\"content\":\" \\n\"}}]}",
                "{\"content\":[{\"text\":\"\\u202e\"}]}"
            })
    void explained_nothingToRead_isAProblem(String body) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> Explanations.explained(whole(200, body), "asked"))
                .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.PROVIDER_UNUSABLE));
    }

    @Test
    void explained_refusal_isToldWithoutItsWords() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> Explanations.explained(whole(401, "Incorrect API key: sk-zebra"), "asked"))
                .withMessage("The provider there answered the question with the status 401");
    }

    @Test
    void collecting_takesTheWholeAnswer_andWhoGaveIt() {
        Collecting collecting = new Collecting("here", 10);
        AtomicInteger demanded = new AtomicInteger();

        collecting.begin(200, List.of("Content-Type", "x", "X-Hone-Provider", "there"), -1, true);
        collecting.add("abc".getBytes(StandardCharsets.UTF_8), false, demanded::incrementAndGet);
        collecting.add("def".getBytes(StandardCharsets.UTF_8), false, demanded::incrementAndGet);
        assertThat(collecting.whole()).isNotDone();
        collecting.end(12);

        Collecting.Whole whole = collecting.whole().join();
        assertThat(new String(whole.body(), StandardCharsets.UTF_8)).isEqualTo("abcdef");
        assertThat(whole.provider()).isEqualTo("there");
        assertThat(whole.costNanoUsd()).isEqualTo(12);
        assertThat(demanded).hasValue(2);
    }

    @Test
    void collecting_answerWithoutEnd_isGivenUp() {
        Collecting collecting = new Collecting("here", 4);
        AtomicInteger left = new AtomicInteger();
        AtomicInteger demanded = new AtomicInteger();
        collecting.onGone(left::incrementAndGet);

        collecting.begin(200, List.of(), -1, true);
        collecting.add(new byte[4], false, demanded::incrementAndGet);
        collecting.add(new byte[1], false, demanded::incrementAndGet);

        assertThat(left).hasValue(1);
        assertThat(demanded).hasValue(1);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> collecting.whole().join())
                .withMessageContaining("over 4 bytes");
    }

    private static Collecting.Whole whole(int status, String body) {
        return new Collecting.Whole(status, body.getBytes(StandardCharsets.UTF_8), "there", 12);
    }
}
