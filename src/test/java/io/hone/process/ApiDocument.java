package io.hone.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.oas.OpenApi30;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** {@code openapi.yaml} as tests use it: its operations, and JSON checked against its schemas. */
final class ApiDocument {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    /** Schemas get absolute references, so that a part of the document is a schema by itself. */
    private static final String LOCATION = "https://hone.test/openapi.json";

    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    /**
     * One operation.
     *
     * @param method in upper case
     * @param path with placeholders
     * @param node as written
     * @param parameters its own and its path's, resolved
     */
    record Operation(String method, String path, JsonNode node, List<JsonNode> parameters) {

        String id() {
            return node.path("operationId").asText();
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private final JsonNode root;
    private final JsonSchemaFactory factory;
    private final Map<JsonNode, JsonSchema> schemas = new ConcurrentHashMap<>();

    private ApiDocument(JsonNode root) {
        this.root = root;
        absolute(root);
        factory = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V4, builder -> builder.metaSchema(OpenApi30.getInstance())
                        .defaultMetaSchemaIri(OpenApi30.getInstance().getIri())
                        .schemaLoaders(loaders -> loaders.schemas(Map.of(LOCATION, root.toString()))));
    }

    static ApiDocument read() {
        try (InputStream in = ApiDocument.class.getResourceAsStream("/openapi.yaml")) {
            return new ApiDocument(new YAMLMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        root.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(member -> {
                    if (METHODS.contains(member.getKey())) {
                        List<JsonNode> parameters = new ArrayList<>();
                        path.getValue().path("parameters").forEach(parameter -> parameters.add(resolved(parameter)));
                        member.getValue().path("parameters").forEach(parameter -> parameters.add(resolved(parameter)));
                        operations.add(new Operation(
                                member.getKey().toUpperCase(java.util.Locale.ROOT),
                                path.getKey(),
                                member.getValue(),
                                parameters));
                    }
                }));
        return operations;
    }

    Operation operation(String id) {
        return operations().stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No operation " + id));
    }

    /** What a reference points to, or the node itself. */
    JsonNode resolved(JsonNode node) {
        JsonNode reference = node.get("$ref");
        if (reference == null) {
            return node;
        }
        JsonNode target = root.at(reference.asText().substring(LOCATION.length() + 1));
        if (target.isMissingNode()) {
            throw new IllegalStateException("Nothing is at " + reference.asText());
        }
        return resolved(target);
    }

    /** The answer that is described for a status: its own entry, or the default. */
    JsonNode response(Operation operation, int status) {
        JsonNode responses = operation.node().path("responses");
        JsonNode own = responses.get(Integer.toString(status));
        return resolved(own == null ? responses.path("default") : own);
    }

    /** Schema of the JSON body of a request; null where it has none. */
    JsonNode requestSchema(Operation operation) {
        return operation
                .node()
                .path("requestBody")
                .path("content")
                .path("application/json")
                .get("schema");
    }

    /** Bodies that the document shows as examples. */
    List<JsonNode> requestExamples(Operation operation) {
        return examples(operation.node().path("requestBody").path("content").path("application/json"));
    }

    /** Examples of a media type. */
    List<JsonNode> examples(JsonNode mediaType) {
        List<JsonNode> examples = new ArrayList<>();
        if (mediaType.has("example")) {
            examples.add(mediaType.get("example"));
        }
        mediaType
                .path("examples")
                .forEach(example -> examples.add(resolved(example).get("value")));
        return examples;
    }

    /** What is wrong with an instance, empty where it fits the schema. */
    List<String> check(JsonNode schema, JsonNode instance) {
        JsonSchema compiled = schemas.computeIfAbsent(schema, node -> factory.getSchema(node, CONFIG));
        return compiled.validate(instance).stream()
                .map(ValidationMessage::toString)
                .toList();
    }

    /** A schema by its name. */
    JsonNode schema(String name) {
        JsonNode schema = root.path("components").path("schemas").get(name);
        if (schema == null) {
            throw new IllegalArgumentException("No schema " + name);
        }
        return schema;
    }

    /**
     * What is wrong with an answer: an undescribed media type, a missing header, a body that does not fit.
     *
     * @param headers by name in lower case
     */
    List<String> check(Operation operation, int status, Map<String, String> headers, byte[] body) throws IOException {
        List<String> wrong = new ArrayList<>();
        JsonNode response = response(operation, status);
        response.path("headers").properties().forEach(header -> {
            String value = headers.get(header.getKey().toLowerCase(java.util.Locale.ROOT));
            if (value == null) {
                wrong.add("has no header " + header.getKey());
            } else {
                JsonNode schema = resolved(header.getValue()).path("schema");
                if (schema.has("pattern")
                        && !java.util.regex.Pattern.compile(
                                        schema.path("pattern").asText())
                                .matcher(value)
                                .find()) {
                    wrong.add("has header %s: %s".formatted(header.getKey(), value));
                }
            }
        });
        JsonNode content = response.path("content");
        if (content.isMissingNode() || content.isEmpty()) {
            if (body.length > 0) {
                wrong.add("has a body, but none is described");
            }
            return wrong;
        }
        String type = headers.getOrDefault("content-type", "none").replaceAll("\\s*;.*", "");
        JsonNode mediaType = content.get(type);
        if (mediaType == null) {
            wrong.add("is of type %s, not of %s".formatted(type, names(content)));
        } else if (type.endsWith("json") && !type.endsWith("ndjson")) {
            wrong.addAll(check(mediaType.path("schema"), io.hone.http.Json.MAPPER.readTree(body)));
        }
        return wrong;
    }

    private static List<String> names(JsonNode node) {
        return node.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static void absolute(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("$ref").asText().startsWith("#")) {
            object.put("$ref", LOCATION + object.get("$ref").asText());
        }
        node.forEach(ApiDocument::absolute);
    }
}
