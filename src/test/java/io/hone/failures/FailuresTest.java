package io.hone.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.hone.criteria.Technique;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {

    private static final FailuresFixture FAILURES = new FailuresFixture();

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("messages")
    void category_messageOfARealTool(String category, String message) {
        assertThat(FAILURES.category(message)).isEqualTo(category);
    }

    /** As the tools word them: PyTorch, CUDA, TensorFlow, ONNX Runtime, TensorRT, provider APIs, drivers, systems. */
    static Stream<Arguments> messages() {
        return Stream.of(
                // Providers of models
                arguments(
                        "api_key_missing",
                        "openai.OpenAIError: The api_key client option must be set either by passing api_key to the client or by setting the OPENAI_API_KEY environment variable"),
                arguments(
                        "api_key_missing",
                        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)"),
                arguments(
                        "api_key_missing",
                        "anthropic.AuthenticationError: Error code: 401 - {'type': 'error', 'error': {'type': 'authentication_error', 'message': 'x-api-key header is required'}}"),
                arguments("api_key_missing", "KeyError: 'OPENAI_API_KEY'"),
                arguments(
                        "api_key_invalid",
                        "openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: sk-abc***xyz. You can find your API key at https://platform.openai.com/account/api-keys.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}"),
                arguments(
                        "api_key_invalid",
                        "anthropic.AuthenticationError: Error code: 401 - {'type': 'error', 'error': {'type': 'authentication_error', 'message': 'invalid x-api-key'}}"),
                arguments(
                        "rate_limit",
                        "openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29500, Requested 1200.', 'type': 'tokens', 'code': 'rate_limit_exceeded'}}"),
                arguments(
                        "rate_limit",
                        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"This request would exceed your organization's rate limit of 50,000 input tokens per minute.\"}}"),
                arguments(
                        "rate_limit",
                        "requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: https://api.example.com/v1/chat"),
                arguments(
                        "quota_exceeded",
                        "openai.RateLimitError: Error code: 429 - {'error': {'message': 'You exceeded your current quota, please check your plan and billing details.', 'type': 'insufficient_quota', 'code': 'insufficient_quota'}}"),
                arguments(
                        "quota_exceeded",
                        "anthropic.BadRequestError: Error code: 400 - {'type': 'error', 'error': {'type': 'invalid_request_error', 'message': 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.'}}"),
                arguments(
                        "budget_exhausted",
                        "402 Payment Required: the budget of project vision is exhausted; it resets on 2026-12-01"),
                arguments(
                        "context_length",
                        "openai.BadRequestError: Error code: 400 - {'error': {'message': \"This model's maximum context length is 8192 tokens. However, your messages resulted in 10240 tokens.\", 'type': 'invalid_request_error', 'code': 'context_length_exceeded'}}"),
                arguments(
                        "context_length",
                        "{'type': 'error', 'error': {'type': 'invalid_request_error', 'message': 'prompt is too long: 210034 tokens > 200000 maximum'}}"),
                arguments(
                        "context_length",
                        "Token indices sequence length is longer than the specified maximum sequence length for this model (1231 > 512). Running this sequence through the model will result in indexing errors"),
                arguments(
                        "content_policy",
                        "openai.BadRequestError: Error code: 400 - {'error': {'code': 'content_policy_violation', 'message': 'Your request was rejected as a result of our safety system.'}}"),
                arguments(
                        "content_policy",
                        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry."),
                arguments(
                        "model_not_found",
                        "openai.NotFoundError: Error code: 404 - {'error': {'message': 'The model `gpt-5-turbo` does not exist or you do not have access to it.', 'type': 'invalid_request_error', 'code': 'model_not_found'}}"),
                arguments(
                        "model_not_found",
                        "anthropic.NotFoundError: Error code: 404 - {'type': 'error', 'error': {'type': 'not_found_error', 'message': 'model: claude-9'}}"),
                arguments(
                        "model_not_found",
                        "OSError: bert-base-uncasd is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'"),
                arguments(
                        "provider_down",
                        "anthropic.InternalServerError: Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}}"),
                arguments(
                        "provider_down",
                        "openai.InternalServerError: Error code: 503 - {'error': {'message': 'The engine is currently overloaded, please try again later', 'type': 'server_error'}}"),
                arguments(
                        "provider_down",
                        "requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: https://api.openai.com/v1/chat/completions"),
                arguments("provider_down", "<html><head><title>502 Bad Gateway</title></head></html>"),
                // Memory and disk
                arguments(
                        "out_of_memory",
                        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.69 GiB of which 1.12 GiB is free."),
                arguments(
                        "out_of_memory",
                        "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
                arguments(
                        "out_of_memory",
                        "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating tensor with shape[64,512,512,64] and type float on /job:localhost/replica:0/task:0/device:GPU:0"),
                arguments("out_of_memory", "java.lang.OutOfMemoryError: Java heap space"),
                arguments("out_of_memory", "OSError: [Errno 12] Cannot allocate memory"),
                arguments(
                        "out_of_memory",
                        "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 29.8 GiB for an array with shape (4000000000,) and data type float64"),
                arguments(
                        "out_of_memory",
                        "RuntimeError: [enforce fail at alloc_cpu.cpp:114] data. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8589934592 bytes. Error code 12"),
                arguments(
                        "out_of_memory",
                        "onnxruntime.capi.onnxruntime_pybind11_state.RuntimeException: [ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : bfc_arena.cc:376 onnxruntime::BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 536870912"),
                arguments("disk_full", "OSError: [Errno 28] No space left on device: '/checkpoints/epoch_12.pt'"),
                arguments(
                        "disk_full",
                        "org.sqlite.SQLiteException: [SQLITE_FULL] Insertion failed because database is full (database or disk is full)"),
                arguments(
                        "disk_full",
                        "RuntimeError: [enforce fail at inline_container.cc:588] . PytorchStreamWriter failed writing file data/12: No space left on device"),
                // Time and network
                arguments("timeout", "openai.APITimeoutError: Request timed out."),
                arguments(
                        "timeout",
                        "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.openai.com', port=443): Read timed out. (read timeout=600)"),
                arguments("timeout", "java.net.SocketTimeoutException: Connect timed out"),
                arguments(
                        "timeout",
                        "grpc._channel._InactiveRpcError: status = StatusCode.DEADLINE_EXCEEDED details = \"Deadline Exceeded\""),
                arguments(
                        "timeout",
                        "[E ProcessGroupNCCL.cpp:616] [Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=12, OpType=ALLREDUCE) ran for 600026 milliseconds before timing out."),
                arguments(
                        "network",
                        "requests.exceptions.ConnectionError: HTTPConnectionPool(host='localhost', port=8080): Max retries exceeded with url: / (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))"),
                arguments("network", "ConnectionResetError: [Errno 104] Connection reset by peer"),
                arguments("network", "socket.gaierror: [Errno -2] Name or service not known"),
                arguments("network", "socket.gaierror: [Errno -3] Temporary failure in name resolution"),
                arguments("network", "java.net.UnknownHostException: api.anthropic.com"),
                arguments(
                        "network",
                        "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)"),
                // Numbers
                arguments(
                        "numerical_instability",
                        "FloatingPointError: Minimum loss scale reached (0.0001). Your loss is probably exploding. Try lowering the learning rate, using gradient clipping or increasing the batch size."),
                arguments(
                        "numerical_instability",
                        "ValueError: Input contains NaN, infinity or a value too large for dtype('float32')."),
                arguments(
                        "numerical_instability",
                        "RuntimeError: Function 'LogSoftmaxBackward0' returned nan values in its 0th output."),
                arguments("numerical_instability", "Loss is nan, stopping training"),
                arguments("numerical_instability", "InvalidArgumentError: Tensor had NaN values [Op:CheckNumerics]"),
                arguments("numerical_instability", "Training diverged: loss 1.2e+30 after 140 steps"),
                arguments("accuracy_collapse", "Accuracy dropped from 0.91 to 0.10 after quantization to 2 bits"),
                // Operators and shapes
                arguments(
                        "unsupported_operator",
                        "torch.onnx.errors.UnsupportedOperatorError: Exporting the operator 'aten::unique_dim' to ONNX opset version 13 is not supported."),
                arguments(
                        "unsupported_operator",
                        "NotImplementedError: Could not run 'quantized::conv2d.new' with arguments from the 'CUDA' backend."),
                arguments(
                        "unsupported_operator",
                        "onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented: [ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : Could not find an implementation for ConvInteger(10) node with name 'Conv_0_quant'"),
                arguments(
                        "unsupported_operator",
                        "[TRT] [E] ModelImporter.cpp:732: ERROR: builtin_op_importers.cpp:5428 In function importFallbackPluginImporter: [8] Assertion failed: creator && \"Plugin not found, are the plugin name, version, and namespace correct?\"; No importer registered for op: NonMaxSuppression_X. Attempting to import as plugin."),
                arguments("unsupported_operator", "RuntimeError: \"slow_conv2d_cpu\" not implemented for 'Half'"),
                arguments(
                        "data_error",
                        "RuntimeError: Error(s) in loading state_dict for ResNet: size mismatch for fc.weight: copying a param with shape torch.Size([1000, 2048]) from checkpoint, the shape in current model is torch.Size([10, 2048])."),
                arguments("data_error", "RuntimeError: mat1 and mat2 shapes cannot be multiplied (32x512 and 256x10)"),
                arguments("data_error", "FileNotFoundError: [Errno 2] No such file or directory: 'data/train.parquet'"),
                arguments("data_error", "ValueError: shapes (3,4) and (3,4) not aligned: 4 (dim 1) != 3 (dim 0)"),
                arguments("data_error", "PIL.UnidentifiedImageError: cannot identify image file '/data/0001.jpg'"),
                // Databases and input
                arguments(
                        "database",
                        "org.postgresql.util.PSQLException: ERROR: deadlock detected Detail: Process 71 waits for ShareLock on transaction 990"),
                arguments("database", "sqlite3.OperationalError: database is locked"),
                arguments(
                        "database",
                        "psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint \"runs_pkey\""),
                arguments(
                        "database",
                        "org.postgresql.util.PSQLException: FATAL: password authentication failed for user \"hone\""),
                arguments(
                        "validation",
                        "pydantic_core._pydantic_core.ValidationError: 1 validation error for TrainConfig learning_rate Input should be greater than 0"),
                arguments(
                        "validation",
                        "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"temperature: must be at most 2\"}}"),
                // Nothing to go by
                arguments("unknown", "Segmentation fault (core dumped)"),
                arguments("unknown", "The model info was saved; then the job ended with exit code 1"),
                arguments("unknown", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Loaded 429 images, then the worker exited",
                "step 422 of 1000 raised KeyError: 'weights'",
                "AssertionError: expected file nan_filter.py to define run()"
            })
    void category_numberOrWordThatMeansSomethingElse_isUnknown(String message) {
        assertThat(FAILURES.category(message)).isEqualTo("unknown");
    }

    @Test
    void category_severalRulesMatch_theFirstDecides() {
        assertThat(FAILURES.category("429 Too Many Requests: insufficient_quota"))
                .isEqualTo("quota_exceeded");
        assertThat(FAILURES.category("invalid_request_error: context_length_exceeded"))
                .isEqualTo("context_length");
        assertThat(FAILURES.category("CUDA out of memory, then the connection was reset: Connection reset"))
                .isEqualTo("out_of_memory");
    }

    @Test
    void category_letterCase_doesNotMatter() {
        String message = "cuda OUT OF MEMORY";

        assertThat(FAILURES.category(message.toLowerCase(Locale.ROOT))).isEqualTo("out_of_memory");
        assertThat(FAILURES.category(message.toUpperCase(Locale.ROOT))).isEqualTo("out_of_memory");
    }

    @Test
    void category_stackTrace_isFoundOverLines() {
        assertThat(FAILURES.category("Traceback (most recent call last):\n  File \"a.py\", line 3\n    run()\n"
                        + "RuntimeError: CUDA out of memory."))
                .isEqualTo("out_of_memory");
    }

    @Test
    void category_hugeMessage_looksAtBothEnds() {
        String padding = "x".repeat(1_000_000);

        assertThat(FAILURES.category(padding + " CUDA out of memory")).isEqualTo("out_of_memory");
        assertThat(FAILURES.category("CUDA out of memory " + padding)).isEqualTo("out_of_memory");
        assertThat(FAILURES.category(padding)).isEqualTo("unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api key ",
                "shapes ",
                "model ",
                "budget ",
                "invalid ",
                "unsupported not implemented ",
                "((((",
                "\n"
            })
    void category_hugeMessageOfAlmostMatches_returns(String piece) {
        assertThat(FAILURES.category(piece.repeat(1_000_000 / piece.length()))).isNotNull();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("misleading")
    void category_wordsOfAnotherCategory_doNotDecide(String category, String message) {
        assertThat(FAILURES.category(message)).isEqualTo(category);
    }

    static Stream<Arguments> misleading() {
        return Stream.of(
                arguments("out_of_memory", "retrying after timeout: torch.OutOfMemoryError: CUDA out of memory."),
                arguments("out_of_memory", "Connection refused by tracker, going on\nRuntimeError: CUDA out of memory"),
                arguments("out_of_memory", "RESOURCE_EXHAUSTED: Out of memory allocating 17 bytes"),
                arguments(
                        "network",
                        "WARNING CUDA out of memory, halving the batch\nstep 12\nConnectionRefusedError: [Errno 111] Connection refused"),
                arguments(
                        "disk_full",
                        "Traceback (most recent call last):\n  File \"/app/timeout.py\", line 3, in rate_limit\n    save(\"nan.pt\")\nOSError: [Errno 28] No space left on device"),
                arguments(
                        "timeout",
                        "java.lang.IllegalStateException: job failed\n\tat io.acme.Job.run(Job.java:12)\nCaused by: java.net.SocketTimeoutException: Read timed out\n\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:288)\n\t... 12 more"),
                arguments(
                        "out_of_memory",
                        "[rank0]: Traceback (most recent call last):\n[rank0]:   File \"train.py\", line 1, in <module>\n[rank0]: torch.OutOfMemoryError: CUDA out of memory.\n[rank1]: warning: the process group was not destroyed"),
                arguments(
                        "disk_full",
                        "org.postgresql.util.PSQLException: ERROR: could not extend file: No space left on device"),
                arguments("unknown", "The learning rate limits were fine; worker 3 left"),
                arguments("unknown", "saved to runs/timeout_nan_oom.pt, then exit code 1"));
    }

    @Test
    void analyze_status_decidesWhereWordsDoNot() {
        assertThat(FAILURES.analyze("it went wrong", null, 429, null).category())
                .isEqualTo("rate_limit");
        assertThat(FAILURES.analyze("it went wrong", null, 503, null).matchedRule())
                .isEqualTo("status-5xx");
        assertThat(FAILURES.analyze("it went wrong", null, 200, null).category())
                .isEqualTo("unknown");
        assertThat(FAILURES.analyze("insufficient_quota", null, 429, null).category())
                .isEqualTo("quota_exceeded");
        assertThat(FAILURES.analyze("the server answered: status code 503", null, null, null)
                        .category())
                .isEqualTo("provider_down");
    }

    @Test
    void analyze_provider_specificRulesFirst() {
        Guidance named = FAILURES.analyze("insufficient_quota", " OpenAI-eu ", 429, null);
        Guidance shown = FAILURES.analyze("openai.RateLimitError: insufficient_quota", null, null, null);
        Guidance other = FAILURES.analyze("insufficient_quota", "acme", 429, null);

        assertThat(named.matchedRule()).isEqualTo("openai-quota").isEqualTo(shown.matchedRule());
        assertThat(other.matchedRule()).isEqualTo("quota");
        assertThat(named.nextSteps().get(0)).contains("platform.openai.com");
        // A provider that is named is the provider, whatever the message mentions.
        assertThat(FAILURES.analyze("openai: insufficient_quota", "acme", null, null)
                        .matchedRule())
                .isEqualTo("quota");
        // Not within a word.
        assertThat(FAILURES.analyze("flawslaws throttled: too many requests", null, null, null)
                        .matchedRule())
                .isEqualTo("rate-limit");
    }

    @Test
    void analyze_technique_putsItsStepsFirst() {
        Guidance plain = FAILURES.analyze("CUDA out of memory", null, null, null);
        Guidance quantizing = FAILURES.analyze("CUDA out of memory", null, null, Technique.QUANTIZATION);
        Guidance distilling = FAILURES.analyze("CUDA out of memory", null, null, Technique.DISTILLATION);

        assertThat(quantizing.nextSteps().get(0)).contains("layer by layer");
        assertThat(distilling.nextSteps().get(0)).contains("Teacher and student");
        assertThat(quantizing.nextSteps()).containsAll(plain.nextSteps());
        assertThat(FAILURES.analyze("no qengine", null, null, Technique.QUANTIZATION)
                        .matchedRule())
                .isEqualTo("quantized-backend");
        assertThat(FAILURES.analyze("no qengine", null, null, Technique.PRUNING).matchedRule())
                .isNull();
    }

    @Test
    void analyze_health_isToldAndPartOfTheKey() {
        FailuresFixture fixture = new FailuresFixture();
        Guidance unknown = fixture.analyze("Request timed out.", "openai", null, null);
        fixture.health.put("openai", ProviderHealth.UNHEALTHY);
        Guidance unhealthy = fixture.analyze("Request timed out.", "OpenAI", null, null);
        fixture.health.put("openai", ProviderHealth.HEALTHY);
        Guidance healthy = fixture.analyze("Request timed out.", "openai", null, null);

        assertThat(unknown.providerHealth()).isNull();
        assertThat(unhealthy.providerHealth()).isEqualTo(ProviderHealth.UNHEALTHY);
        assertThat(unhealthy.nextSteps().get(0)).contains("unhealthy");
        assertThat(healthy.nextSteps()).isEqualTo(unknown.nextSteps());
        // What is wrong with the job does not wait for the provider.
        fixture.health.put("openai", ProviderHealth.UNHEALTHY);
        assertThat(fixture.analyze("CUDA out of memory", "openai", null, null).nextSteps())
                .noneMatch(step -> step.contains("unhealthy"));
    }

    @Test
    void analyze_equalFailures_areAnsweredFromTheCache() {
        FailuresFixture fixture = new FailuresFixture();
        Guidance first =
                fixture.analyze("CUDA out of memory. Tried to allocate 2.00 GiB at 0x7fff12345678", null, null, null);
        Guidance again = fixture.analyze(
                "cuda out of memory.  Tried to allocate 512.00 GiB at 0x7aaa12345678", null, null, null);

        assertThat(again).isSameAs(first);
        assertThat(fixture.cache().hits()).isEqualTo(1);
        assertThat(fixture.analyze("CUDA out of memory. Tried to allocate 2.00 GiB at 0x7fff12345678", "x", null, null))
                .isNotSameAs(first);
        assertThat(fixture.cache().misses()).isEqualTo(2);
    }

    @Test
    void analyze_longMessages_areFoundInTheCacheToo() {
        FailuresFixture fixture = new FailuresFixture();
        String log = "a line of a log\n".repeat(1_000);

        Guidance first = fixture.analyze(log + "CUDA out of memory", null, null, null);

        assertThat(fixture.analyze(log + "CUDA out of memory", null, null, null))
                .isSameAs(first);
        assertThat(fixture.analyze(log + "No space left on device", null, null, null)
                        .category())
                .isEqualTo("disk_full");
    }

    @Test
    void guidance_ofAStoredCategory_staysWithIt() {
        String silent = "The job was silent for longer than its lease of 60 s";

        assertThat(FAILURES.guidance(silent, Failures.ABANDONED, Technique.PRUNING)
                        .title())
                .isEqualTo("The job went silent");
        assertThat(FAILURES.guidance("CUDA out of memory", "out_of_memory", null)
                        .matchedRule())
                .isEqualTo("gpu-memory");
        assertThat(FAILURES.guidance("CUDA out of memory", "of_an_older_file", null)
                        .category())
                .isEqualTo("out_of_memory");
    }

    @Test
    void guidance_everyCategory_isComplete() {
        assertThat(FailureRules.builtIn().categories())
                .contains(
                        "api_key_missing",
                        "api_key_invalid",
                        "rate_limit",
                        "quota_exceeded",
                        "budget_exhausted",
                        "provider_down",
                        "timeout",
                        "network",
                        "model_not_found",
                        "context_length",
                        "content_policy",
                        "out_of_memory",
                        "disk_full",
                        "data_error",
                        "numerical_instability",
                        "accuracy_collapse",
                        "unsupported_operator",
                        "database",
                        "validation",
                        Failures.UNKNOWN,
                        Failures.ABANDONED);
        for (String category : FailureRules.builtIn().categories()) {
            Guidance guidance = FailureRules.builtIn().guidance(category, null, null, null);
            assertThat(guidance.summary()).as(category).hasSizeGreaterThan(40);
            assertThat(guidance.nextSteps()).as(category).hasSizeGreaterThan(2).doesNotHaveDuplicates();
        }
    }
}
