package io.hone.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.http.Uuids;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sessions",
                "dashboard",
                "criteria",
                "settings",
                "caches",
                "budgets",
                "providers",
                "performance",
                "alerts"
            })
    void isKnown_plainTopic(String topic) {
        assertThat(Topics.isKnown(topic)).isTrue();
        assertThat(Topics.kind(topic)).isEqualTo(topic);
    }

    @Test
    void isKnown_topicOfASession() {
        UUID id = Uuids.create();

        assertThat(Topics.isKnown(Topics.session(id))).isTrue();
        assertThat(Topics.kind(Topics.session(id))).isEqualTo("session");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "session", "session:", "session:1", "Sessions", "sessions ", "session:*", "sessions:x"})
    void isKnown_other_isNot(String topic) {
        assertThat(Topics.isKnown(topic)).isFalse();
    }

    @Test
    void isOfAdmins_whatIsForAdmins() {
        assertThat(Topics.isOfAdmins("settings")).isTrue();
        assertThat(Topics.isOfAdmins("caches")).isTrue();
        assertThat(Topics.isOfAdmins("providers")).isFalse();
        assertThat(Topics.isOfAdmins("budgets")).isFalse();
        assertThat(Topics.isOfAdmins("sessions")).isFalse();
        assertThat(Topics.isOfAdmins("performance")).isFalse();
    }

    /** Events name the id in lower case; a subscription that never matches must not be confirmed. */
    @Test
    void isKnown_idInUpperCase_isNot() {
        assertThat(Topics.isKnown("session:0193B5A0-7C1E-7ABC-8DEF-0123456789AB"))
                .isFalse();
    }
}
