package io.hone.gateway;

import static io.hone.audit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.http.Json;
import io.hone.http.ProblemType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.000000001, 1",
        "0.1, 100000000",
        "12.50, 12500000000",
        "007, 7000000000",
        "1000000000, 1000000000000000000",
        "999999999.999999999, 999999999999999999",
        "1.000000000000000000000, 1000000000"
    })
    void ofUsd_isExact(String usd, long nano) {
        assertThat(Money.ofUsd(usd).nano()).isEqualTo(nano);
        assertThat(Money.ofUsd(new BigDecimal(usd)).nano()).isEqualTo(nano);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "+1",
                "1e3",
                "1e999999999",
                "0x1",
                "1.",
                ".5",
                "1,5",
                "NaN",
                "1000000000.000000001",
                "0.0000000001",
                "1.0000000005",
                "99999999999999999999",
                "١"
            })
    void ofUsd_ofAnythingElse_isRefused(String text) {
        assertRefused(ProblemType.VALIDATION, () -> Money.ofUsd(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "1e-999999999", "-0.1", "1e10", "1e-10"})
    void ofUsd_ofANumberOutOfRange_isRefusedAtOnce(String number) {
        assertRefused(ProblemType.VALIDATION, () -> Money.ofUsd(new BigDecimal(number)));
    }

    @Test
    void json_isADecimalString_andANumberIsUnderstood() throws IOException {
        assertThat(Json.write(Money.ofUsd("12.50"))).isEqualTo("\"12.5\"");
        assertThat(Json.write(Money.ZERO)).isEqualTo("\"0\"");
        assertThat(Json.write(new Money(1))).isEqualTo("\"0.000000001\"");
        assertThat(Json.write(new Money(Money.MOST_NANO))).isEqualTo("\"4000000000\"");
        assertThat(Json.MAPPER.readValue("0.1", Money.class)).isEqualTo(Money.ofUsd("0.1"));
        assertThat(Json.MAPPER.readValue("999999999.999999999", Money.class))
                .isEqualTo(Money.ofUsd("999999999.999999999"));
        assertThat(Json.MAPPER.readValue("\"3\"", Money.class)).isEqualTo(Money.ofUsd("3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "[]", "{}", "\"\"", "\"1 USD\""})
    void json_ofAnythingElse_isRefused(String json) {
        assertRefused(ProblemType.VALIDATION, () -> Json.parse(Json.MAPPER.readTree(json), Money.class));
    }

    @Property
    void ofTokens_isTheExactCostRoundedUpOnce(
            @ForAll @LongRange(max = 1_000_000_000_000L) long fresh,
            @ForAll @LongRange(max = 1_000_000_000_000L) long cached,
            @ForAll @LongRange(max = 1_000_000_000_000L) long written,
            @ForAll @LongRange(max = 1_000_000_000_000L) long output,
            @ForAll @LongRange(max = 1_000_000_000L) long inputPrice,
            @ForAll @LongRange(max = 1_000_000_000L) long outputPrice,
            @ForAll @LongRange(max = 1_000_000_000L) long cachedPrice,
            @ForAll @LongRange(max = 1_000_000_000L) long writePrice) {
        Price price =
                new Price(new Money(inputPrice), new Money(outputPrice), new Money(cachedPrice), new Money(writePrice));
        BigDecimal exact = new Money(inputPrice)
                .usd()
                .multiply(BigDecimal.valueOf(fresh))
                .add(new Money(cachedPrice).usd().multiply(BigDecimal.valueOf(cached)))
                .add(new Money(writePrice).usd().multiply(BigDecimal.valueOf(written)))
                .add(new Money(outputPrice).usd().multiply(BigDecimal.valueOf(output)))
                .movePointLeft(6)
                .setScale(9, RoundingMode.CEILING);

        Tokens tokens = new Tokens(fresh + cached + written, cached, written, output);
        assertThat(price.of(tokens).usd()).isEqualByComparingTo(exact);
        assertThat(price.atMost(tokens.input(), output)).isGreaterThanOrEqualTo(price.of(tokens));
        Price plain = new Price(new Money(inputPrice), new Money(outputPrice));
        assertThat(plain.of(tokens)).isEqualTo(plain.of(Tokens.of(tokens.input(), output)));
        assertThat(plain.atMost(tokens.input(), output)).isEqualTo(plain.of(tokens));
    }

    @Test
    void ofTokens_beyondAllMoney_isTheMostThereIs() {
        Price dear = new Price(Money.ofUsd("1000000000"), Money.ofUsd("1000000000"));

        assertThat(dear.of(Tokens.of(Long.MAX_VALUE, Long.MAX_VALUE)).nano()).isEqualTo(Money.MOST_NANO);
        assertThatThrownBy(() -> Tokens.of(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tokens(5, 3, 3, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tokens(Long.MAX_VALUE, 0, -1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shareOf_nothing_isAll() {
        assertThat(Money.ofUsd("9").shareOf(Money.ofUsd("10"))).isEqualTo(0.9);
        assertThat(Money.ZERO.shareOf(Money.ZERO)).isEqualTo(1);
        assertThat(Money.ofUsd("3").minus(Money.ofUsd("5"))).isEqualTo(Money.ZERO);
        assertThat(new Money(Money.MOST_NANO).plus(new Money(1)).nano()).isEqualTo(Money.MOST_NANO);
    }
}
