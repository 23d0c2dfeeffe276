package io.hone.failures;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        Tried to allocate 2.00 GiB (GPU 3; 23.65 GiB total)     | tried to allocate 0 gib (gpu 0; 0 gib total)
        Error code: 429, retry in 17 s                          | error code: 429, retry in 0 s
        step 1000 of 12000                                      | step 0 of 0
        2026-11-21 10:04:05,123 worker 7 died                   | 0-0-0 0 worker 0 died
        at 10.0.0.12:41232                                      | at 0
        exitcode: -9                                            | exitcode: -9
        object at 0x7f3a2c1b5d90                                | object at 0
        request 019aa2f0-5c00-7000-8000-0123456789ab failed     | request 0 failed
        commit 8a7f00c1                                         | commit 0
        int8, bf16 and conv2d                                   | int8, bf16 and conv2d
        batch of 64MB                                           | batch of 0mb
        open '/home/ada/run 1/x.pt'                             | open '/# 0/x.pt'
        open data/train.csv or n/a                              | open data/train.csv or n/a
        for url: https://api.example.com/v1/chat?x=1            | for url: https://api.example.com/#
        https://ada:hunter2@db.example.com/x                    | https://#@db.example.com/#
        """)
    void of_whatDiffersBetweenOccurrences_isMadeEqual(String message, String text) {
        assertThat(MessageText.of(message)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Incorrect API key provided: sk-proj-abcDEFghiJKLmno123",
                "Authorization: Bearer abcDEFghiJKLmno123",
                "password=abcDEFghiJKLmno123",
                "{\"token\": \"abcDEFghiJKLmno123\"}",
                "api_key: 'abcDEFghiJKLmno123'",
                "HF_TOKEN=abcDEFghiJKLmno123&x",
                "hf_abcDEFghiJKLmno123",
                "eyJabcDEFghiJKLmno123.eyJzdWIi.c2ln",
                "postgresql://hone:abcDEFghiJKLmno123@db/hone",
                "id AabcDEFghiJKLmno123zz"
            })
    void of_secret_isNotInTheText(String message) {
        assertThat(MessageText.of(message)).doesNotContain("abcdefghijklmno").contains("#");
    }

    @Property
    void of_anything_isShortPrintableAndStable(@ForAll String message) {
        String text = MessageText.of(message);

        assertThat(text.length()).isLessThanOrEqualTo(2 * (MessageText.LOOKED_AT + 1));
        assertThat(text.chars().filter(c -> c < ' ' && c != '\n')).isEmpty();
        assertThat(MessageText.of(message)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001B[31mCUDA out of memory\u001B[0m",
                "CUDA\u0000out\tof\u0007memory",
                " \r\n CUDA out\u00A0of memory \n"
            })
    void of_controlCharacters_areNotThere(String message) {
        assertThat(MessageText.of(message).strip()).isEqualTo("cuda out of memory");
    }
}
