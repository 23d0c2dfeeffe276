package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestContextTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @ParameterizedTest
    @ValueSource(strings = {"12345678", "a.b_c-D9", "0123456789abcdef0123456789abcdef"})
    void begin_usableRequestId_isKept(String id) {
        assertThat(RequestContext.begin(id, null).requestId()).isEqualTo(id);
    }

    @Test
    void begin_requestIdOf128_isKeptAnd129IsNot() {
        assertThat(RequestContext.begin("a".repeat(128), null).requestId()).hasSize(128);
        assertThat(RequestContext.begin("a".repeat(129), null).requestId()).matches("[0-9a-f]{32}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1234567",
                "12345678 ",
                "1234567\n8",
                "12345678\n",
                "<script>x",
                "\u0661\u0662\u0663456789",
                "a,b,c,d,e"
            })
    void begin_otherRequestId_isReplaced(String id) {
        assertThat(RequestContext.begin(id, null).requestId())
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(id);
    }

    @Test
    void begin_nothingSent_makesNewIds() {
        RequestContext one = RequestContext.begin(null, null);
        RequestContext two = RequestContext.begin(null, null);
        assertThat(one.traceId()).matches("[0-9a-f]{32}").isNotEqualTo(two.traceId());
        assertThat(one.requestId()).isNotEqualTo(two.requestId());
        assertThat(one.elapsedNanos()).isNotNegative();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + TRACE + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-00",
                "cc-" + TRACE + "-00f067aa0ba902b7-01-what-the-future-brings"
            })
    void begin_validTraceparent_continuesTheTrace(String traceparent) {
        assertThat(RequestContext.begin(null, traceparent).traceId()).isEqualTo(TRACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                TRACE,
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-" + TRACE + "-00f067aa0ba902b7",
                "00-" + TRACE + "-00f067aa0ba902b7-1",
                "00-" + TRACE + "-00f067aa0ba902b7-01-more", // version 00 ends with its flags
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-" + TRACE + "0-00f067aa0ba902b7-01",
                " 00-" + TRACE + "-00f067aa0ba902b7-01\n"
            })
    void begin_invalidTraceparent_startsANewTrace(String traceparent) {
        assertThat(RequestContext.begin(null, traceparent).traceId())
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(TRACE);
    }

    @Test
    void begin_traceOfZeros_isReplaced() {
        assertThat(RequestContext.begin(null, "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01")
                        .traceId())
                .isNotEqualTo("0".repeat(32));
    }

    @Test
    void of_request_isAlwaysTheSame() {
        HttpServletRequest request = Requests.of("GET", "/", null);
        RequestContext context = RequestContext.of(request);
        assertThat(RequestContext.of(request)).isSameAs(context);
        assertThat(Caller.of(request)).isEqualTo(new Caller("anonymous", context.requestId()));
    }
}
