package io.hone.criteria;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.hone.http.ProblemException;

/** How a metric is compared with its bound. */
public enum Operator {
    AT_LEAST(">="),
    AT_MOST("<="),
    MORE_THAN(">"),
    LESS_THAN("<"),
    EQUAL("=");

    private final String symbol;

    Operator(String symbol) {
        this.symbol = symbol;
    }

    /**
     * Reads a symbol.
     *
     * @throws ProblemException 422 for any other
     */
    @JsonCreator
    public static Operator of(String symbol) {
        for (Operator operator : values()) {
            if (operator.symbol.equals(symbol)) {
                return operator;
            }
        }
        throw ProblemException.invalid("", "is none of >=, <=, >, <, =");
    }

    /** The symbol, as JSON has it. */
    @JsonValue
    public String symbol() {
        return symbol;
    }

    /** Whether the value meets the bound; NaN never does, as IEEE 754 compares. */
    public boolean holds(double value, double bound) {
        return switch (this) {
            case AT_LEAST -> value >= bound;
            case AT_MOST -> value <= bound;
            case MORE_THAN -> value > bound;
            case LESS_THAN -> value < bound;
            case EQUAL -> value == bound;
        };
    }
}
