package io.hone.gateway;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.hone.http.ProblemException;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * An amount in US dollars, exact to a billionth: whole nano-dollars, which one column of a database adds up without
 * rounding. In JSON it is a decimal string such as {@code "12.5"}; a number is understood too.
 *
 * @param nano billionths of a dollar; 0 to {@link #MOST_NANO}
 */
@JsonDeserialize(using = Money.Reader.class)
public record Money(long nano) implements Comparable<Money>, Serializable {

    /** Digits behind the decimal point. */
    static final int DIGITS = 9;

    /** Four billion dollars: two of them, and an amount that people give, are still within a {@code long}. */
    public static final long MOST_NANO = 4_000_000_000_000_000_000L;

    /** The largest amount that people give: a billion dollars. */
    static final BigDecimal MOST_GIVEN = new BigDecimal("1000000000");

    public static final Money ZERO = new Money(0);

    private static final BigInteger TOKENS_OF_PRICE = BigInteger.valueOf(1_000_000);
    private static final String REFUSED = "is no decimal from 0 to 1000000000 with at most 9 digits behind the point";

    /** No exponent: {@code 1e999999999} is short and not small. */
    private static final Pattern TEXT = Pattern.compile("\\d{1,30}(\\.\\d{1,30})?");

    public Money {
        if (nano < 0 || nano > MOST_NANO) {
            throw new IllegalArgumentException("%d nano-dollars are not 0 to %d".formatted(nano, MOST_NANO));
        }
    }

    /**
     * The amount of a decimal of dollars.
     *
     * @throws ProblemException 422 if it is below 0, over a billion, or finer than a billionth
     */
    public static Money ofUsd(BigDecimal usd) {
        // Magnitude and fineness first: they are two small numbers, whatever the exponent.
        if (usd.signum() == 0) {
            return ZERO;
        }
        long whole = (long) usd.precision() - usd.scale();
        if (usd.signum() < 0 || whole > 10 || whole < -DIGITS || usd.precision() > 60) {
            throw refused();
        }
        BigDecimal plain = usd.stripTrailingZeros();
        if (plain.scale() > DIGITS || plain.compareTo(MOST_GIVEN) > 0) {
            throw refused();
        }
        return new Money(plain.movePointRight(DIGITS).longValueExact());
    }

    /** As {@link #ofUsd(BigDecimal)}, from digits with at most one point. */
    public static Money ofUsd(String usd) {
        if (!TEXT.matcher(usd).matches()) {
            throw refused();
        }
        return ofUsd(new BigDecimal(usd));
    }

    /** What so many tokens cost at this price of a million, rounded up; at most {@link #MOST_NANO}. */
    BigInteger timesTokens(long tokens) {
        return BigInteger.valueOf(nano).multiply(BigInteger.valueOf(tokens));
    }

    /** The amount of sums of {@link #timesTokens}, rounded up to a billionth of a dollar. */
    static Money ofTokens(BigInteger sum) {
        BigInteger[] parts = sum.divideAndRemainder(TOKENS_OF_PRICE);
        BigInteger nano = parts[1].signum() == 0 ? parts[0] : parts[0].add(BigInteger.ONE);
        return new Money(nano.min(BigInteger.valueOf(MOST_NANO)).longValue());
    }

    /** The sum; at most {@link #MOST_NANO}. */
    public Money plus(Money other) {
        return new Money(Math.min(MOST_NANO, nano + other.nano));
    }

    /** The difference; at least nothing. */
    public Money minus(Money other) {
        return new Money(Math.max(0, nano - other.nano));
    }

    /** In dollars. */
    public BigDecimal usd() {
        return BigDecimal.valueOf(nano, DIGITS);
    }

    /** This as a share of another amount, 0 and up; of nothing it is 1. */
    public double shareOf(Money whole) {
        return whole.nano == 0
                ? 1
                : usd().divide(whole.usd(), DIGITS, RoundingMode.HALF_UP).doubleValue();
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(nano, other.nano);
    }

    /** Decimal dollars without needless zeros. */
    @Override
    @JsonValue
    public String toString() {
        return nano == 0 ? "0" : usd().stripTrailingZeros().toPlainString();
    }

    private static ProblemException refused() {
        return ProblemException.invalid("", REFUSED);
    }

    /** Reads a decimal, written as a string or as a number. */
    static final class Reader extends StdDeserializer<Money> {
        private static final long serialVersionUID = 1L;

        Reader() {
            super(Money.class);
        }

        @Override
        public Money deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.hasToken(JsonToken.VALUE_STRING)) {
                return ofUsd(parser.getText());
            }
            if (parser.currentToken().isNumeric()) {
                return ofUsd(parser.getDecimalValue());
            }
            throw refused();
        }
    }
}
