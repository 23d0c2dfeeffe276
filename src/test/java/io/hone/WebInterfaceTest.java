package io.hone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the files of the web interface must be, before any browser sees them. */
class WebInterfaceTest {

    private static final Path WEBAPP = Path.of("src/main/webapp");
    private static final int LONGEST_FILE = 400;
    private static final Pattern WEBJAR = Pattern.compile("^/webjars/([^/]+)/([^/]+)/");
    private static final Pattern PROPERTY = Pattern.compile("<([a-z-]+)\\.version>([^<]+)</\\1\\.version>");
    /** Namespaces are names, not addresses that anybody asks for. */
    private static final Pattern EXTERNAL = Pattern.compile(
            "(?:https?:)?//(?!www\\.w3\\.org/(?:2000/svg|1999/))[a-z0-9-]+(?:\\.[a-z0-9-]+)+",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern INLINE =
            Pattern.compile("\\sstyle\\s*=|<style|\\son[a-z]+\\s*=|javascript:", Pattern.CASE_INSENSITIVE);
    private static final Pattern SCRIPT = Pattern.compile("<script([^>]*)>(.*?)</script>", Pattern.DOTALL);
    private static final Pattern IMPORT = Pattern.compile("(?:(?<!')\\bfrom|(?<!/)\\bimport)\\s*\\(?\\s*'([^']+)'");

    @Test
    void importMap_namesTheVersionsOfThePom() throws IOException {
        Map<String, String> properties = new HashMap<>();
        Matcher property = PROPERTY.matcher(Files.readString(Path.of("pom.xml")));
        while (property.find()) {
            properties.put(property.group(1), property.group(2));
        }
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> found = new TreeMap<>();
        for (JsonNode address : importMap()) {
            Matcher webjar = WEBJAR.matcher(address.asText());
            assertThat(webjar.find()).as(address.asText()).isTrue();
            found.put(webjar.group(1), webjar.group(2));
            expected.put(webjar.group(1), properties.get(webjar.group(1).replace("__", "-")));
        }
        assertThat(found).isNotEmpty().isEqualTo(expected);
    }

    @Test
    void importMap_pointsToFilesThatExist() throws IOException {
        for (JsonNode address : importMap()) {
            if (address.asText().endsWith("/")) {
                continue;
            }
            assertThat(getClass().getResource("/META-INF/resources" + address.asText()))
                    .as(address.asText())
                    .isNotNull();
        }
    }

    @Test
    void imports_leadToFilesOrTheImportMap() throws IOException {
        JsonNode map = importMap();
        for (Path file : files("js")) {
            for (String module : matches(IMPORT, Files.readString(file), 1)) {
                boolean mapped = map.has(module) || map.has(module.replaceFirst("[^/]+$", ""));
                assertThat(mapped || Files.isRegularFile(file.resolveSibling(module)))
                        .as("%s imports %s", file, module)
                        .isTrue();
            }
        }
    }

    @Test
    void filesNamedInIndex_exist() throws IOException {
        String index = Files.readString(WEBAPP.resolve("index.html"));
        List<String> named = matches(Pattern.compile("(?:href|src)=\"/([^\"#]+\\.[a-z]+)\""), index, 1);
        assertThat(named).hasSizeGreaterThan(10).allSatisfy(file -> assertThat(WEBAPP.resolve(file))
                .isRegularFile());
    }

    @Test
    void html_hasNoInlineStyleHandlerOrScript() throws IOException {
        for (Path file : files("html")) {
            String html = Files.readString(file);
            assertThat(matches(INLINE, html, 0)).as(file.toString()).isEmpty();
            assertThat(SCRIPT.matcher(html).results())
                    .as(file.toString())
                    .allMatch(script ->
                            script.group(2).isBlank() || script.group(1).contains("type=\"importmap\""));
        }
    }

    @Test
    void templates_haveNoInlineStyleOrHandler() throws IOException {
        Pattern inTag = Pattern.compile("<[a-z][^<>]*\\s(?:style|on[a-z]+)=");
        for (Path file : files("js")) {
            assertThat(matches(inTag, Files.readString(file), 0))
                    .as(file.toString())
                    .isEmpty();
        }
    }

    @Test
    void files_nameNoExternalAddress() throws IOException {
        for (Path file : files("html", "js", "css", "svg", "json")) {
            assertThat(matches(EXTERNAL, Files.readString(file), 0))
                    .as(file.toString())
                    .isEmpty();
        }
    }

    @Test
    void files_areShort() throws IOException {
        for (Path file : files("html", "js", "css")) {
            assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(LONGEST_FILE);
        }
    }

    private static JsonNode importMap() throws IOException {
        String index = Files.readString(WEBAPP.resolve("index.html"));
        Matcher map = Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL)
                .matcher(index);
        assertThat(map.find()).isTrue();
        return Json.MAPPER.readTree(map.group(1)).get("imports");
    }

    private static List<Path> files(String... types) throws IOException {
        List<String> endings = Stream.of(types).map(type -> "." + type).toList();
        try (Stream<Path> all = Files.walk(WEBAPP)) {
            List<Path> found = all.filter(Files::isRegularFile)
                    .filter(file -> endings.stream().anyMatch(file.toString()::endsWith))
                    .toList();
            assertThat(found).isNotEmpty();
            return found;
        }
    }

    private static List<String> matches(Pattern pattern, String text, int group) {
        return pattern.matcher(text).results().map(match -> match.group(group)).toList();
    }
}
