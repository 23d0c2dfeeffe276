package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.auth.Account;
import io.hone.auth.Accounts;
import io.hone.auth.ApiKey;
import io.hone.auth.AuthResource;
import io.hone.auth.Keys;
import io.hone.auth.Tokens;
import io.hone.criteria.CriteriaBody;
import io.hone.gateway.Budget;
import io.hone.gateway.BudgetBody;
import io.hone.gateway.BudgetHistory;
import io.hone.gateway.BudgetStatus;
import io.hone.gateway.Provider;
import io.hone.gateway.ProviderBody;
import io.hone.gateway.Spending;
import io.hone.process.ApiDocument.Operation;
import io.hone.sessions.NewSession;
import io.hone.sessions.Session;
import io.hone.sessions.StatusChange;
import io.hone.sessions.VerdictDocument;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds {@code openapi.yaml} to the code, and to itself. */
class ApiDocumentTest {

    /** Servlet addresses that are pages, files or errors and no part of the interface. */
    private static final Set<String> NO_INTERFACE = Set.of(
            "/",
            "/sessions",
            "/compare",
            "/criteria",
            "/providers",
            "/performance",
            "/caches",
            "/settings",
            "/access",
            "/sign-in",
            "/error",
            "/docs",
            "/openapi/*");

    /** What everybody may ask. */
    private static final Pattern OPEN = Pattern.compile("/health.*|/api/v1/auth/(login|link|refresh|logout)");

    private static final ApiDocument DOCUMENT = ApiDocument.read();

    static List<Operation> operations() {
        return DOCUMENT.operations();
    }

    @Test
    void paths_nameEveryOperationOfTheCode() throws Exception {
        Set<String> documented = new TreeSet<>();
        operations().forEach(operation -> documented.add(operation.toString()));

        assertThat(documented).isEqualTo(operationsOfTheCode());
    }

    @Test
    void operationIds_areUnique() {
        assertThat(operations().stream().map(Operation::id)).doesNotHaveDuplicates();
    }

    @Test
    void version_isThatOfTheBuild() throws Exception {
        Properties build = new Properties();
        try (InputStream in = ApiDocumentTest.class.getResourceAsStream("/build.properties")) {
            build.load(in);
        }
        assertThat(DOCUMENT.root().at("/info/version").asText()).isEqualTo(build.getProperty("version"));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void operation_isDescribed(Operation operation) {
        assertThat(operation.id()).matches("[a-z][A-Za-z]+");
        assertThat(operation.node().path("summary").asText()).isNotEmpty();
        List<String> tags = new ArrayList<>();
        DOCUMENT.root().path("tags").forEach(tag -> tags.add(tag.path("name").asText()));
        assertThat(operation.node().path("tags")).isNotEmpty().allMatch(tag -> tags.contains(tag.asText()));
        assertThat(operation.node().path("responses").has("default")).isTrue();
        List<String> placeholders = Pattern.compile("\\{(\\w+)}")
                .matcher(operation.path())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(operation.parameters().stream()
                        .filter(parameter -> parameter.path("in").asText().equals("path"))
                        .map(parameter -> parameter.path("name").asText()))
                .containsExactlyInAnyOrderElementsOf(placeholders);
        assertThat(operation.parameters()).allMatch(parameter -> parameter.has("schema"));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void examples_fitTheirSchemas(Operation operation) {
        List<String> wrong = new ArrayList<>();
        List<JsonNode> contents = new ArrayList<>();
        contents.add(operation.node().path("requestBody").path("content"));
        operation
                .node()
                .path("responses")
                .forEach(response -> contents.add(DOCUMENT.resolved(response).path("content")));
        for (JsonNode content : contents) {
            content.properties().forEach(entry -> {
                if (!entry.getKey().endsWith("json")) {
                    return;
                }
                for (JsonNode example : DOCUMENT.examples(entry.getValue())) {
                    DOCUMENT.check(entry.getValue().path("schema"), example)
                            .forEach(message -> wrong.add(message + " in " + example));
                }
            });
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void jsonBodies_haveExamples(Operation operation) {
        if (operation.id().equals("openapi")) {
            return; // Its answer is this document.
        }
        JsonNode request = operation.node().path("requestBody").path("content").path("application/json");
        if (!request.isMissingNode()) {
            assertThat(DOCUMENT.examples(request)).isNotEmpty();
        }
        operation.node().path("responses").properties().forEach(response -> {
            JsonNode json =
                    DOCUMENT.resolved(response.getValue()).path("content").path("application/json");
            if (!json.isMissingNode()) {
                assertThat(DOCUMENT.examples(json)).as(response.getKey()).isNotEmpty();
            }
        });
    }

    @Test
    void requestSchemas_haveTheMembersOfTheirRecords() {
        assertThat(members("NewSession")).isEqualTo(components(NewSession.class));
        assertThat(members("StatusChange")).isEqualTo(components(StatusChange.class));
        assertThat(members("CriteriaBody")).isEqualTo(components(CriteriaBody.class));
        assertThat(members("NewCriteria")).isEqualTo(components(CriteriaBody.class));
        assertThat(members("NewCriterion")).isEqualTo(components(CriteriaBody.Item.class));
        assertThat(members("Session")).isEqualTo(components(Session.class));
        assertThat(members("VerdictDocument")).isEqualTo(components(VerdictDocument.class));
        assertThat(members("Account")).isEqualTo(components(Account.class));
        assertThat(members("NewAccount")).isEqualTo(components(Accounts.NewAccount.class));
        assertThat(members("AccountChange")).isEqualTo(components(Accounts.Change.class));
        assertThat(members("Key")).isEqualTo(components(ApiKey.class));
        assertThat(members("NewKey")).isEqualTo(components(Keys.NewKey.class));
        assertThat(members("Tokens")).isEqualTo(components(Tokens.class));
        assertThat(members("Login")).isEqualTo(components(AuthResource.Login.class));
        assertThat(members("LinkLogin")).isEqualTo(components(AuthResource.LinkLogin.class));
        assertThat(members("Refresh")).isEqualTo(components(AuthResource.Refresh.class));
        assertThat(members("Logout")).isEqualTo(components(AuthResource.Logout.class));
        assertThat(members("Revoke")).isEqualTo(components(AuthResource.Revoke.class));
        assertThat(members("NewPassword")).isEqualTo(components(AuthResource.NewPassword.class));
        assertThat(members("Budget")).isEqualTo(components(Budget.class));
        assertThat(members("NewBudget")).isEqualTo(components(BudgetBody.class));
        assertThat(members("BudgetPatch")).isEqualTo(components(BudgetBody.class));
        assertThat(members("BudgetStatus")).isEqualTo(components(BudgetStatus.class));
        assertThat(members("BudgetHistory")).isEqualTo(components(BudgetHistory.class));
        assertThat(members("Spending")).isEqualTo(components(Spending.class));
        assertThat(members("Provider")).isEqualTo(components(Provider.class));
        assertThat(members("NewProvider")).isEqualTo(components(ProviderBody.class));
        assertThat(members("ProviderPatch")).isEqualTo(components(ProviderBody.class));
        assertThat(members("Me")).isEqualTo(components(AuthResource.Me.class));
    }

    @Test
    void objectSchemas_areClosedAndInSnakeCase() {
        List<String> wrong = new ArrayList<>();
        walk("", DOCUMENT.root().path("components").path("schemas"), wrong);

        assertThat(wrong).isEmpty();
    }

    @Test
    void components_areAllUsed() {
        Set<String> used = new HashSet<>();
        references(DOCUMENT.root(), used);
        List<String> unused = new ArrayList<>();
        DOCUMENT.root().path("components").properties().forEach(kind -> kind.getValue()
                .fieldNames()
                .forEachRemaining(name -> {
                    boolean named = kind.getKey().equals("securitySchemes")
                            && DOCUMENT.root().path("security").findValue(name) != null;
                    if (!named && !used.contains("/components/%s/%s".formatted(kind.getKey(), name))) {
                        unused.add(name);
                    }
                }));
        // WebSocket messages have no place in OpenAPI 3.0 that could refer to what clients send.
        unused.remove("LiveRequest");

        assertThat(unused).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void operation_thatNeedsAnAccount_saysHowItRefuses(Operation operation) {
        boolean open = operation.node().has("security")
                && operation.node().path("security").isEmpty();
        List<String> answers = new ArrayList<>();
        operation.node().path("responses").fieldNames().forEachRemaining(answers::add);

        assertThat(open).isEqualTo(OPEN.matcher(operation.path()).matches());
        if (!open) {
            assertThat(answers).contains("401", "403", "429");
        }
    }

    private static Set<String> operationsOfTheCode() throws Exception {
        return Endpoints.ofTheCode().stream()
                .filter(endpoint -> !NO_INTERFACE.contains(endpoint.path()))
                .map(endpoint -> endpoint.method() + " " + endpoint.path())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> members(String schema) {
        Set<String> members = new TreeSet<>();
        DOCUMENT.schema(schema).path("properties").fieldNames().forEachRemaining(members::add);
        return members;
    }

    private static Set<String> components(Class<?> type) {
        Set<String> names = new TreeSet<>();
        Arrays.stream(type.getRecordComponents())
                .forEach(component -> names.add(
                        component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT)));
        return names;
    }

    private static void walk(String at, JsonNode node, List<String> wrong) {
        if (node.path("type").asText().equals("object")) {
            if (!node.has("additionalProperties")) {
                wrong.add(at + " does not say whether it has other members");
            }
            Set<String> names = new HashSet<>();
            node.path("properties").fieldNames().forEachRemaining(names::add);
            names.stream()
                    .filter(name -> !name.matches("[a-z][a-z0-9]*(_[a-z0-9]+)*"))
                    .forEach(name -> wrong.add(at + " has a member " + name));
            node.path("required").forEach(name -> {
                if (!names.contains(name.asText())) {
                    wrong.add(at + " requires " + name.asText());
                }
            });
        }
        node.properties().forEach(member -> walk(at + "/" + member.getKey(), member.getValue(), wrong));
    }

    private static void references(JsonNode node, Set<String> found) {
        if (node.has("$ref")) {
            String reference = node.get("$ref").asText();
            found.add(reference.substring(reference.indexOf('#') + 1));
            DOCUMENT.resolved(node);
        }
        node.forEach(child -> references(child, found));
    }
}
