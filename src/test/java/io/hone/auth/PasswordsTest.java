package io.hone.auth;

import static org.assertj.core.api.Assertions.assertThat;

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
    void matches_accountWithoutPassword_isNever() {
        assertThat(passwords.matches("", null)).isFalse();
        assertThat(passwords.matches("anything at all", null)).isFalse();
    }
}
