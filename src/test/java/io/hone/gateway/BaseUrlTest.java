package io.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUrlTest {

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1, https://api.openai.com/v1",
        "HTTPS://API.OpenAI.com:443/v1/, https://api.openai.com/v1",
        "http://example.com:80, http://example.com",
        "http://example.com:443/, http://example.com:443",
        "https://example.com./a, https://example.com/a",
        "https://example.com/a/./b/../c, https://example.com/a/c",
        "https://example.com//x/, https://example.com/x",
        "https://8.8.8.8/x, https://8.8.8.8/x",
        "https://[2606:4700::1111]:8443/x, https://[2606:4700::1111]:8443/x",
        "https://example.com/a%20b, https://example.com/a%20b"
    })
    void normal_hasOneSpelling(String given, String normal) {
        assertThat(BaseUrl.normal(given, false)).isEqualTo(normal);
        assertThat(BaseUrl.normal(normal, false)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api.openai.com",
                "//api.openai.com",
                "/v1",
                "ftp://example.com",
                "file:///etc/passwd",
                "gopher://example.com",
                "https:///v1",
                "https://",
                "https:example.com",
                "https://u:p@example.com",
                "https://u@example.com",
                "https://example.com/?q=1",
                "https://example.com/#x",
                "https://example.com?",
                "https://exa mple.com",
                "https://ex_ample.com",
                "https://exämple.com",
                "https://example.com:0",
                "https://example.com:65536",
                "https://example.com:x",
                "https://example.com/../x",
                "https://example.com/%2e%2e/x",
                "https://example.com/a/%2E/x",
                "https://example.com/a%2fb",
                "https://example.com/a;b",
                "https://example.com/a%5cb",
                "https://example.com\\@evil.com",
                "https://example.com\n.evil.com",
                "https://[::1%25eth0]/",
                "https://2130706433/",
                "https://0x7f.1/",
                "https://127.1/",
                "https://169.254.169.254/latest",
                "https://[fe80::1]/",
                "https://0.0.0.0/",
                "https://[::ffff:169.254.169.254]/"
            })
    void normal_ofAnythingElse_isRefused_evenWhenPrivateIsAllowed(String given) {
        assertThatThrownBy(() -> BaseUrl.normal(given, true)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:11434", "http://LOCALHOST", "http://localhost.", "http://a.localhost",
                "http://127.0.0.1:8000", "http://[::1]:8000", "http://192.168.1.20", "http://[fd00::1]",
                "http://[::ffff:127.0.0.1]"
            })
    void normal_ofThisMachineOrNetwork_takesPermission(String given) {
        assertThatThrownBy(() -> BaseUrl.normal(given, false)).hasMessageContaining("allow_private");
        assertThat(BaseUrl.normal(given, true)).startsWith("http://");
    }

    @Test
    void normal_hasItsLongest() {
        String longest = "https://example.com/" + "a".repeat(BaseUrl.LONGEST - 20);
        assertThat(BaseUrl.normal(longest, false)).isEqualTo(longest);
        assertThatThrownBy(() -> BaseUrl.normal(longest + "a", false)).hasMessageContaining("2001 characters");
    }
}
