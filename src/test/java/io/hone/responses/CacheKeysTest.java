package io.hone.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class CacheKeysTest {

    @Test
    void of_eachPart_tellsApart() {
        List<String> keys = List.of(
                key("GET", "/a", null, "", List.of(), null),
                key("POST", "/a", null, "", List.of(), null),
                key("GET", "/b", null, "", List.of(), null),
                key("GET", "/a", "", "", List.of(), null),
                key("GET", "/a", "x=1", "", List.of(), null),
                key("GET", "/a", null, "viewer", List.of(), null),
                key("GET", "/a", null, "viewer ACCOUNT 1", List.of(), null),
                key("GET", "/a", null, "viewer KEY 1", List.of(), null),
                key("GET", "/a", null, "", List.of("de"), null),
                key("GET", "/a", null, "", List.of("", "de"), null),
                key("POST", "/a", null, "", List.of(), new byte[] {1}),
                key("POST", "/a", null, "", List.of(), new byte[] {2}));
        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void of_longOrSecret_isADigest() {
        assertThat(key("GET", "/" + "a".repeat(300), null, "", List.of(), null)).hasSize(18 + 64);
        assertThat(key("GET", "/a", "api_key=hunter2", "", List.of(), null)).doesNotContain("hunter2");
        assertThat(key("GET", "/a", "x=1&Token=hunter2", "", List.of(), null)).doesNotContain("hunter2");
        assertThat(key("GET", "/a", "x=1", "", List.of(), null)).contains("/a").contains("x=1");
    }

    @Property
    void sorted_namesInAnyOrder_areTheSame(
            @ForAll @Size(max = 6) List<@AlphaChars @StringLength(min = 1, max = 3) String> names, @ForAll long seed) {
        List<String> parameters = new ArrayList<>();
        for (String name : names.stream().distinct().toList()) {
            parameters.add(name + "=1");
        }
        String sorted = CacheKeys.sorted(String.join("&", parameters));
        Collections.shuffle(parameters, new Random(seed));
        assertThat(CacheKeys.sorted(String.join("&", parameters))).isEqualTo(sorted);
    }

    @Test
    void sorted_valuesOfOneName_stayInOrder() {
        assertThat(CacheKeys.sorted("b=2&a=2&b=1&a=1")).isEqualTo("?a=2&a=1&b=2&b=1");
    }

    private static String key(
            String method, String path, String query, String caller, List<String> varying, byte[] body) {
        return CacheKeys.of(method, path, query, caller, varying, body);
    }
}
