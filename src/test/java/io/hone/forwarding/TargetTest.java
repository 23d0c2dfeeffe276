package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.http.ProblemException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    private static final String BASE = "https://api.example.com/v1";

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "/gateway/p, none, https://api.example.com/v1",
                "/gateway/p/, none, https://api.example.com/v1/",
                "/gateway/p/chat/completions, none, https://api.example.com/v1/chat/completions",
                "/gateway/p/models/org%2Fname, a=b%20c&d, https://api.example.com/v1/models/org%2Fname?a=b%20c&d",
                "/gateway/p/a..b/...c, '', https://api.example.com/v1/a..b/...c?",
                "/gateway/p/x:predict;v=1, none, https://api.example.com/v1/x:predict;v=1",
            })
    void address_goesBelowTheBase(String address, String query, String expected) {
        assertThat(Target.of(address, query).below(BASE)).isEqualTo(URI.create(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/a/..",
                "/./a",
                "/%2e%2e",
                "/%2E%2e/x",
                "/.%2e/x",
                "/%252e%252e/x",
                "/%25252e%25252e/x",
                "/a%2f..%2fb",
                "/a%5c..%5cb",
                "/..;a=b/c",
                "/.;a",
                "/a%2f..;b%2fc",
                "/a%5C.",
                "/a//b",
                "//evil.example",
                "/a\\b",
                "/a%00",
                "/a%0d%0ab",
                "/a b",
                "/a#b",
                "/a{b}",
                "/a%zz",
                "/a[b",
                "/ä",
            })
    void addressThatSomeServerReadsInAnotherWay_isRefused(String path) {
        assertThatThrownBy(() -> Target.of("/gateway/p" + path, null).below(BASE))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("provider's name");
    }

    @Test
    void queryWithWhatHasToBeEncoded_isRefused() {
        assertThatThrownBy(() -> Target.of("/gateway/p/x", "a=b c").below(BASE)).isInstanceOf(ProblemException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.example.com/v1/new?a=1, /gateway/p/new?a=1",
        "/v1/new, /gateway/p/new",
        "new, /gateway/p/a/new",
        "/v1/../v2/new, /v1/../v2/new",
        "https://api.example.com/v10/new, https://api.example.com/v10/new",
        "https://api.example.com.evil.example/v1/new, https://api.example.com.evil.example/v1/new",
        "http://api.example.com/v1/new, http://api.example.com/v1/new",
        "'::', '::'",
    })
    void redirect_staysBelowTheGateway_whereItStaysWithTheProvider(String location, String expected) {
        Target target = Target.of("/gateway/p/a/b", null);
        assertThat(target.redirected(target.below(BASE), BASE, location)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/files",
                "/v1/files",
                "/v1beta/files/file-1/content",
                "/uploads/u/parts",
                "/batches",
                "/batches/b/cancel",
                "/fine_tuning/jobs",
                "/moderations",
                "/messages/batches",
                "/v1/messages/count_tokens"
            })
    void takesNoTokens_filesAndJobs(String path) {
        assertThat(Target.of("/gateway/openai" + path, null).takesNoTokens()).isTrue();
    }

    /** Whatever could be anything else counts, however it is written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/chat/completions",
                "/responses",
                "/messages",
                "/messages/batchesx",
                "/embeddings",
                "/images/generations",
                "/audio/transcriptions",
                "/videos",
                "/threads/t/runs",
                "/vector_stores/v/search",
                "/filesystem",
                "/Files",
                "/f%69les",
                "/files/%2e/chat/completions",
                "/files/x;/y",
                "/v1/v1/files",
                "/chat/files"
            })
    void takesNoTokens_nothingElse(String path) {
        assertThat(new Target("openai", path, null).takesNoTokens()).isFalse();
    }
}
