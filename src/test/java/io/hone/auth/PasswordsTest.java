package io.hone.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PasswordsTest {

    private final Passwords passwords = new Passwords();

    @Test
    void hash_isArgon2idWithItsOwnSalt() {
        String hash = passwords.hash("correct horse battery");

        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("correct");
        assertThat(passwords.hash("correct horse battery")).isNotEqualTo(hash);
        assertThat(passwords.matches("correct horse battery", hash)).isTrue();
        assertThat(passwords.matches("correct horse batterz", hash)).isFalse();
    }

    @Test
    void matches_unusualCharacters_countExactly() {
        String hash = passwords.hash("größe 📏 ñ and more");

        assertThat(passwords.matches("größe 📏 ñ and more", hash)).isTrue();
        assertThat(passwords.matches("große 📏 ñ and more", hash)).isFalse();
        assertThat(passwords.matches("größe ? ñ and more", hash)).isFalse();
    }

    @Test
    void hash_moreAtOnceThanMayWait_areRefusedInsteadOfKeepingThreads() throws Exception {
        int callers = 64;
        CountDownLatch together = new CountDownLatch(callers);
        List<Callable<Boolean>> calls = Collections.nCopies(callers, () -> {
            together.countDown();
            together.await();
            try {
                return passwords.hash("correct horse battery").startsWith("$argon2id$");
            } catch (ProblemException e) {
                assertThat(e.type()).isEqualTo(ProblemType.OVERLOADED);
                return false;
            }
        });
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        int made = 0;
        try {
            for (Future<Boolean> call : threads.invokeAll(calls)) {
                made += call.get() ? 1 : 0;
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(made).isBetween(1, callers - 1);
        assertThat(passwords.hash("correct horse battery")).as("afterwards").isNotEmpty();
    }

    @Test
    void matches_accountWithoutPassword_isNever() {
        assertThat(passwords.matches("", null)).isFalse();
        assertThat(passwords.matches("anything at all", null)).isFalse();
    }
}
