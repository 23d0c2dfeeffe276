package io.hone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimedResponseTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0.000",
        "999, 0.000",
        "1000, 0.001",
        "99999, 0.099",
        "100000, 0.100",
        "1204000, 1.204",
        "1010000, 1.010",
        "60000000000, 60000.000"
    })
    void millis_nanos_haveThreeDecimals(long nanos, String millis) {
        assertThat(TimedResponse.millis(nanos)).isEqualTo(millis);
    }

    @Property
    void millis_anyDuration_isCutToMicroseconds(@ForAll @LongRange(min = 0) long nanos) {
        assertThat(TimedResponse.millis(nanos))
                .isEqualTo(BigDecimal.valueOf(nanos, 6)
                        .setScale(3, RoundingMode.DOWN)
                        .toPlainString());
    }
}
