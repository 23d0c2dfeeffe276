package io.hone.process;

import static io.hone.process.ServerProcess.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import io.hone.gateway.OpenAiStub;
import io.hone.gateway.StubProvider;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client with Hone's gateway as its base URL and a key of Hone's as its API key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiClientIT {

    private static final String SECRET = "sk-upstream-0123456789abcdef";
    private static final long PATIENCE_SECONDS = 60;

    private ServerProcess server;
    private StubProvider stub;
    private OpenAiStub openAi;
    private String key;
    private Path log;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        log = data.resolve("server").resolve("server.log");
        stub = new StubProvider();
        openAi = new OpenAiStub(SECRET).serve(stub, "/v1");
        server = ServerProcess.start(data);
        key = server.createKey("job", "reporter");
        provider("openai", "/v1", SECRET);
    }

    @AfterAll
    void stop() throws Exception {
        stub.close();
        server.close();
    }

    @Test
    void chatCompletion_isRead() throws Exception {
        ChatCompletion answer = client("openai")
                .chat()
                .completions()
                .create(chat("hello there").temperature(1).build());

        assertThat(text(answer)).isEqualTo("You said: hello there");
        assertThat(answer.model()).isEqualTo(OpenAiStub.MODEL);
        assertThat(answer.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        CompletionUsage usage = answer.usage().orElseThrow();
        assertThat(usage.promptTokens()).isEqualTo(2);
        assertThat(usage.completionTokens()).isEqualTo(4);
        assertThat(usage.totalTokens()).isEqualTo(6);
        assertThat(server.output()).doesNotContain(SECRET).doesNotContain(key);
    }

    @Test
    void stream_arrivesPartByPart() throws Exception {
        // The next part is sent only once the one before has been read here.
        Semaphore read = new Semaphore(1);
        openAi.pace(part -> acquire(read));
        List<String> parts = new ArrayList<>();
        try (StreamResponse<ChatCompletionChunk> answer = client("openai")
                .chat()
                .completions()
                .createStreaming(chat("one two").temperature(1).build())) {
            Iterator<ChatCompletionChunk> chunks = answer.stream().iterator();
            while (chunks.hasNext()) {
                chunks.next().choices().get(0).delta().content().ifPresent(parts::add);
                read.release();
            }
        } finally {
            openAi.pace(part -> {});
        }
        assertThat(parts).containsExactly("", "You", " said:", " one", " two");
    }

    @Test
    void toolCall_isReadPlainAndStreamed() {
        ChatCompletion plain = client("openai")
                .chat()
                .completions()
                .create(withTool("in \"Zürich\"").temperature(1).build());
        assertThat(plain.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertToolCall(plain, "in \"Zürich\"");

        ChatCompletion streamed =
                streamed("openai", withTool("in \"Zürich\"").temperature(1).build());
        assertThat(streamed.choices().get(0).finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertToolCall(streamed, "in \"Zürich\"");
    }

    @Test
    void calls_leaveNothingOfThemBehindOnTheirThreads() throws Exception {
        for (int i = 0; i < 10; i++) {
            streamed("openai", chat("call " + i).temperature(1).build());
        }
        // The container's own log, where Weld warns of contexts that it finds left over.
        assertThat(Files.readString(log)).isNotEmpty().doesNotContain("WELD-");
    }

    @Test
    void embeddings_areRead() {
        CreateEmbeddingResponse answer = client("openai")
                .embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(OpenAiStub.MODEL)
                        .inputOfArrayOfStrings(List.of("one", "two words"))
                        .build());
        assertThat(answer.data()).hasSize(2);
        assertThat(answer.data().get(0).embedding()).containsExactly(3f, 1f, 0.5f);
        assertThat(answer.data().get(1).embedding()).containsExactly(9f, 2f, 0.5f);
        assertThat(answer.usage().promptTokens()).isEqualTo(3);
    }

    @Test
    void models_areListed() {
        assertThat(client("openai").models().list().data())
                .extracting(Model::id)
                .containsExactly(OpenAiStub.MODEL);
    }

    @Test
    void errorsOfTheProvider_keepTheirShape() throws Exception {
        BadRequestException bad = catchThrowableOfType(BadRequestException.class, () -> client("openai")
                .chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model(OpenAiStub.MODEL)
                        .messages(List.of())
                        .build()));
        assertThat(bad.code()).contains("empty_array");
        assertThat(bad.type()).contains("invalid_request_error");
        assertThat(bad.param()).contains("messages");
        assertThat(bad).hasMessageContaining("Invalid 'messages'");

        NotFoundException unknown = catchThrowableOfType(NotFoundException.class, () -> client("openai")
                .chat()
                .completions()
                .create(chat("x").model("no-such-model").build()));
        assertThat(unknown.code()).contains("model_not_found");

        provider("outdated", "/v1", "sk-old");
        UnauthorizedException secret = catchThrowableOfType(
                UnauthorizedException.class, () -> client("outdated").models().list());
        assertThat(secret.code()).contains("invalid_api_key");
    }

    @Test
    void refusalsOfHone_areRead() {
        UnauthorizedException nobody =
                catchThrowableOfType(UnauthorizedException.class, () -> OpenAIOkHttpClient.builder()
                        .baseUrl(server.address() + "/gateway/openai")
                        .apiKey("hone_nobody")
                        .build()
                        .models()
                        .list());
        assertThat(nobody.code()).contains("unauthorized");

        int before = stub.asked().size();
        NotFoundException unknown = catchThrowableOfType(
                NotFoundException.class, () -> client("unknown").models().list());
        assertThat(unknown.code()).contains("not_found");
        assertThat(unknown).hasMessageContaining("There is no provider unknown");
        assertThat(stub.asked()).hasSize(before);
    }

    /** First by the gateway, twice by default, and then by the client, which is told how long to wait. */
    @Test
    void tooManyRequests_areTriedAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        stub.on("/busy/models", (exchange, asked) -> {
            int call = calls.incrementAndGet();
            if (call <= 3) {
                exchange.getResponseHeaders().set("Retry-After", call == 3 ? "1" : "0");
                OpenAiStub.refuse(exchange, 429, "Rate limit reached", "requests", null, "rate_limit_exceeded");
            } else {
                StubProvider.send(exchange, 200, "application/json", "{\"object\": \"list\", \"data\": []}");
            }
        });
        provider("busy", "/busy", SECRET);

        assertThat(client("busy").models().list().data()).isEmpty();

        assertThat(stub.asked().stream()
                        .filter(asked -> asked.uri().equals("/busy/models"))
                        .map(asked -> asked.fields().get("x-stainless-retry-count")))
                .containsExactly("0", "0", "0", "1");
    }

    @Test
    void exhaustedBudget_isNamed() throws Exception {
        openAi.serve(stub, "/poor");
        provider("poor", "/poor", SECRET);
        // At 2 USD a million for input and 10 for output, one token out is more than this.
        String budget = json(created(
                        "/api/v1/budgets",
                        Map.of(
                                "scope",
                                "provider",
                                "subject",
                                "poor",
                                "amount_usd",
                                "0.000001",
                                "window",
                                "total",
                                "action",
                                "block")))
                .get("id")
                .asText();

        UnexpectedStatusCodeException refused =
                catchThrowableOfType(UnexpectedStatusCodeException.class, () -> client("poor")
                        .chat()
                        .completions()
                        .create(chat("hello").temperature(0).build()));

        assertBudget(refused, budget);
        assertThatThrownBy(() -> streamed("poor", chat("hello").temperature(0).build()))
                .isInstanceOfSatisfying(
                        UnexpectedStatusCodeException.class, streamed -> assertBudget(streamed, budget));
        assertThat(asked("/poor/chat/completions")).isZero();
        assertThat(client("poor").models().list().data()).hasSize(1);
    }

    @Test
    void sameQuestion_isAnsweredFromTheCache() throws Exception {
        openAi.serve(stub, "/kept");
        provider("kept", "/kept", SECRET);
        String session = server.createSession("prompting");
        OpenAIClient client = client("kept").withOptions(options -> options.putHeader("X-Hone-Session", session));
        ChatCompletionCreateParams question = chat("the same").temperature(0).build();

        ChatCompletion first = client.chat().completions().create(question);
        ChatCompletion second = client.chat().completions().create(question);

        assertThat(second).isEqualTo(first);
        assertThat(text(second)).isEqualTo("You said: the same");
        assertThat(asked("/kept/chat/completions")).isEqualTo(1);
        Awaitility.await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).untilAsserted(() -> {
            JsonNode cost = json(server.get("/api/v1/sessions/" + session + "/cost"));
            assertThat(cost.get("calls").asInt()).isEqualTo(1);
            assertThat(cost.get("cache_hits").asInt()).isEqualTo(1);
            assertThat(cost.get("input_tokens").asInt()).isEqualTo(2);
            assertThat(cost.get("output_tokens").asInt()).isEqualTo(4);
            assertThat(cost.get("cost_usd").asText()).isEqualTo("0.000044");
            assertThat(cost.get("saved_usd").asText()).isEqualTo("0.000044");
        });
    }

    @Test
    void streamFromTheCache_hasToolCallsAndUsage() throws Exception {
        openAi.serve(stub, "/replayed");
        provider("replayed", "/replayed", SECRET);
        ChatCompletionCreateParams question =
                withTool("in Bern").temperature(0).streamOptions(withUsage()).build();

        ChatCompletion first = streamed("replayed", question);
        ChatCompletion second = streamed("replayed", question);

        assertThat(second).isEqualTo(first);
        assertToolCall(second, "in Bern");
        assertThat(second.usage().orElseThrow().promptTokens()).isEqualTo(2);
        assertThat(second.usage().orElseThrow().completionTokens()).isEqualTo(2);
        assertThat(asked("/replayed/chat/completions")).isEqualTo(1);
    }

    private OpenAIClient client(String provider) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(server.address() + "/gateway/" + provider)
                .apiKey(key)
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .build();
    }

    private static ChatCompletionCreateParams.Builder chat(String said) {
        return ChatCompletionCreateParams.builder().model(OpenAiStub.MODEL).addUserMessage(said);
    }

    private static ChatCompletionCreateParams.Builder withTool(String said) {
        return chat(said)
                .addTool(ChatCompletionFunctionTool.builder()
                        .function(FunctionDefinition.builder()
                                .name("look_up")
                                .parameters(FunctionParameters.builder()
                                        .putAdditionalProperty("type", JsonValue.from("object"))
                                        .putAdditionalProperty(
                                                "properties", JsonValue.from(Map.of("text", Map.of("type", "string"))))
                                        .build())
                                .build())
                        .build());
    }

    private static ChatCompletionStreamOptions withUsage() {
        return ChatCompletionStreamOptions.builder().includeUsage(true).build();
    }

    private ChatCompletion streamed(String provider, ChatCompletionCreateParams question) {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> answer =
                client(provider).chat().completions().createStreaming(question)) {
            answer.stream().forEach(whole::accumulate);
        }
        return whole.chatCompletion();
    }

    private static void assertToolCall(ChatCompletion answer, String said) {
        List<ChatCompletionMessageFunctionToolCall> calls =
                answer.choices().get(0).message().toolCalls().orElseThrow().stream()
                        .map(call -> call.asFunction())
                        .toList();
        assertThat(calls).hasSize(1);
        assertThat(calls.get(0).id()).isEqualTo("call_1");
        assertThat(calls.get(0).function().name()).isEqualTo("look_up");
        assertThat(calls.get(0).function().arguments())
                .isEqualTo("{\"text\": \"%s\"}".formatted(said.replace("\"", "\\\"")));
    }

    private static void assertBudget(OpenAIServiceException refused, String budget) {
        assertThat(refused.statusCode()).isEqualTo(402);
        assertThat(refused.code()).contains("budget_exhausted");
        assertThat(refused.type()).contains("budget_exhausted");
        assertThat(refused).hasMessageContaining("budget of the provider poor");
        assertThat(refused.body().toString()).contains(budget);
    }

    private static String text(ChatCompletion answer) {
        return answer.choices().get(0).message().content().orElseThrow();
    }

    private long asked(String path) {
        return stub.asked().stream().filter(one -> one.uri().equals(path)).count();
    }

    private void provider(String name, String path, String secret) throws Exception {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("kind", "openai");
        body.put("base_url", stub.address() + path);
        body.put("secret", secret);
        body.put("allow_private", true);
        body.put(
                "prices",
                Map.of(OpenAiStub.MODEL, Map.of("input_usd_per_million", "2", "output_usd_per_million", "10")));
        created("/api/v1/providers", body);
    }

    private HttpResponse<String> created(String path, Map<String, Object> body)
            throws IOException, InterruptedException {
        HttpResponse<String> made = server.send("POST", path, body);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return made;
    }

    private static void acquire(Semaphore permits) {
        try {
            assertThat(permits.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
