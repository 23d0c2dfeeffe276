package io.hone.auth;

import static io.hone.audit.Refusals.assertInvalid;
import static io.hone.audit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.audit.Audit;
import io.hone.audit.AuditEntry;
import io.hone.audit.StoreContract;
import io.hone.auth.Accounts.Change;
import io.hone.auth.Accounts.NewAccount;
import io.hone.auth.Keys.NewKey;
import io.hone.http.Idempotency;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.metrics.Latencies;
import io.hone.settings.SettingsCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts, keys, sign-ins and what they let in, over a real database. */
abstract class AccessContract extends StoreContract {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String PASSWORD = "correct horse battery";
    private static final String REQUEST = "request-1";

    private AuthFixture auth;

    @BeforeEach
    void build() {
        auth = fixture();
    }

    private AuthFixture fixture() {
        return new AuthFixture(database, settings, events, clock, SECRET);
    }

    // Accounts

    @Test
    void account_readsBackAsAnswered() {
        Account created = auth.accounts.create(ADA, new NewAccount("Grace.Hopper", PASSWORD, Role.REPORTER), null);

        assertThat(created.username()).isEqualTo("grace.hopper");
        assertThat(created.passwordChosen()).isTrue();
        assertThat(created.lastSignedInAt()).isNull();
        assertThat(created.createdBy()).isEqualTo("ada");
        assertThat(auth.accounts.find(created.id())).isEqualTo(created);
        assertThat(actions()).containsExactly("account.created");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".dot", "a b", "key:ci", "ü", "operator", "hone", "Local", "a/b", "x\ny"})
    void account_nameThatIsNone_isRefused(String name) {
        assertInvalid(() -> auth.accounts.create(ADA, new NewAccount(name, PASSWORD, Role.VIEWER), null), "/username");
    }

    @Test
    void account_missingAndShort_areNamedTogether() {
        assertThatThrownBy(() -> auth.accounts.create(ADA, new NewAccount(null, "short", null), null))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.errors())
                        .extracting(ProblemException.Violation::pointer)
                        .containsExactlyInAnyOrder("/username", "/role", "/password"));
    }

    @Test
    void account_nameTwice_isAConflictInAnyCase() {
        create("ada", Role.VIEWER);

        assertRefused(
                ProblemType.CONFLICT,
                () -> auth.accounts.create(ADA, new NewAccount("ADA", PASSWORD, Role.VIEWER), null));
    }

    @Test
    void account_repeatedCreation_givesTheFirstAnswer() {
        Idempotency.Key key = new Idempotency.Key("POST /accounts k", "hash");
        NewAccount body = new NewAccount("grace", PASSWORD, Role.VIEWER);

        assertThat(auth.accounts.create(ADA, body, key)).isEqualTo(auth.accounts.create(ADA, body, key));
    }

    @Test
    void list_pagesByName() {
        for (String name : List.of("c", "a", "b")) {
            create(name, Role.VIEWER);
        }

        var first = auth.accounts.list(null, 2);

        assertThat(first.items()).extracting(Account::username).containsExactly("a", "b");
        assertThat(auth.accounts.list(first.nextCursor(), 2).items())
                .extracting(Account::username)
                .containsExactly("c");
    }

    @Test
    void lastAdmin_staysAdmin() {
        Account admin = create("root", Role.ADMIN);
        create("grace", Role.VIEWER);

        for (Change change : List.of(new Change(Role.VIEWER, null, null), new Change(null, null, true))) {
            assertRefused(ProblemType.CONFLICT, () -> auth.accounts.change(ADA, admin.id(), change, null));
        }
        assertRefused(ProblemType.CONFLICT, () -> {
            auth.accounts.delete(ADA, admin.id(), null);
        });

        create("second", Role.ADMIN);
        assertThat(auth.accounts
                        .change(ADA, admin.id(), new Change(Role.VIEWER, null, null), null)
                        .role())
                .isEqualTo(Role.VIEWER);
    }

    @Test
    void change_otherVersion_isRefused() {
        Account account = create("grace", Role.VIEWER);

        assertRefused(
                ProblemType.PRECONDITION_FAILED,
                () -> auth.accounts.change(ADA, account.id(), new Change(Role.ADMIN, null, null), "\"v9\""));
        assertThat(auth.accounts.find(account.id())).isEqualTo(account);
    }

    @Test
    void ensureFirst_createsOnceAndWantsALinkUntilSomebodySignedIn() {
        assertThat(auth.accounts.ensureFirst(null)).isTrue();
        assertThat(auth.accounts.ensureFirst(null)).as("a second start").isTrue();

        auth.signIns.signInByLink(auth.signIns.createFirstLink().code(), REQUEST);

        assertThat(auth.accounts.ensureFirst(null)).isFalse();
        assertThat(auth.accounts.list(null, 10).items())
                .singleElement()
                .returns("admin", Account::username)
                .returns(Role.ADMIN, Account::role)
                .returns(false, Account::passwordChosen);
    }

    @Test
    void ensureFirst_withPassword_wantsNoLinkAndNeverChangesIt() {
        assertThat(auth.accounts.ensureFirst(PASSWORD)).isFalse();
        assertThat(auth.accounts.ensureFirst("another long password")).isFalse();

        auth.signIns.signIn("admin", PASSWORD, REQUEST);
        assertInvalid(() -> auth.accounts.ensureFirst("short"), "/password");
    }

    // Signing in

    @Test
    void signIn_givesATokenOfTheAccount() {
        Account grace = create("grace", Role.REPORTER);

        Tokens tokens = auth.signIns.signIn(" Grace ", PASSWORD, REQUEST);

        Identity identity = auth.access.identify(tokens.accessToken());
        assertThat(identity)
                .returns("grace", Identity::name)
                .returns(Role.REPORTER, Identity::role)
                .returns(grace.id(), Identity::accountId)
                .returns(Identity.Kind.ACCOUNT, Identity::kind);
        assertThat(tokens.expiresIn()).isEqualTo(900);
        assertThat(auth.accounts.find(grace.id()).lastSignedInAt()).isEqualTo(clock.instant());
        assertThat(actions()).contains("sign_in.began");
    }

    @Test
    void signIn_whateverIsWrong_hasTheSameWords() {
        create("grace", Role.VIEWER);
        Account off = create("off", Role.VIEWER);
        auth.accounts.change(ADA, off.id(), new Change(null, null, true), null);
        auth.accounts.create(ADA, new NewAccount("linked", null, Role.VIEWER), null);

        List<String> words = new ArrayList<>();
        for (String[] wrong : new String[][] {
            {"grace", "wrong wrong wrong"}, {"nobody", PASSWORD}, {"off", PASSWORD}, {"linked", PASSWORD}
        }) {
            assertThatThrownBy(() -> auth.signIns.signIn(wrong[0], wrong[1], REQUEST))
                    .isInstanceOfSatisfying(ProblemException.class, problem -> {
                        assertThat(problem.type()).isEqualTo(ProblemType.UNAUTHORIZED);
                        words.add(problem.detail());
                    });
        }
        assertThat(words).hasSize(4).containsOnly(words.get(0));
    }

    @Test
    void link_worksOnceAndForAQuarterOfAnHour() {
        Account grace = create("grace", Role.VIEWER);
        SignIns.Link used = auth.signIns.createLink(ADA, grace.id());
        SignIns.Link late = auth.signIns.createLink(ADA, grace.id());
        assertThat(used.path()).isEqualTo("/sign-in#code=" + used.code());

        auth.signIns.signInByLink(used.code(), REQUEST);

        assertUnauthorized(() -> auth.signIns.signInByLink(used.code(), REQUEST));
        clock.advance(Duration.ofMinutes(15));
        assertUnauthorized(() -> auth.signIns.signInByLink(late.code(), REQUEST));
        assertUnauthorized(() -> auth.signIns.signInByLink("made up", REQUEST));
    }

    @Test
    void link_ofADisabledAccount_letsNobodyIn() {
        Account grace = create("grace", Role.VIEWER);
        SignIns.Link link = auth.signIns.createLink(ADA, grace.id());
        auth.accounts.change(ADA, grace.id(), new Change(null, null, true), null);

        assertUnauthorized(() -> auth.signIns.signInByLink(link.code(), REQUEST));
    }

    // Refreshing

    @Test
    void refresh_givesTheNextPairAndTheSameToAllWhoAskSoon() throws Exception {
        create("grace", Role.VIEWER);
        Tokens first = auth.signIns.signIn("grace", PASSWORD, REQUEST);

        List<Callable<Tokens>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            calls.add(() -> auth.signIns.refresh(first.refreshToken(), REQUEST));
        }
        List<Tokens> answers = new ArrayList<>();
        ExecutorService callers = Executors.newFixedThreadPool(calls.size());
        try {
            for (Future<Tokens> answer : callers.invokeAll(calls)) {
                answers.add(answer.get());
            }
        } finally {
            callers.shutdownNow();
        }

        assertThat(answers).hasSize(16).containsOnly(answers.get(0));
        assertThat(answers.get(0).refreshToken()).isNotEqualTo(first.refreshToken());
        assertThat(rows("refresh_token")).as("one rotation").isEqualTo(2);

        clock.advance(SignIns.GRACE);
        Tokens late = fixture().signIns.refresh(first.refreshToken(), REQUEST);
        assertThat(late.refreshToken())
                .as("after a restart, at the end of the grace")
                .isEqualTo(answers.get(0).refreshToken());
    }

    @Test
    void refresh_reuseAfterTheGrace_endsTheSignIn() {
        create("grace", Role.VIEWER);
        Tokens first = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Tokens other = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Tokens second = auth.signIns.refresh(first.refreshToken(), REQUEST);
        assertThat(auth.access.identify(second.accessToken())).isNotNull();

        clock.advance(SignIns.GRACE.plusMillis(1));
        assertUnauthorized(() -> auth.signIns.refresh(first.refreshToken(), REQUEST));

        assertUnauthorized(() -> auth.signIns.refresh(second.refreshToken(), REQUEST));
        assertThat(auth.access.identify(second.accessToken())).as("at once").isNull();
        assertThat(auth.access.identify(first.accessToken())).isNull();
        assertThat(auth.access.identify(other.accessToken()))
                .as("another sign-in")
                .isNotNull();
        assertThat(actions()).contains("sign_in.reused_token");
    }

    @Test
    void refresh_unusedForTooLong_hasEnded() {
        create("grace", Role.VIEWER);
        Tokens tokens = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Duration life = settings.duration(SettingsCatalogue.REFRESH_TOKEN);

        clock.advance(life.minusSeconds(1));
        Tokens next = auth.signIns.refresh(tokens.refreshToken(), REQUEST);
        clock.advance(life.minusSeconds(1));
        Tokens third = auth.signIns.refresh(next.refreshToken(), REQUEST);
        assertThat(auth.access.identify(third.accessToken()))
                .as("each use begins the time anew")
                .isNotNull();
        clock.advance(life);

        assertUnauthorized(() -> auth.signIns.refresh(third.refreshToken(), REQUEST));
        database.write(auth.signIns::forgetOld);
        assertThat(rows("sign_in") + rows("refresh_token")).isZero();
    }

    @Test
    void refresh_whatIsNoRefreshToken_isRefused() {
        create("grace", Role.VIEWER);
        Tokens tokens = auth.signIns.signIn("grace", PASSWORD, REQUEST);

        assertUnauthorized(() -> auth.signIns.refresh("made up", REQUEST));
        assertUnauthorized(() -> auth.signIns.refresh(tokens.accessToken(), REQUEST));
    }

    /** Anybody may send anything to these: it must neither empty the caches of all nor wake every live connection. */
    @Test
    void refreshAndSignOut_whatIsNoToken_changesNothingForOthers() {
        create("grace", Role.VIEWER);
        Tokens tokens = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        auth.access.identify(tokens.accessToken());
        int before = told(AccessChanged.class).size();
        long reads = reads("sign_in.find");

        assertUnauthorized(() -> auth.signIns.refresh("made up", REQUEST));
        auth.signIns.signOut("made up", REQUEST);
        auth.signIns.revoke("made up", REQUEST);

        assertThat(told(AccessChanged.class)).hasSize(before);
        auth.access.identify(tokens.accessToken());
        assertThat(reads("sign_in.find")).as("still cached").isEqualTo(reads);
    }

    // Ending

    @Test
    void signOut_endsThisSignInAlone() {
        create("grace", Role.VIEWER);
        Tokens here = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Tokens there = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Identity identity = auth.access.identify(here.accessToken());

        auth.signIns.signOut(identity, false, REQUEST);

        assertThat(auth.access.identify(here.accessToken())).isNull();
        assertThat(auth.access.holds(identity)).isFalse();
        assertUnauthorized(() -> auth.signIns.refresh(here.refreshToken(), REQUEST));
        assertThat(auth.access.identify(there.accessToken())).isNotNull();
        assertThat(told(AccessChanged.class)).isNotEmpty();
    }

    @Test
    void signOut_everywhere_endsAllOfTheAccount() {
        create("grace", Role.VIEWER);
        create("ada", Role.VIEWER);
        Tokens here = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Tokens there = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Tokens adas = auth.signIns.signIn("ada", PASSWORD, REQUEST);

        auth.signIns.signOut(auth.access.identify(here.accessToken()), true, REQUEST);

        assertThat(auth.access.identify(here.accessToken())).isNull();
        assertThat(auth.access.identify(there.accessToken())).isNull();
        assertThat(auth.access.identify(adas.accessToken())).isNotNull();
    }

    @Test
    void revoke_anAccessToken_endsItAloneAndForAllNodes() {
        create("grace", Role.VIEWER);
        Tokens tokens = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        assertThat(auth.access.identify(tokens.accessToken())).isNotNull();

        auth.signIns.revoke(tokens.accessToken(), REQUEST);

        assertThat(auth.access.identify(tokens.accessToken())).isNull();
        assertThat(fixture().access.identify(tokens.accessToken())).isNull();
        Tokens next = auth.signIns.refresh(tokens.refreshToken(), REQUEST);
        assertThat(auth.access.identify(next.accessToken()))
                .as("the sign-in goes on")
                .isNotNull();
    }

    @Test
    void revoke_refreshTokenAndKey_endWhatTheyBelongTo() {
        create("grace", Role.VIEWER);
        Tokens tokens = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        String key = key("ci", Role.REPORTER, null);

        auth.signIns.revoke(tokens.refreshToken(), REQUEST);
        auth.signIns.revoke(key, REQUEST);
        auth.signIns.revoke("made up", REQUEST);

        assertThat(auth.access.identify(tokens.accessToken())).isNull();
        assertThat(auth.access.identify(key)).isNull();
    }

    @Test
    void account_changesHoldAtOnce() {
        Account grace = create("grace", Role.VIEWER);
        Tokens tokens = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        assertThat(auth.access.identify(tokens.accessToken()).role()).isEqualTo(Role.VIEWER);

        auth.accounts.change(ADA, grace.id(), new Change(Role.REPORTER, null, null), null);
        assertThat(auth.access.identify(tokens.accessToken()).role()).isEqualTo(Role.REPORTER);

        auth.accounts.change(ADA, grace.id(), new Change(null, null, true), null);
        assertThat(auth.access.identify(tokens.accessToken())).isNull();
        assertUnauthorized(() -> auth.signIns.refresh(tokens.refreshToken(), REQUEST));

        auth.accounts.change(ADA, grace.id(), new Change(null, null, false), null);
        assertThat(auth.access.identify(tokens.accessToken()))
                .as("what ended does not begin again")
                .isNull();
    }

    @Test
    void password_changedByItsOwner_endsTheOtherSignIns() {
        create("grace", Role.VIEWER);
        Tokens here = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Tokens there = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Identity identity = auth.access.identify(here.accessToken());

        assertInvalid(
                () -> {
                    auth.accounts.changeOwnPassword(BOB, identity, "wrong", "a new long password");
                },
                "/current_password");
        auth.accounts.changeOwnPassword(BOB, identity, PASSWORD, "a new long password");

        assertThat(auth.access.identify(here.accessToken())).isNotNull();
        assertThat(auth.access.identify(there.accessToken())).isNull();
        assertUnauthorized(() -> auth.signIns.signIn("grace", PASSWORD, REQUEST));
        auth.signIns.signIn("grace", "a new long password", REQUEST);
    }

    @Test
    void password_firstOne_needsNone() {
        Account grace = auth.accounts.create(ADA, new NewAccount("grace", null, Role.VIEWER), null);
        Tokens tokens = auth.signIns.signInByLink(
                auth.signIns.createLink(ADA, grace.id()).code(), REQUEST);
        Identity identity = auth.access.identify(tokens.accessToken());

        auth.accounts.changeOwnPassword(BOB, identity, null, PASSWORD);

        assertThat(auth.accounts.find(grace.id()).passwordChosen()).isTrue();
        assertInvalid(
                () -> {
                    auth.accounts.changeOwnPassword(BOB, identity, null, "another long password");
                },
                "/current_password");
    }

    // Keys

    @Test
    void key_letsInUntilItExpires() {
        String key = key("ci", Role.REPORTER, Duration.ofHours(1));

        assertThat(auth.access.identify(key)).returns("key:ci", Identity::name).returns(Role.REPORTER, Identity::role);
        clock.advance(Duration.ofHours(1));

        assertThat(auth.access.identify(key)).isNull();
        assertThat(fixture().access.identify(key)).isNull();
    }

    @Test
    void key_isNeitherShownNorStoredAgain() {
        Idempotency.Key once = new Idempotency.Key("POST /keys k", "hash");
        NewKey body = new NewKey("ci", Role.REPORTER, null);
        Keys.Made first = auth.keys.create(ADA, null, body, once);
        Keys.Made again = auth.keys.create(ADA, null, body, once);

        assertThat(first.key())
                .startsWith("hone_")
                .endsWith(first.about().hint().substring(1));
        assertThat(again.key()).isNull();
        assertThat(again.about()).isEqualTo(first.about());
        assertThat(auth.keys.list(null, 10).items()).containsExactly(first.about());
        assertRefused(ProblemType.CONFLICT, () -> auth.keys.create(ADA, null, body, null));
    }

    @Test
    void key_deleted_letsNobodyIn() {
        String key = key("ci", Role.REPORTER, null);
        Identity identity = auth.access.identify(key);

        auth.keys.delete(ADA, auth.keys.list(null, 1).items().get(0).id());

        assertThat(auth.access.identify(key)).isNull();
        assertThat(auth.access.holds(identity)).isFalse();
        assertRefused(ProblemType.NOT_FOUND, () -> {
            auth.keys.delete(ADA, UUID.fromString(identity.token()));
        });
    }

    @Test
    void key_ofAnAccount_endsWithIt() {
        Account grace = create("grace", Role.ADMIN);
        create("root", Role.ADMIN);
        String key = auth.keys
                .create(ADA, grace.id(), new NewKey("hers", Role.REPORTER, null), null)
                .key();
        assertThat(auth.access.identify(key)).isNotNull();

        auth.accounts.change(ADA, grace.id(), new Change(null, null, true), null);
        assertThat(auth.access.identify(key)).as("while it is disabled").isNull();
        auth.accounts.change(ADA, grace.id(), new Change(null, null, false), null);
        assertThat(auth.access.identify(key)).isNotNull();
        auth.accounts.delete(ADA, grace.id(), null);

        assertThat(auth.access.identify(key)).isNull();
        assertThat(auth.keys.list(null, 10).items()).isEmpty();
    }

    @Test
    void key_lastUse_isStoredWithoutAWriteForEachUse() {
        String key = key("ci", Role.REPORTER, null);
        auth.access.identify(key);
        clock.advance(Duration.ofSeconds(5));
        auth.access.identify(key);
        assertThat(auth.keys.list(null, 1).items().get(0).lastUsedAt()).isNull();

        auth.keys.storeUses();

        assertThat(auth.keys.list(null, 1).items().get(0).lastUsedAt()).isEqualTo(clock.instant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u0000"})
    void key_nameThatIsNone_isRefused(String name) {
        assertInvalid(() -> auth.keys.create(ADA, null, new NewKey(name, Role.VIEWER, null), null), "/name");
    }

    @Test
    void key_expiryInThePast_isRefused() {
        assertInvalid(
                () -> auth.keys.create(ADA, null, new NewKey("ci", Role.VIEWER, clock.instant()), null), "/expires_at");
    }

    // Signing keys

    @Test
    void signingKeys_rotate_andOldTokensHoldUntilTheyExpire() {
        settings.store(SettingsCatalogue.SIGNING_KEY, "1");
        settings.store(SettingsCatalogue.ACCESS_TOKEN, "7200");
        create("grace", Role.VIEWER);
        Tokens old = auth.signIns.signIn("grace", PASSWORD, REQUEST);

        clock.advance(Duration.ofMinutes(61));
        Tokens fresh = auth.signIns.signIn("grace", PASSWORD, REQUEST);

        assertThat(rows("signing_key")).isEqualTo(2);
        AuthFixture restarted = fixture();
        assertThat(restarted.access.identify(old.accessToken())).isNotNull();
        assertThat(restarted.access.identify(fresh.accessToken())).isNotNull();

        clock.advance(Duration.ofHours(28));
        auth.signIns.signIn("grace", PASSWORD, REQUEST);
        assertThat(rows("signing_key")).as("those of no more use are gone").isEqualTo(1);
    }

    @Test
    void signingKeys_ofAnotherNode_areFound() {
        create("grace", Role.VIEWER);
        AuthFixture other = fixture();
        other.signIns.signIn("grace", PASSWORD, REQUEST);
        settings.store(SettingsCatalogue.SIGNING_KEY, "1");
        clock.advance(Duration.ofHours(2));

        Tokens tokens = auth.signIns.signIn("grace", PASSWORD, REQUEST);

        assertThat(other.access.identify(tokens.accessToken())).isNotNull();
    }

    @Test
    void signingKeys_ofAnotherSecret_areOfNoUse() {
        create("grace", Role.VIEWER);
        Tokens tokens = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        AuthFixture elsewhere = new AuthFixture(database, settings, events, clock, "another secret of 32 characters!");

        assertThat(elsewhere.access.identify(tokens.accessToken())).isNull();
        Tokens fresh = elsewhere.signIns.signIn("grace", PASSWORD, REQUEST);
        assertThat(elsewhere.access.identify(fresh.accessToken())).isNotNull();
    }

    @Test
    void database_holdsNoSecret() {
        create("grace", Role.ADMIN);
        Tokens tokens = auth.signIns.signIn("grace", PASSWORD, REQUEST);
        Tokens next = auth.signIns.refresh(tokens.refreshToken(), REQUEST);
        String key = key("ci", Role.REPORTER, null);
        SignIns.Link link = auth.signIns.createLink(
                ADA, auth.accounts.list(null, 1).items().get(0).id());
        String everything = everything();

        for (String secret : List.of(
                PASSWORD,
                tokens.accessToken(),
                tokens.refreshToken(),
                next.accessToken(),
                next.refreshToken(),
                key,
                link.code())) {
            assertThat(everything).doesNotContain(secret);
        }
        assertThat(everything).contains("grace", "$argon2id$");
    }

    private Account create(String name, Role role) {
        return auth.accounts.create(ADA, new NewAccount(name, PASSWORD, role), null);
    }

    private String key(String name, Role role, Duration life) {
        return auth.keys
                .create(
                        ADA,
                        null,
                        new NewKey(
                                name,
                                role,
                                life == null ? null : clock.instant().plus(life)),
                        null)
                .key();
    }

    private List<String> actions() {
        return auth.audit.list(new Audit.Filter(null, null, null, null, null, null), true, null, 500).items().stream()
                .map(AuditEntry::action)
                .toList();
    }

    private long reads(String statement) {
        return database.statements().stream()
                .filter(summary -> summary.name().equals(statement))
                .mapToLong(Latencies.Summary::count)
                .sum();
    }

    private long rows(String table) {
        return database.read("test.rows", handle -> handle.createQuery("SELECT COUNT(*) FROM " + table)
                .mapTo(Long.class)
                .one());
    }

    /** Every value of every table of access, bytes as Latin letters. */
    private String everything() {
        StringBuilder all = new StringBuilder();
        for (String table : List.of(
                "account",
                "api_key",
                "sign_in",
                "refresh_token",
                "sign_in_link",
                "signing_key",
                "audit",
                "idempotency")) {
            database.read("test.all", handle -> handle.createQuery("SELECT * FROM " + table)
                            .mapToMap()
                            .list())
                    .forEach(row -> row.values().forEach(value -> all.append(
                                    value instanceof byte[] bytes
                                            ? new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                                            : String.valueOf(value))
                            .append('\n')));
        }
        return all.toString();
    }

    private static void assertUnauthorized(ThrowingCallable work) {
        assertRefused(ProblemType.UNAUTHORIZED, work);
    }
}
