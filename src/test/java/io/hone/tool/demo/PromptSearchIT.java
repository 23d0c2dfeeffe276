package io.hone.tool.demo;

import static io.hone.process.ServerProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hone.process.ServerProcess;
import io.hone.process.Tool;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The demo's search for a prompt, through the gateway of a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromptSearchIT {

    private static final String NAME = "Prompt for sorting messages";
    private static final String HELD_OUT = Integer.toString(Messages.HELD_OUT.size());

    private ServerProcess server;
    private String admin;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = ServerProcess.start(data);
        admin = server.createKey("demo", "admin");
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    private String search(String address, String key) {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out, true);
        StopSignal stop = new StopSignal();
        URI uri = URI.create(address);
        Reporter reporter = new Reporter(uri, key, stop);
        new PromptSearch(uri, reporter, new Board(reporter, Clocks.system(), printer), printer, 42, stop).run();
        return out.toString();
    }

    private List<JsonNode> sessions() throws Exception {
        List<JsonNode> found = new ArrayList<>();
        json(server.get("/api/v1/sessions?project=" + PromptSearch.PROJECT))
                .get("items")
                .forEach(found::add);
        return found;
    }

    @Test
    void demo_showsWhatTheSearchCost() throws Exception {
        Tool demo = Tool.run("demo", "--quick", "--url", server.address(), "--key", admin);

        assertThat(demo.exit()).as(demo.out() + demo.err()).isZero();
        assertThat(demo.err()).isEmpty();
        assertThat(demo.out())
                .contains("started   " + NAME, "finished  " + NAME, "calls to the stub")
                .contains("of 0.02 USD left, which is not enough for this call")
                .contains("%s of %s answers from the cache".formatted(HELD_OUT, HELD_OUT))
                .doesNotContain(admin);
    }

    @Test
    void search_isStoppedByItsBudget_andAnsweredFromTheCacheAfterwards() throws Exception {
        List<JsonNode> before = sessions();
        String out = search(server.address(), admin);
        assertThat(out).contains("refused   The budget of the session");

        List<JsonNode> added = sessions();
        added.removeIf(
                session -> before.stream().anyMatch(earlier -> earlier.get("id").equals(session.get("id"))));
        assertThat(added).hasSize(1);
        JsonNode session =
                json(server.get("/api/v1/sessions/" + added.get(0).get("id").asText()));
        String id = session.get("id").asText();
        assertThat(session.get("status").asText()).isEqualTo("completed");
        assertThat(session.get("technique").asText()).isEqualTo("prompt_optimization");
        assertThat(session.get("model").asText()).contains("stub");
        assertThat(session.at("/params/provider").asText()).contains("stub");
        // The first prompt has no examples and gets sentences; examples make it better than the best constant answer.
        assertThat(session.at("/metrics/accuracy/first").asDouble()).isZero();
        assertThat(session.at("/metrics/accuracy/last").asDouble()).isGreaterThan(0.25);

        JsonNode cost = json(server.get("/api/v1/sessions/" + id + "/cost"));
        assertThat(cost.get("calls").asInt()).isGreaterThanOrEqualTo(Messages.HELD_OUT.size());
        assertThat(cost.get("input_tokens").asLong()).isPositive();
        assertThat(cost.get("output_tokens").asLong()).isPositive();
        assertThat(new BigDecimal(cost.get("cost_usd").asText()))
                .isPositive()
                .isLessThanOrEqualTo(new BigDecimal(PromptSearch.BUDGET_USD));
        assertThat(cost.get("cache_hits").asInt()).isGreaterThanOrEqualTo(Messages.HELD_OUT.size());
        assertThat(new BigDecimal(cost.get("saved_usd").asText())).isPositive();
        assertThat(out)
                .contains(cost.get("calls").asText() + " calls to the stub")
                .contains(cost.get("cost_usd").asText() + " USD by made-up prices")
                .contains("saved " + cost.get("saved_usd").asText() + " USD")
                .contains(server.address() + "/sessions/" + id);
        JsonNode budgets = json(server.get("/api/v1/budgets?limit=500")).get("items");
        assertThat(budgets)
                .anySatisfy(budget -> assertThat(budget.get("subject").asText()).isEqualTo(id));
    }

    @Test
    void search_again_asksTheNewStub() throws Exception {
        String first = search(server.address(), admin);
        JsonNode provider = json(server.get("/api/v1/providers/" + PromptSearch.PROVIDER));
        String second = search(server.address(), admin);
        JsonNode changed = json(server.get("/api/v1/providers/" + PromptSearch.PROVIDER));

        assertThat(changed.get("base_url")).isNotEqualTo(provider.get("base_url"));
        assertThat(changed.get("prices")).isEqualTo(provider.get("prices"));
        assertThat(calls(second)).isEqualTo(calls(first));
        HttpResponse<String> gone = server.get("/gateway/" + PromptSearch.PROVIDER + "/models");
        assertThat(gone.statusCode()).as(gone.body()).isEqualTo(502);
    }

    /** What the output says of calls, tokens and money. */
    private static String calls(String out) {
        return out.lines().filter(line -> line.startsWith("calls ")).findFirst().orElseThrow();
    }

    @Test
    void search_thatCannotBe_saysWhy() throws Exception {
        assertThat(search(server.address(), server.createKey("job", "reporter")))
                .isEqualTo(
                        "left out  %s · creating its provider takes the role admin (--key, or none on the server's machine)%n"
                                .formatted(NAME));
        assertThat(search("http://no-such-host.invalid:8080", admin))
                .startsWith("left out  " + NAME)
                .contains("another machine");
    }
}
