package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNameTest {

    /** Whatever else is in the body stays byte by byte: numbers, blanks, escapes, letters of several bytes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'model':'a'}                                        | {'model':'b\\'c'}",
                "{ 'x' : 1.0000000000000000001, 'model' : 'a\\u0041' }| { 'x' : 1.0000000000000000001, 'model' : 'b\\'c' }",
                "{'ü':'häß 😀','model':'ä','n':[{'model':'a'}]}       | {'ü':'häß 😀','model':'b\\'c','n':[{'model':'a'}]}",
                "{'n':{'model':'a'}}                                  | {'n':{'model':'a'}}",
                "{'model':7}                                          | {'model':7}",
                "['model','a']                                        | ['model','a']",
                "no JSON                                              | no JSON",
            })
    void replaced(String body, String expected) {
        byte[] replaced = ModelName.replaced(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "b\"c");
        assertThat(new String(replaced, StandardCharsets.UTF_8)).isEqualTo(expected.replace('\'', '"'));
    }
}
