package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.hone.gateway.ProviderKind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalBodyTest {

    private static final String PATH = "/chat/completions";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':1,'b':[1,2]}              | { 'b' : [1, 2.0], 'a' : 1.00 }",
                "{'a':'\u00e4'}                | {'a':'ä'}",
                "{'a':1e2}                      | {'a':100}",
                "{'a':1,'user':'x'}             | {'a':1,'metadata':{'b':1}}",
            })
    void whatMeansTheSame_isTheSame(String one, String other) {
        assertThat(digest(one)).isNotNull().isEqualTo(digest(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':1}         | {'a':'1'}",
                "{'a':[1,2]}     | {'a':[2,1]}",
                "{'a':null}      | {}",
                "{'a':0.1}       | {'a':0.10000000000000002}",
                "{'a':{'user':1}} | {'a':{'user':2}}",
                "{'a':'A'}       | {'a':'a'}",
            })
    void whatMeansSomethingElse_isNot(String one, String other) {
        assertThat(digest(one)).isNotNull().isNotEqualTo(digest(other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'seed':9007199254740993}",
                "{'seed':0.10000000000000000001}",
                "{'a':1e999}",
                "{'a':1,'a':1}",
                "[1]",
                "no JSON",
                "{'a':1} {'b':2}",
            })
    void whatCannotBeToldFromOthers_hasNone(String body) {
        assertThat(digest(body)).isNull();
    }

    @Test
    void bodiesOfGenericProviders_areComparedAsTheyAre_whereTheyAreNoJson() {
        CanonicalBody form = of("a=1&b=2", ProviderKind.GENERIC);
        assertThat(form.digest())
                .isNotNull()
                .isNotEqualTo(of("b=2&a=1", ProviderKind.GENERIC).digest());
        assertThat(form.repeatable()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'temperature':0}      | true",
                "{'temperature':0.0}    | true",
                "{'temperature':1e-9}   | false",
                "{'temperature':'0'}    | false",
                "{'seed':1}             | false",
                "{}                     | false",
            })
    void answersAreTheSameEachTime_onlyWithoutChance(String body, boolean repeatable) {
        assertThat(of(body.replace('\'', '"'), ProviderKind.OPENAI).repeatable())
                .isEqualTo(repeatable);
        assertThat(CanonicalBody.of("{}".getBytes(StandardCharsets.UTF_8), ProviderKind.OPENAI, "/v1/embeddings")
                        .repeatable())
                .isTrue();
    }

    private static String digest(String body) {
        return of(body.replace('\'', '"'), ProviderKind.OPENAI).digest();
    }

    private static CanonicalBody of(String body, ProviderKind kind) {
        return CanonicalBody.of(body.getBytes(StandardCharsets.UTF_8), kind, PATH);
    }
}
