package io.hone.auth;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.http.Violations;
import io.hone.secrets.Sealed;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of passwords: Argon2id (RFC 9106) with 19 MiB, two passes and one lane, the least of OWASP's Password Storage
 * Cheat Sheet. Thread-safe; half of the processors make them at most, so that a flood of sign-ins leaves the others what
 * they need.
 */
@Singleton
class Passwords {

    static final int SHORTEST = 12;
    static final int LONGEST = 256;

    private static final int MEMORY_KIB = 19 * 1_024;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final long LONGEST_WAIT_SECONDS = 5;

    /** Who waits keeps a thread from everybody else's requests. */
    private static final int MOST_WAITING = 8;

    private final Argon2Function function =
            Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, HASH_BYTES, Argon2.ID);
    private final Semaphore places = new Semaphore(MOST_WAITING);
    private final Semaphore turns =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    /** Checked where there is no account, so that a name that exists takes no longer than one that does not. */
    private final String nobodys = hash(HexFormat.of().formatHex(Sealed.random(SALT_BYTES)));

    /** The hash of a password in the PHC string format. */
    String hash(String password) {
        return inTurn(() -> Password.hash(password)
                .addSalt(HexFormat.of().formatHex(Sealed.random(SALT_BYTES)))
                .with(function)
                .getResult());
    }

    /** Whether a password has that hash; null for an account without one, which takes as long and is never right. */
    boolean matches(String password, @Nullable String hash) {
        String known = hash == null ? nobodys : hash;
        boolean same = inTurn(() -> Password.check(password, known).with(Argon2Function.getInstanceFromHash(known)));
        return same && hash != null;
    }

    /** Notes a password that is too short, too long, or contains the username. */
    static void check(@Nullable String password, @Nullable String username, Violations violations) {
        violations.text(password, "/password", SHORTEST, LONGEST);
        if (password != null
                && username != null
                && username.length() >= SHORTEST
                && password.equalsIgnoreCase(username)) {
            violations.add("/password", "is the username");
        }
    }

    private <T> T inTurn(Supplier<T> work) {
        if (!places.tryAcquire()) {
            throw busy();
        }
        try {
            if (!turns.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        } finally {
            places.release();
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }

    private static ProblemException busy() {
        return new ProblemException(ProblemType.OVERLOADED, "Too many people sign in at this moment; try again");
    }
}
