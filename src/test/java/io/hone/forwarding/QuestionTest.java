package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.http.ProblemException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model': 'tiny', 'max_tokens': 50}                          | tiny | 50",
                "{'max_completion_tokens': 7, 'model': 'tiny', 'n': 3}        | tiny | 21",
                "{'model': 'tiny', 'max_tokens': 5, 'max_output_tokens': 9}   | tiny | 9",
                "{'model': 'tiny', 'messages': [{'max_tokens': 5, 'n': 9}]}   | tiny | 1024",
                "{'model': 7, 'max_tokens': 'many', 'n': 0}                   | ''   | 1024",
                "{'max_tokens': 99999999999999999999, 'n': 99999999}          | ''   | 1024000",
                "{'max_tokens': 9000000000000000000, 'n': 99999999}           | ''   | 10000000000",
                "[1]                                                          | ''   | 0",
            })
    void bounds_areRead(String body, String model, long output) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        Question question = Question.of(bytes);
        assertThat(question.model()).isEqualTo(model);
        assertThat(question.outputTokens()).isEqualTo(output);
        assertThat(question.inputTokens()).isEqualTo((bytes.length + 2) / 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'temperature': 0}                     | false",
                "{'temperature': 0.00}                  | false",
                "{'temperature': -0.0e7}                | false",
                "{'temperature': 0e999999999999}        | false",
                "{'temperature': 1e-9}                  | true",
                "{'temperature': 0.01}                  | true",
                "{'temperature': 1}                     | true",
                "{'temperature': '0'}                   | true",
                "{'temperature': null}                  | true",
                "{'messages': [{'temperature': 0}]}     | true",
                "{}                                     | true",
                "[1]                                    | false",
            })
    void chance_isThere_unlessTheLikeliestTokenIsAskedFor(String body, boolean chance) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        assertThat(Question.of(bytes).chance()).isEqualTo(chance);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"model\": \"cheap\", \"model\": \"dear\"}", "{\"a\": }", "{\"a\": [1, }"})
    void bodyWhoseCostCannotBeTold_isRefused(String body) {
        assertThatThrownBy(() -> Question.of(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ProblemException.class);
    }
}
