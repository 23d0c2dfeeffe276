package io.hone.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hone.http.ProblemException;
import io.hone.http.ProblemException.Violation;
import io.hone.http.ProblemType;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that something is refused, and how. */
public final class Refusals {

    private Refusals() {}

    /** Asserts a problem of that type; returns it. */
    public static ProblemException assertRefused(ProblemType type, ThrowingCallable call) {
        ProblemException problem = catchThrowableOfType(ProblemException.class, call);
        assertThat(problem).as("a problem").isNotNull();
        assertThat(problem.type()).as(problem.detail()).isEqualTo(type);
        return problem;
    }

    /** Asserts a 422 that names exactly these places. */
    public static void assertInvalid(ThrowingCallable call, String... pointers) {
        assertThat(pointers(assertRefused(ProblemType.VALIDATION, call))).containsExactlyInAnyOrder(pointers);
    }

    private static List<String> pointers(ProblemException problem) {
        return problem.errors().stream().map(Violation::pointer).toList();
    }
}
