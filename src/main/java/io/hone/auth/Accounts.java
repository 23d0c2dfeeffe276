package io.hone.auth;

import io.hone.audit.Audit;
import io.hone.database.Database;
import io.hone.database.Transaction;
import io.hone.http.Caller;
import io.hone.http.Cursor;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Uuids;
import io.hone.http.Violations;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The accounts. Thread-safe. */
@Singleton
public class Accounts {

    /** The first account of a server. */
    static final String FIRST = "admin";

    /** What a client sends for a new account; without a password a sign-in link is the way in. */
    public record NewAccount(
            @Nullable String username,
            @Nullable String password,
            @Nullable Role role) {

        /** What says which account is meant; a password is in no stored answer or digest. */
        NewAccount withoutPassword() {
            return new NewAccount(username, null, role);
        }
    }

    /** What a client changes; absent members stay as they are. */
    public record Change(
            @Nullable Role role,
            @Nullable String password,
            @Nullable Boolean disabled) {}

    private final AccountRepository repository;
    private final SignInRepository signIns;
    private final Passwords passwords;
    private final Database database;
    private final Idempotency idempotency;
    private final Audit audit;
    private final AccessChanges changes;
    private final Clock clock;

    @Inject
    Accounts(
            AccountRepository repository,
            SignInRepository signIns,
            Passwords passwords,
            Database database,
            Idempotency idempotency,
            Audit audit,
            AccessChanges changes,
            Clock clock) {
        this.repository = repository;
        this.signIns = signIns;
        this.passwords = passwords;
        this.database = database;
        this.idempotency = idempotency;
        this.audit = audit;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * Creates the first account where there is none.
     *
     * @param password what it signs in with, or null for a link
     * @return whether the account is new or nobody has ever signed in to it, so that a link is wanted
     * @throws ProblemException 422 for a password that cannot be used
     */
    public boolean ensureFirst(@Nullable String password) {
        if (password != null) {
            Violations violations = new Violations();
            Passwords.check(password, FIRST, violations);
            violations.refuseIfAny();
        }
        return database.write(transaction -> {
            transaction.exclusive("account");
            if (repository.isEmpty(transaction)) {
                insert(
                        transaction,
                        Caller.SERVER,
                        FIRST,
                        Role.ADMIN,
                        password == null ? null : passwords.hash(password));
                return password == null;
            }
            return repository
                    .findByName(transaction, FIRST)
                    .filter(first -> !first.passwordChosen() && first.lastSignedInAt() == null)
                    .isPresent();
        });
    }

    /** Accounts by name. */
    public Page<Account> list(@Nullable String cursor, int limit) {
        Cursor position = Cursor.decode(cursor, "accounts", 1);
        List<Account> found =
                repository.list(position == null ? "" : position.position().get(0), limit + 1);
        return Page.of(found, limit, last -> new Cursor("accounts", List.of(last.username())));
    }

    /** @throws ProblemException 404 if there is no such account */
    public Account find(UUID id) {
        return repository.find(id).orElseThrow(() -> ProblemException.notFound("account", id));
    }

    /** @throws ProblemException 409 if the name is taken, 422 for an invalid body */
    public Account create(Caller caller, NewAccount body, Idempotency.@Nullable Key key) {
        Violations violations = new Violations();
        Usernames.check(body.username(), violations);
        violations.require(body.role() != null, "/role", "is required: viewer, reporter or admin");
        if (body.password() != null) {
            Passwords.check(body.password(), body.username(), violations);
        }
        violations.refuseIfAny();
        String username = Usernames.normal(java.util.Objects.requireNonNull(body.username()));
        Role role = java.util.Objects.requireNonNull(body.role());
        // Before the transaction: a hash takes longer than any write.
        String hash = body.password() == null ? null : passwords.hash(body.password());
        return database.write(transaction -> idempotency.once(transaction, key, caller, Account.class, () -> {
                    transaction.exclusive("account");
                    if (repository.findByName(transaction, username).isPresent()) {
                        throw new ProblemException(
                                ProblemType.CONFLICT, "There is an account %s already".formatted(username));
                    }
                    return insert(transaction, caller, username, role, hash);
                }))
                .answer();
    }

    /**
     * Changes role, password or state; its sign-ins end with a new password, and while it is disabled.
     *
     * @param condition {@code If-Match}, or null
     * @throws ProblemException 404, 409 where no admin would be left, 412, 422
     */
    public Account change(Caller caller, UUID id, Change change, @Nullable String condition) {
        if (change.password() != null) {
            Violations violations = new Violations();
            Passwords.check(change.password(), null, violations);
            violations.refuseIfAny();
        }
        String hash = change.password() == null ? null : passwords.hash(change.password());
        Account changed = database.write(transaction -> {
            Account before = required(transaction, id);
            EntityTags.check(condition, before.version());
            Account after = new Account(
                    id,
                    before.username(),
                    change.role() == null ? before.role() : change.role(),
                    change.disabled() == null ? before.disabled() : change.disabled(),
                    before.passwordChosen(),
                    before.createdAt(),
                    before.createdBy(),
                    before.lastSignedInAt(),
                    before.version() + 1);
            if (before.role() == Role.ADMIN && (after.role() != Role.ADMIN || after.disabled())) {
                requireOtherAdmin(transaction, before);
            }
            if (hash == null && after.role() == before.role() && after.disabled() == before.disabled()) {
                return before;
            }
            repository.update(transaction, after);
            if (hash != null) {
                setPassword(transaction, caller, before, hash, null);
            }
            if (after.disabled()) {
                signIns.endAll(transaction, id, null, clock.millis());
            }
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("username", before.username());
            detail.put("role", after.role());
            detail.put("disabled", after.disabled());
            audit.write(transaction, caller, "account.changed", "account", id.toString(), detail);
            return repository.find(transaction, id).orElseThrow();
        });
        changes.tell();
        return changed;
    }

    /**
     * Deletes an account; its keys and sign-ins end at once.
     *
     * @throws ProblemException 404, 409 where no admin would be left, 412
     */
    public void delete(Caller caller, UUID id, @Nullable String condition) {
        database.write(transaction -> {
            Account account = required(transaction, id);
            EntityTags.check(condition, account.version());
            if (account.role() == Role.ADMIN) {
                requireOtherAdmin(transaction, account);
            }
            repository.delete(transaction, id);
            audit.write(
                    transaction,
                    caller,
                    "account.deleted",
                    "account",
                    id.toString(),
                    Map.of("username", account.username()));
            return 0;
        });
        changes.tell();
    }

    /**
     * Changes one's own password; the other sign-ins of the account end.
     *
     * @param current the password so far; not asked for while none was chosen
     * @throws ProblemException 422 for a wrong current or an unusable new one
     */
    void changeOwnPassword(Caller caller, Identity who, @Nullable String current, @Nullable String password) {
        if (who.accountId() == null) {
            throw new ProblemException(ProblemType.FORBIDDEN, "Keys have no password");
        }
        Account account = find(who.accountId());
        Violations violations = new Violations();
        Passwords.check(password, account.username(), violations);
        String hashBefore = repository
                .findWithPassword(account.username())
                .map(AccountRepository.WithPassword::passwordHash)
                .orElse(null);
        if (hashBefore != null && (current == null || !passwords.matches(current, hashBefore))) {
            violations.add("/current_password", "is not the password so far");
        }
        violations.refuseIfAny();
        String hash = passwords.hash(java.util.Objects.requireNonNull(password));
        database.write(transaction -> {
            setPassword(transaction, caller, required(transaction, account.id()), hash, who.signIn());
            return 0;
        });
        changes.tell();
    }

    private void setPassword(
            Transaction transaction, Caller caller, Account account, String hash, @Nullable UUID signInToKeep) {
        repository.setPassword(transaction, account.id(), hash);
        signIns.endAll(transaction, account.id(), signInToKeep, clock.millis());
        signIns.deleteLinks(transaction, account.id());
        audit.write(
                transaction,
                caller,
                "account.password_changed",
                "account",
                account.id().toString(),
                Map.of("username", account.username()));
    }

    private Account insert(
            Transaction transaction, Caller caller, String username, Role role, @Nullable String passwordHash) {
        Account account = new Account(
                Uuids.create(),
                username,
                role,
                false,
                passwordHash != null,
                Instant.ofEpochMilli(clock.millis()),
                caller.name(),
                null,
                1);
        repository.insert(transaction, account, passwordHash);
        audit.write(
                transaction,
                caller,
                "account.created",
                "account",
                account.id().toString(),
                Map.of("username", username, "role", role));
        return account;
    }

    private Account required(Transaction transaction, UUID id) {
        transaction.exclusive("account");
        return repository.find(transaction, id).orElseThrow(() -> ProblemException.notFound("account", id));
    }

    private void requireOtherAdmin(Transaction transaction, Account admin) {
        if (!admin.disabled() && !repository.hasOtherAdmin(transaction, admin.id())) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "%s is the last admin; make another account admin first".formatted(admin.username()));
        }
    }
}
