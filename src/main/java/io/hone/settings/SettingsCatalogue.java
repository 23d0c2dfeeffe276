package io.hone.settings;

import static io.hone.settings.Setting.choice;
import static io.hone.settings.Setting.flag;
import static io.hone.settings.Setting.integer;
import static io.hone.settings.Setting.number;
import static io.hone.settings.Setting.text;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every setting there is, in the order people read them. */
public final class SettingsCatalogue {

    // Where Hone listens and keeps its data: known before anything else.
    public static final Setting<String> HOST =
            text("hone.host", "127.0.0.1", "Address to listen on.").fixedAtStart();
    public static final Setting<Long> PORT =
            integer("hone.port", null, 8080, 1, 65_535, "Port to listen on.").fixedAtStart();
    public static final Setting<String> DATA_DIR = text(
                    "hone.data-dir", "./data", "Folder of the database and of hone.properties.")
            .fixedAtStart();
    public static final Setting<Long> HTTP_THREADS = integer(
                    "hone.http-threads", null, 64, 4, 1_000, "Most requests worked on at the same time.")
            .fixedAtStart();

    public static final Setting<String> DATABASE_URL = text(
                    "hone.database.url",
                    "",
                    "JDBC address of a PostgreSQL database; empty for a SQLite file in the data folder.")
            .fixedAtStart();
    public static final Setting<String> DATABASE_USER =
            text("hone.database.user", "", "User of the PostgreSQL database.").fixedAtStart();
    public static final Setting<String> DATABASE_PASSWORD = text(
                    "hone.database.password", "", "Password of the PostgreSQL database.")
            .fixedAtStart()
            .kept();
    public static final Setting<Long> DATABASE_CONNECTIONS = integer(
                    "hone.database.connections", null, 8, 1, 200, "Most connections that read at the same time.")
            .fixedAtStart();
    public static final Setting<Boolean> GROUP_COMMIT = flag(
                    "hone.database.group-commit",
                    true,
                    "Whether concurrent writes share a transaction and its flush to disk (SQLite).")
            .fixedAtStart();
    public static final Setting<Long> WRITE_TIMEOUT = integer(
            "hone.database.write-timeout-ms",
            "ms",
            10_000,
            100,
            600_000,
            "How long a write may wait for its turn before it is refused.");
    public static final Setting<Long> SLOW_STATEMENT = integer(
            "hone.database.slow-statement-ms", "ms", 1_000, 1, 600_000, "SQL statements over this are logged as slow.");

    public static final Setting<Long> SLOW_REQUEST = integer(
            "hone.slow-request-ms", "ms", 1_000, 1, 600_000, "Requests over this are logged and counted as slow.");
    public static final Setting<Long> MAX_BODY = integer(
            "hone.max-body-bytes", "bytes", 10_485_760, 65_536, 1_073_741_824, "Largest request body accepted.");
    public static final Setting<Long> MAX_IMPORT = integer(
            "hone.import.max-bytes",
            "bytes",
            1_073_741_824,
            65_536,
            1_099_511_627_776L,
            "Largest file of sessions that is imported; it is kept in the data folder while it is read.");
    public static final Setting<Long> COMPRESSION_MIN = integer(
            "hone.compression.min-bytes",
            "bytes",
            1_024,
            0,
            1_048_576,
            "Answers over this are compressed for clients that accept it.");
    public static final Setting<Long> IDEMPOTENCY_RETENTION = integer(
            "hone.idempotency.retention-hours", "h", 24, 1, 720, "How long the answer to an Idempotency-Key is kept.");
    public static final Setting<String> LOG_FORMAT =
            choice("hone.log.format", "plain", List.of("plain", "json"), "How log lines are written.");
    public static final Setting<Boolean> LOG_REQUESTS = flag(
            "hone.log.requests",
            true,
            "Whether the start and completion of every request are logged; errors and slow requests always are.");

    public static final Setting<Long> DASHBOARD_TTL = integer(
            "hone.cache.dashboard-stats.ttl-seconds",
            "s",
            30,
            0,
            86_400,
            "How long dashboard statistics stay cached when nothing changes; 0 for not at all.");
    public static final Setting<Long> CONFIGURATION_TTL = integer(
            "hone.cache.configuration.ttl-seconds",
            "s",
            300,
            0,
            86_400,
            "How long criteria, settings and providers stay cached when nothing changes; 0 for not at all.");
    public static final Setting<Boolean> CACHE_GRID =
            flag("hone.cache.grid", true, "Whether caches keep entries in the data grid behind the heap too.");
    public static final Setting<Long> CACHE_COMPRESS_MIN = integer(
            "hone.cache.compress-min-bytes",
            "bytes",
            1_024,
            0,
            16_777_216,
            "Values over this are compressed where they leave the heap.");
    public static final Setting<String> CACHE_COMPRESSION = choice(
            "hone.cache.compression",
            "zlib",
            List.of("zlib", "gzip"),
            "How values that leave the heap are compressed.");
    public static final Setting<Long> CACHE_LOAD_TIMEOUT = integer(
            "hone.cache.load-timeout-ms",
            "ms",
            30_000,
            100,
            30_000,
            "How long a read waits for another one that loads the same.");
    public static final Setting<Long> LLM_RESPONSE_TTL = integer(
            "hone.cache.llm-response.ttl-seconds",
            "s",
            86_400,
            0,
            31_536_000,
            "How long answers of models stay cached at most; rules may say less; 0 for not at all.");
    public static final Setting<Long> CACHE_WARM_KEYS = integer(
            "hone.cache.warm-keys",
            "keys",
            100,
            0,
            1_000,
            "How many of the keys that were asked most each cache loads when the server starts; 0 for none.");
    public static final Setting<Long> CACHE_DURABLE_BYTES = integer(
            "hone.cache.durable-max-bytes",
            "bytes",
            1_073_741_824,
            0,
            1_099_511_627_776L,
            "How much each durable cache keeps in the database; what would expire next goes first; 0 for nothing.");
    public static final Setting<Double> CACHE_VERIFIED_SHARE = number(
            "hone.cache.verified-share",
            0.005,
            0,
            0.05,
            "Share of hits that are loaded again in the background and compared; 0 for none.");

    public static final Setting<Long> GATEWAY_CONNECTIONS = integer(
                    "hone.gateway.connections",
                    null,
                    1_024,
                    1,
                    65_536,
                    "Connections to each provider at most, which is how many calls it gets at the same time.")
            .fixedAtStart();
    public static final Setting<Long> GATEWAY_QUEUE = integer(
                    "hone.gateway.queue",
                    null,
                    1_024,
                    1,
                    65_536,
                    "Calls that may wait for a connection to a provider; further ones are refused with 503.")
            .fixedAtStart();
    public static final Setting<Long> GATEWAY_RETRIES = integer(
            "hone.gateway.retries",
            null,
            2,
            0,
            10,
            "How often a call that can be repeated without harm is sent again; each time after a longer wait.");
    public static final Setting<Long> BREAKER_PERCENT = integer(
            "hone.gateway.breaker-failure-percent",
            "percent",
            50,
            1,
            100,
            "Share of the last calls that have to fail before a provider is left alone for a while.");
    public static final Setting<Long> BREAKER_PAUSE = integer(
            "hone.gateway.breaker-pause-seconds",
            "s",
            5,
            1,
            3_600,
            "How long a provider that fails is left alone at first; twice as long each time it goes on failing.");
    public static final Setting<String> PUBLIC_URL = text(
            "hone.public-url",
            "",
            "Address by which people reach Hone, such as https://hone.example.com: sign-in links name it, and cookies"
                    + " are sent over https only where it begins so.");
    public static final Setting<String> CORS_ORIGINS = text(
            "hone.cors.origins",
            "",
            "Origins whose pages may call the interface, with commas between; empty for none but Hone's own.");
    public static final Setting<Boolean> METRICS_PUBLIC =
            flag("hone.metrics.public", false, "Whether /metrics answers without an account or key.");
    public static final Setting<Long> ACCESS_TOKEN =
            integer("hone.auth.access-token-seconds", "s", 900, 60, 86_400, "How long an access token is valid.");
    public static final Setting<Long> REFRESH_TOKEN = integer(
            "hone.auth.refresh-token-hours",
            "h",
            720,
            1,
            8_760,
            "How long a sign-in lasts that is not used; each use begins the time anew.");
    public static final Setting<Long> SIGNING_KEY = integer(
            "hone.auth.signing-key-hours",
            "h",
            720,
            1,
            8_760,
            "How long a key signs access tokens before the next one takes over.");
    public static final Setting<Long> LIMIT_SIGN_IN = integer(
            "hone.limit.sign-in-per-minute",
            null,
            10,
            1,
            10_000,
            "Tries to sign in to an account from one address; an address has three times as many for all accounts.");
    public static final Setting<Long> LIMIT_MANAGEMENT = integer(
            "hone.limit.management-per-minute",
            null,
            600,
            10,
            1_000_000,
            "Requests of one account or key about accounts, keys and settings.");
    public static final Setting<Long> LIMIT_GATEWAY = integer(
            "hone.limit.gateway-per-minute",
            null,
            60_000,
            1,
            100_000_000,
            "Calls to providers in a minute, for each account or key.");
    public static final Setting<Long> LIMIT_CACHE_MANAGEMENT = integer(
            "hone.limit.cache-management-per-minute",
            null,
            30,
            1,
            10_000,
            "Requests of one account or key that empty caches.");
    public static final Setting<Long> LIMIT_REFUSED = integer(
            "hone.limit.refused-per-minute",
            null,
            600,
            10,
            1_000_000,
            "Requests from one address that bring no valid token or key.");
    public static final Setting<Long> LIMIT_REQUESTS = integer(
            "hone.limit.requests-per-second",
            null,
            0,
            0,
            1_000_000,
            "Requests of one account or key, whatever they are about; 0 for no limit.");
    public static final Setting<Long> TOKEN_VALIDATION_TTL = integer(
            "hone.cache.token-validation.ttl-seconds",
            "s",
            300,
            0,
            300,
            "How long the validation of a token or key stays cached; revoking ends it at once.");
    public static final Setting<Long> USER_SESSION_TTL = integer(
            "hone.cache.user-session.ttl-seconds",
            "s",
            3_600,
            0,
            86_400,
            "How long the account behind a sign-in stays cached; every change of it ends that at once.");

    public static final Setting<Long> FAILURE_ANALYSIS_TTL = integer(
            "hone.cache.failure-analysis.ttl-seconds",
            "s",
            600,
            0,
            86_400,
            "How long guidance for a failure stays cached; half as long where the failure may pass by itself, 0 for not at"
                    + " all.");
    public static final Setting<Long> FAILURE_EXPLANATION_TTL = integer(
            "hone.cache.failure-explanation.ttl-seconds",
            "s",
            604_800,
            0,
            31_536_000,
            "How long what a model said of an unknown failure stays cached; 0 for not at all.");
    public static final Setting<String> EXPLAIN_PROVIDER = text(
            "hone.failures.explain-provider",
            "",
            "Provider that is asked about failures no rule knows, when somebody wants that; empty for none.");
    public static final Setting<String> EXPLAIN_MODEL = text(
            "hone.failures.explain-model",
            "",
            "Model of that provider that is asked; empty for none. Every question that is not cached costs money.");
    public static final Setting<Long> BUDGET_STATUS_TTL = integer(
            "hone.cache.budget-status.ttl-seconds",
            "s",
            60,
            0,
            3_600,
            "How long what is left of a budget stays cached; every call that spends of it ends that at once.");
    public static final Setting<Long> BUDGET_HISTORY_TTL = integer(
            "hone.cache.budget-history.ttl-seconds",
            "s",
            300,
            0,
            86_400,
            "How long the history of a budget stays cached; 0 for not at all.");
    public static final Setting<Long> PROVIDER_HEALTH_TTL = integer(
            "hone.cache.provider-health.ttl-seconds",
            "s",
            180,
            3,
            3_600,
            "How long a provider's health stays cached, and after how long without a call it is asked for; a third of it"
                    + " where it is unhealthy.");
    public static final Setting<Long> CALL_RETENTION = integer(
            "hone.gateway.call-retention-days",
            "days",
            90,
            1,
            3_650,
            "How long single calls to providers are kept; what they cost by day stays.");

    public static final Setting<Long> RESPONSE_TTL = integer(
            "hone.cache.api-response.ttl-seconds",
            "s",
            300,
            0,
            31_536_000,
            "How long an answer is kept whose rule names no time; 0 switches the cache of answers off.");
    public static final Setting<Long> RESPONSE_BYTES = integer(
                    "hone.cache.api-response.max-bytes",
                    "bytes",
                    67_108_864,
                    1_048_576,
                    17_179_869_184L,
                    "Memory for answers that are kept.")
            .needsRestart();
    public static final Setting<Long> RESPONSE_LARGEST = integer(
            "hone.cache.api-response.max-entry-bytes",
            "bytes",
            2_097_152,
            1_024,
            1_073_741_824,
            "Largest answer that is kept; larger ones are passed on while they are made.");
    public static final Setting<Long> RESPONSE_WAIT = integer(
            "hone.cache.api-response.wait-ms",
            "ms",
            10_000,
            0,
            600_000,
            "How long a request waits for the same answer that another one is having made.");

    public static final Setting<Boolean> RESPONSE_SMART = flag(
            "hone.cache.api-response.smart",
            true,
            "Whether kept answers adapt to what is observed: how long, made anew ahead, and rules left out.");

    public static final Setting<Long> LEASE_DEFAULT = integer(
            "hone.lease.default-seconds",
            "s",
            0,
            0,
            604_800,
            "Lease of a session that names none: silent for longer, it counts as abandoned; 0 switches this off.");

    public static final Setting<Long> LIVE_HEARTBEAT =
            integer("hone.live.heartbeat-seconds", "s", 20, 1, 600, "Pause between heartbeats of a live connection.");
    public static final Setting<Long> LIVE_QUEUE = integer(
            "hone.live.queue-events",
            null,
            256,
            8,
            1_024,
            "Events kept for a slow live connection before it is told to reload.");
    public static final Setting<Long> LIVE_CONNECTIONS =
            integer("hone.live.connections", null, 1_000, 1, 100_000, "Most live connections at the same time.");

    /** All of the above, in order. */
    public static final List<Setting<?>> ALL = List.of(
            HOST,
            PORT,
            DATA_DIR,
            HTTP_THREADS,
            DATABASE_URL,
            DATABASE_USER,
            DATABASE_PASSWORD,
            DATABASE_CONNECTIONS,
            GROUP_COMMIT,
            WRITE_TIMEOUT,
            SLOW_STATEMENT,
            SLOW_REQUEST,
            MAX_BODY,
            MAX_IMPORT,
            COMPRESSION_MIN,
            IDEMPOTENCY_RETENTION,
            LOG_FORMAT,
            LOG_REQUESTS,
            DASHBOARD_TTL,
            CONFIGURATION_TTL,
            CACHE_GRID,
            CACHE_COMPRESS_MIN,
            CACHE_COMPRESSION,
            CACHE_LOAD_TIMEOUT,
            LLM_RESPONSE_TTL,
            CACHE_WARM_KEYS,
            CACHE_DURABLE_BYTES,
            CACHE_VERIFIED_SHARE,
            GATEWAY_CONNECTIONS,
            GATEWAY_QUEUE,
            GATEWAY_RETRIES,
            BREAKER_PERCENT,
            BREAKER_PAUSE,
            PUBLIC_URL,
            CORS_ORIGINS,
            METRICS_PUBLIC,
            ACCESS_TOKEN,
            REFRESH_TOKEN,
            SIGNING_KEY,
            LIMIT_SIGN_IN,
            LIMIT_MANAGEMENT,
            LIMIT_GATEWAY,
            LIMIT_CACHE_MANAGEMENT,
            LIMIT_REFUSED,
            LIMIT_REQUESTS,
            TOKEN_VALIDATION_TTL,
            USER_SESSION_TTL,
            FAILURE_ANALYSIS_TTL,
            FAILURE_EXPLANATION_TTL,
            EXPLAIN_PROVIDER,
            EXPLAIN_MODEL,
            BUDGET_STATUS_TTL,
            BUDGET_HISTORY_TTL,
            PROVIDER_HEALTH_TTL,
            CALL_RETENTION,
            RESPONSE_TTL,
            RESPONSE_BYTES,
            RESPONSE_LARGEST,
            RESPONSE_WAIT,
            RESPONSE_SMART,
            LEASE_DEFAULT,
            LIVE_HEARTBEAT,
            LIVE_QUEUE,
            LIVE_CONNECTIONS);

    private static final Map<String, Setting<?>> BY_KEY =
            ALL.stream().collect(toUnmodifiableMap(Setting::key, setting -> setting));

    private SettingsCatalogue() {}

    /** The setting of that key, or empty. */
    public static Optional<Setting<?>> find(String key) {
        return Optional.ofNullable(BY_KEY.get(key));
    }

    /** An exception for a key that does not exist, naming the one that was probably meant. */
    public static InvalidSettingException unknown(String key) {
        String meant = Setting.environmentName(key); // a key of the environment and one of a file compare alike
        String nearest = ALL.stream()
                .min(Comparator.comparingInt(known -> distance(meant, known.environmentName())))
                .map(Setting::key)
                .orElseThrow();
        return new InvalidSettingException(key, "There is no setting %s; the nearest is %s".formatted(key, nearest));
    }

    /** Levenshtein distance: the fewest letters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
