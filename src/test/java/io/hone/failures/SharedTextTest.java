package io.hone.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedTextTest {

    /** Every one of them says {@code zebra} where the secret is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "password=zebra",
                "password = 'zebra crossing, zebra; zebra'",
                "\"db_password\": \"a zebra\"",
                "DATABASE_PASSWORD: zebra",
                "passphrase is zebra",
                "the token was zebra",
                "x-api-key: zebrazebra",
                "api key = zebra",
                "{'api-key': 'zebra zebra'}",
                "AWS_SECRET_ACCESS_KEY=zebra/zebra+zebra",
                "AccountName=me;AccountKey=zebra==",
                "client_secret=>zebra",
                "Authorization: Basic zebrazebra",
                "authorization: Digest username=\"zebra\", response=\"zebra\"",
                "Cookie: a=zebra; b=zebra",
                "Set-Cookie: session=zebra; Path=/",
                "sent Bearer zebra.zebra-zebra",
                "key sk-zebra-zebrazebra",
                "key sk_live_zebrazebra",
                "key ghs_zebrazebrazebra",
                "key xoxb-zebra-zebra-zebra",
                "key AIzazebrazebrazebra",
                "key eyJzebrazebra.zebra.zebra",
                "postgresql://user:zebra@db.example.com/x",
                "redis://:zebra@cache:6379",
                "GET https://bucket.example.com?X-Amz-Signature=zebra&zebra=1",
                "GET https://bucket.example.com/zebra/zebra?sig=zebra",
                "mail to zebra.zebra@example.com",
                "mail to someone@zebra.example.com",
                "open '/home/zebra/my zebra files/x.bin' failed",
                "open \"C:\\Users\\zebra zebra\\x.bin\" failed",
                "open C:\\Users\\zebra\\x.bin failed",
                "open \\\\server\\zebra\\x.bin failed",
                "open /home/zebra/x.bin failed",
                "open ~/zebra/x.bin failed",
                "-----BEGIN RSA PRIVATE KEY-----\nzebra\nzebra+/zebra\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nzebra\nzebra",
                "zebra\nzebra\n-----END PRIVATE KEY-----"
            })
    void secret_isLeftOut(String message) {
        assertThat(SharedText.of(message)).doesNotContain("zebra");
        assertThat(SharedText.of("It failed:\n" + message + "\nat the end"))
                .doesNotContain("zebra\nat")
                .endsWith(message.startsWith("-----BEGIN PRIVATE") ? "#" : "at the end");
    }

    @ParameterizedTest
    @MethodSource("useful")
    void whatTellsTheCause_stays(String message, String shared) {
        assertThat(SharedText.of(message)).isEqualTo(shared);
    }

    static Stream<Arguments> useful() {
        return Stream.of(
                arguments(
                        "SchedulerMisfit: warmup 500 exceeds horizon 300",
                        "schedulermisfit: warmup 500 exceeds horizon 300"),
                arguments(
                        "RuntimeError: cudnn_status_execution_failed in conv2d_backward",
                        "runtimeerror: cudnn_status_execution_failed in conv2d_backward"),
                arguments(
                        "File \"/usr/lib/python3/x.py\", line 7, in fit\nValueError: basic block is None",
                        "file \"/#\", line 0, in fit\nvalueerror: basic block is none"),
                arguments("GET https://hub.example.com/a/b?c=d failed", "get https://hub.example.com/# failed"));
    }

    @Test
    void longMessage_isSentByItsEnds_andNoWordIsCutWhereTheLastPartBegins() {
        String message = "first " + "a ".repeat(3_000) + "password=" + "zebra".repeat(1_600) + " last";

        String shared = SharedText.of(message);

        assertThat(shared).startsWith("first a").endsWith("last").doesNotContain("zebra");
        assertThat(shared.length()).isLessThanOrEqualTo(2 * MessageText.LOOKED_AT);
    }

    @Test
    void nothingButSecrets_isNothingMuch() {
        assertThat(SharedText.of("token: x")).isEqualTo("token #");
        assertThat(SharedText.of("")).isEmpty();
    }
}
