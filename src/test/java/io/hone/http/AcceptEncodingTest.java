package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, section 12.5.3. */
class AcceptEncodingTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZIP",
                "x-gzip",
                "gzip, deflate, br",
                "br,gzip",
                "gzip;q=0.5",
                "gzip; q=0.001",
                "gzip ;q=1",
                "*",
                "br, *;q=0.1",
                "*;q=0, gzip",
                "identity;q=0, gzip;q=1.000"
            })
    void allowsGzip_namedOrCovered_isTrue(String header) {
        assertThat(AcceptEncoding.allowsGzip(header)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "identity",
                "br, deflate",
                "gzip;q=0",
                "gzip; q=0.000",
                "gzip;Q=0",
                "gzip;q=0.",
                "*;q=0",
                "gzip;q=0, *",
                "*, gzip;q=0",
                "gzipped",
                "br;x=gzip",
                "not gzip",
                "gzip;q=0, x-gzip;q=0",
                "gzip;q=0;level=9"
            })
    void allowsGzip_elsewhere_isFalse(String header) {
        assertThat(AcceptEncoding.allowsGzip(header)).isFalse();
    }
}
