package io.hone.auth;

import io.hone.audit.Audit;
import io.hone.cache.Caches;
import io.hone.cache.TestCaches;
import io.hone.database.Database;
import io.hone.events.Events;
import io.hone.http.Idempotency;
import io.hone.metrics.Metrics;
import io.hone.secrets.SecretKey;
import io.hone.secrets.SecretKeys;
import io.hone.settings.Settings;
import java.time.Clock;

/** Everything that decides who may do what, over a database. */
final class AuthFixture {

    final AccountRepository accountRepository;
    final SignInRepository signInRepository;
    final Passwords passwords = new Passwords();
    final SigningKeys signingKeys;
    final AccessTokens tokens;
    final Keys keys;
    final Accounts accounts;
    final SignIns signIns;
    final OperatorToken operator;
    final AccessChanges changes;
    final Access access;
    final Audit audit;

    AuthFixture(Database database, Settings settings, Events events, Clock clock, String secret) {
        audit = new Audit(database, clock);
        Caches caches = TestCaches.onHeap(clock);
        changes = new AccessChanges(caches, events);
        Idempotency idempotency = new Idempotency(settings, clock);
        accountRepository = new AccountRepository(database);
        signInRepository = new SignInRepository(database);
        SecretKey secretKey = SecretKeys.of(secret);
        signingKeys = new SigningKeys(database, secretKey, settings, clock);
        tokens = new AccessTokens(signingKeys, settings, clock);
        keys = new Keys(new KeyRepository(database), database, idempotency, audit, changes, new Metrics(), clock);
        accounts = new Accounts(
                accountRepository, signInRepository, passwords, database, idempotency, audit, changes, clock);
        signIns = new SignIns(
                accountRepository,
                signInRepository,
                passwords,
                tokens,
                keys,
                secretKey,
                database,
                audit,
                changes,
                settings,
                clock);
        operator = new OperatorToken(settings);
        access = new Access(tokens, keys, signInRepository, operator, caches, clock);
    }
}
