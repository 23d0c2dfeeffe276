package io.hone.auth;

import com.fasterxml.jackson.annotation.JsonValue;
import io.hone.http.Roles;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** What an account or key may do; each role may do all that the ones before it may. */
public enum Role {
    VIEWER(Roles.VIEWER),
    REPORTER(Roles.REPORTER),
    ADMIN(Roles.ADMIN);

    private final String label;

    Role(String label) {
        this.label = label;
    }

    @JsonValue
    public String label() {
        return label;
    }

    @Override
    public String toString() {
        return label;
    }

    /** This role and those it includes, as the container takes them. */
    Set<String> included() {
        return Arrays.stream(values())
                .filter(role -> role.compareTo(this) <= 0)
                .map(Role::label)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The role of a label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Role of(String label) {
        return Arrays.stream(values())
                .filter(role -> role.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No role " + label));
    }
}
