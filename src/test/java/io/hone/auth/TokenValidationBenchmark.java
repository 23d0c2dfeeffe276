package io.hone.auth;

import io.hone.auth.Accounts.NewAccount;
import io.hone.auth.Keys.NewKey;
import io.hone.database.Database;
import io.hone.database.TestDatabases;
import io.hone.events.Events;
import io.hone.http.Caller;
import io.hone.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs to know whom a credential belongs to: in full, with signature, sign-in, account and revocation from a
 * SQLite file, and from the cache.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenValidationBenchmark {

    private Database database;
    private AuthFixture auth;
    private String token;
    private String key;
    private TokenHash tokenHash;
    private TokenHash keyHash;

    @Setup(Level.Trial)
    public void open() throws IOException {
        database = TestDatabases.sqlite(Files.createTempDirectory("hone-bench"));
        auth = new AuthFixture(
                database,
                Settings.defaults(),
                new Events(event -> {}),
                Clock.systemUTC(),
                "0123456789abcdef0123456789abcdef");
        Caller caller = new Caller("bench", "");
        auth.accounts.create(caller, new NewAccount("grace", "correct horse battery", Role.REPORTER), null);
        token = auth.signIns.signIn("grace", "correct horse battery", "").accessToken();
        key = auth.keys
                .create(caller, null, new NewKey("ci", Role.REPORTER, null), null)
                .key();
        tokenHash = TokenHash.of(token);
        keyHash = TokenHash.of(key);
    }

    @TearDown(Level.Trial)
    public void close() {
        database.close();
    }

    @Benchmark
    public Identity tokenInFull() {
        // A sign-in that was not seen before: what the second cache knows is forgotten each time.
        auth.changes.tell();
        return auth.access.validate(token, tokenHash);
    }

    @Benchmark
    public Identity tokenCached() {
        return auth.access.identify(token);
    }

    @Benchmark
    public Identity keyInFull() {
        return auth.access.validate(key, keyHash);
    }

    @Benchmark
    public Identity keyCached() {
        return auth.access.identify(key);
    }
}
