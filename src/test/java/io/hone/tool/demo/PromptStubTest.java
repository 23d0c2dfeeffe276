package io.hone.tool.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hone.tool.demo.Messages.Message;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptStubTest {

    private static final String PROMPT = "Labels: billing, returns\nAnswer with one word.\n";

    private static HttpResponse<String> send(PromptStub stub, String method, String path, String body)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(stub.address() + path))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void answer_labelOfTheNearestExample() {
        String prompt = PROMPT + "\"I paid twice\" -> billing\n\"it came broken\" -> returns\n";
        assertThat(PromptStub.answer(prompt, "The cup came BROKEN!")).isEqualTo("returns");
        assertThat(PromptStub.answer(prompt, "paid, twice")).isEqualTo("billing");
    }

    @Test
    void answer_nothingNear_isTheFirstLabelOrNone() {
        assertThat(PromptStub.answer(PROMPT, "hello")).isEqualTo("billing");
        assertThat(PromptStub.answer("Answer with one word.", "hello")).isEqualTo("unknown");
    }

    @Test
    void answer_withoutTheRequest_isASentence() {
        assertThat(PromptStub.answer("Labels: billing", "hello"))
                .contains("billing")
                .contains(" ");
    }

    @Test
    void complete_answersAsAProviderDoes() throws Exception {
        try (PromptStub stub = new PromptStub()) {
            HttpResponse<String> answer = send(
                    stub,
                    "POST",
                    "/chat/completions",
                    "{\"messages\": [{\"role\": \"system\", \"content\": \"Labels: a\\nAnswer with one word.\"},"
                            + " {\"role\": \"user\", \"content\": \"hello\"}]}");
            JsonNode body = new ObjectMapper().readTree(answer.body());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("a");
            assertThat(body.at("/model").asText()).isEqualTo(PromptStub.MODEL);
            // 31 and 5 characters, 4 to a token.
            assertThat(body.at("/usage/prompt_tokens").asInt()).isEqualTo(10);
            assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(1);
            assertThat(send(stub, "GET", "/models", "").body()).contains(PromptStub.MODEL);
        }
    }

    @Test
    void complete_whatIsNoQuestion_isRefused() throws Exception {
        try (PromptStub stub = new PromptStub()) {
            assertThat(send(stub, "POST", "/chat/completions", "{").statusCode())
                    .isEqualTo(400);
            assertThat(send(stub, "POST", "/chat/completions", "{\"messages\": []}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(send(stub, "GET", "/files", "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void messages_heldOutOnesAreNoExamples() {
        List<String> examples = Messages.examples(1).stream().map(Message::text).toList();
        assertThat(Messages.HELD_OUT).extracting(Message::text).doesNotContainAnyElementsOf(examples);
        assertThat(Messages.HELD_OUT).extracting(Message::label).containsOnlyElementsOf(Messages.LABELS);
        assertThat(Messages.examples(1)).isEqualTo(Messages.examples(1)).isNotEqualTo(Messages.examples(2));
    }
}
