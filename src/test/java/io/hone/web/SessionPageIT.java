package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.hone.gateway.StubProvider;
import io.hone.http.Json;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionPageIT {

    private static final String PROJECT = "session-page";

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void steps_drawChartThatGrowsLive() {
        String id = web.server().createSession(PROJECT, "charted run");
        Page page = web.open("/sessions/" + id);
        assertThat(page.locator("hone-session-charts")).containsText("No metrics yet");
        web.mark();

        for (int step = 0; step < 3; step++) {
            web.server().report(id, step, Map.of("accuracy", 0.5 + step / 8.0));
        }
        Locator chart = chart(page, "accuracy");
        assertThat(chart.locator("hone-chart canvas").first()).isVisible();
        assertThat(label(chart)).hasAttribute("aria-label", "accuracy over 3 steps, from 0.5 to 0.75, last 0.75");
        assertThat(chart.getByTestId("metric-last")).hasText("0.75");

        web.server().report(id, 3, Map.of("accuracy", 0.875, "size_bytes", 2_500_000));
        assertThat(label(chart)).hasAttribute("aria-label", "accuracy over 4 steps, from 0.5 to 0.875, last 0.875");
        assertThat(chart.getByTestId("metric-last")).hasText("0.875");
        assertThat(label(chart(page, "size_bytes")))
                .hasAttribute("aria-label", "size_bytes over 1 steps, from 2.5 MB to 2.5 MB, last 2.5 MB");
        assertThat(page.getByTestId("metrics")).containsText("size_bytes");
        web.assertNotReloaded();

        page.reload();
        assertThat(label(chart)).hasAttribute("aria-label", "accuracy over 4 steps, from 0.5 to 0.875, last 0.875");
    }

    @Test
    void manyStepsAtOnce_areAllInTheChart() {
        String id = web.server().createSession(PROJECT, "hasty run");
        web.server().report(id, 0, Map.of("loss", 10_000));
        Page page = web.open("/sessions/" + id);
        assertThat(label(chart(page, "loss"))).hasAttribute("aria-label", Pattern.compile("over 1 steps"));
        List<Map<String, Object>> batch = IntStream.rangeClosed(1, 2_000)
                .mapToObj(step -> Map.<String, Object>of("step", step, "metrics", Map.of("loss", 10_000 - step)))
                .toList();
        web.server().send("POST", "/sessions/" + id + "/steps", batch);
        assertThat(label(chart(page, "loss")))
                .hasAttribute("aria-label", "loss over 2,001 steps, from 8,000 to 10,000, last 8,000");
    }

    @Test
    void valuesThatAreNoNumbers_areSaid() {
        String id = web.server().createSession(PROJECT, "diverged run");
        web.server().report(id, 0, Map.of("loss", 2));
        web.server().report(id, 1, Map.of("loss", "NaN"));
        Page page = web.open("/sessions/" + id);
        Locator chart = chart(page, "loss");
        assertThat(chart.getByTestId("metric-last")).hasText("NaN");
        assertThat(chart).containsText("1 not finite");
        web.server().report(id, 2, Map.of("loss", "Infinity"));
        assertThat(chart.getByTestId("metric-last")).hasText("∞");
        assertThat(chart).containsText("2 not finite");
    }

    @Test
    void chartChoices_areKeptInAddress() {
        String id = web.server().createSession(PROJECT, "chosen run");
        web.server().report(id, 0, Map.of("accuracy", 0.5, "loss", 1));
        web.server().report(id, 1, Map.of("accuracy", 0.75, "loss", 0.5));
        Page page = web.open("/sessions/" + id);
        assertThat(page.getByTestId("chart")).hasCount(2);
        button(page, "Together").click();
        assertThat(page.getByTestId("chart")).hasCount(1);
        button(page, "Time").click();
        button(page, "Log").click();
        assertThat(page).hasURL(Pattern.compile("\\?view=one&x=time&scale=log$"));
        page.reload();
        assertThat(button(page, "Together")).hasAttribute("aria-pressed", "true");
        assertThat(button(page, "Time")).hasAttribute("aria-pressed", "true");
        assertThat(page.getByTestId("chart").locator("canvas").first()).isVisible();
        button(page, "Separate").click();
        page.getByTestId("metric-chip")
                .filter(new Locator.FilterOptions().setHasText("loss"))
                .click();
        assertThat(page.getByTestId("chart")).hasCount(1);
        assertThat(chart(page, "accuracy")).isVisible();
        assertThat(page).hasURL(Pattern.compile("metric=accuracy"));
    }

    @Test
    void verdict_saysWhatIsMetAndWhatIsMissedByHowMuch_andMovesLive() {
        web.server()
                .saveCriteria(
                        "page-goal",
                        Sample.ofBaseline("accuracy", ">=", 0.98),
                        Sample.ofBaseline("size_bytes", "<=", 0.5));
        String id = web.server()
                .createSession(
                        PROJECT,
                        "judged run",
                        Map.of("criteria", "page-goal", "baseline", Map.of("accuracy", 0.9, "size_bytes", 4_000_000)));
        Page page = web.open("/sessions/" + id);
        Locator rows = page.getByTestId("verdict-row");
        assertThat(page.getByTestId("verdict-undecided")).hasCount(2);
        assertThat(page.getByTestId("verdict")).containsText("Not judged yet");
        web.mark();

        web.server().report(id, 0, Map.of("accuracy", 0.892, "size_bytes", 2_500_000));
        assertThat(row(rows, "accuracy")).containsText("Met");
        assertThat(row(rows, "accuracy")).containsText("0.882");
        assertThat(row(rows, "size_bytes")).containsText("Missed by 500 kB (25%)");
        assertThat(row(rows, "size_bytes")).containsText("2 MB");
        web.server().report(id, 1, Map.of("accuracy", 0.892, "size_bytes", 1_900_000));
        assertThat(row(rows, "size_bytes")).containsText("Met");
        web.server().complete(id);
        assertThat(page.getByTestId("session-state").getByTestId("verdict-met")).isVisible();
        assertThat(page.getByTestId("verdict")).containsText("Score 100%");
        assertThat(page.getByTestId("verdict")).containsText("By page-goal version 1, against given values");
        web.assertNotReloaded();
    }

    @Test
    void newerCriteria_areOfferedToRejudgeBy() {
        web.server().saveCriteria("page-rejudge", Sample.bound("accuracy", ">=", 0.5));
        String id = web.server().createSession(PROJECT, "judged run", Map.of("criteria", "page-rejudge"));
        web.server().report(id, 0, Map.of("accuracy", 0.75));
        web.server().complete(id);
        web.server().saveCriteria("page-rejudge", Sample.bound("accuracy", ">=", 0.8));

        Page page = web.open("/sessions/" + id);
        assertThat(page.getByTestId("verdict")).containsText("Version 2 of these criteria is newer.");
        assertThat(page.getByTestId("verdict").getByTestId("verdict-met")).isVisible();
        page.getByTestId("rejudge").click();
        assertThat(page.getByTestId("verdict").getByTestId("verdict-not_met")).isVisible();
        assertThat(page.getByTestId("session-state").getByTestId("verdict-not_met"))
                .isVisible();
        assertThat(page.getByTestId("verdict-row")).containsText("Missed by 0.05");
        assertThat(page.getByTestId("verdict")).containsText("version 2");
        assertThat(page.getByTestId("rejudge")).hasCount(0);
        assertThat(page.getByTestId("audit")).containsText("Rejudged");
    }

    @Test
    void failure_isShownWithItsCategory_live() {
        String id = web.server().createSession(PROJECT, "failing run");
        Page page = web.open("/sessions/" + id);
        assertThat(page.getByTestId("status-pending")).isVisible();
        web.server().fail(id, "RuntimeError: CUDA out of memory.\nTried to allocate 2.00 GiB <b>now</b>");
        Locator error = page.getByTestId("session-error");
        assertThat(error.locator("h2")).hasText("Out of memory");
        assertThat(error.locator("pre"))
                .hasText("RuntimeError: CUDA out of memory.\nTried to allocate 2.00 GiB <b>now</b>");
        assertThat(page.getByTestId("session-state")).hasAttribute("data-status", "failed");
        assertThat(page.locator("#announcer")).hasText("Status: Failed");
        assertThat(page.getByTestId("audit")).containsText("running → failed");
    }

    @Test
    void failure_hasGuidance_thatFoldsAway() {
        String id = web.server().createSession(PROJECT, "advised run", Map.of("technique", "quantization"));
        Page page = web.open("/sessions/" + id);
        assertThat(page.getByTestId("status-pending")).isVisible();
        assertThat(page.getByTestId("guidance")).hasCount(0);
        web.server().fail(id, "RuntimeError: CUDA out of memory.");

        Locator guidance = page.getByTestId("guidance");
        assertThat(guidance.getByTestId("guidance-title")).hasText("Memory ran out");
        assertThat(guidance.getByTestId("severity-error")).hasText("Error");
        assertThat(guidance.getByTestId("guidance-retryable")).hasText("Trying again alone does not help");
        assertThat(guidance.getByTestId("guidance-steps").locator("li").first()).containsText("layer by layer");
        assertThat(guidance).containsText("gpu-memory");
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (int width : new int[] {1280, 390}) {
                page.setViewportSize(width, 800);
                assertThat((int) page.evaluate("document.documentElement.scrollWidth - innerWidth"))
                        .isLessThanOrEqualTo(0);
                Accessibility.assertNoViolation(page, "guidance %s %d".formatted(scheme, width));
            }
        }

        guidance.locator("summary").focus();
        page.keyboard().press("Enter");
        assertThat(guidance.getByTestId("guidance-steps")).isHidden();
        page.reload();
        assertThat(guidance.getByTestId("guidance-title")).hasText("Memory ran out");
    }

    @Test
    void callsToProviders_showWithTheirCost() throws Exception {
        String id = web.server().createSession(PROJECT, "prompting run", Map.of("technique", "prompt_optimization"));
        Page page = web.open("/sessions/" + id);
        assertThat(page.getByTestId("status-pending")).isVisible();
        assertThat(page.getByTestId("session-cost")).hasCount(0);
        try (PaidCalls paid = new PaidCalls(web.server())) {
            assertThat(paid.call("X-Hone-Session", id)).isEqualTo(200);
            assertThat(paid.call("X-Hone-Session", id)).isEqualTo(200);
            paid.awaitSettled(id, 2);
        }
        // It is read again when the session changes.
        web.server().move(id, "running");
        Locator cost = page.getByTestId("session-cost");
        assertThat(cost.getByTestId("cost")).hasText("$0.01");
        assertThat(cost).containsText("3,000 in, 400 out");
        Accessibility.assertNoViolation(page, "cost");
    }

    @Test
    void guidance_thatCannotBeRead_saysSoAndIsReadAgain() {
        web.expectMessage("Failed to load resource");
        String id = web.server().createSession(PROJECT, "badly advised run");
        web.server().fail(id, "No space left on device");
        web.page()
                .route(
                        "**/guidance",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setStatus(429)
                                .setContentType("application/problem+json")
                                .setBody(
                                        "{\"title\": \"Too many requests\", \"status\": 429, \"detail\": \"Later\"}")));
        Page page = web.open("/sessions/" + id);
        Locator error = page.getByTestId("session-error");
        assertThat(error.getByTestId("problem")).containsText("Too many requests");
        assertThat(error.locator("pre")).hasText("No space left on device");

        page.unroute("**/guidance");
        error.getByText("Retry").click();
        assertThat(error.getByTestId("severity-critical")).isVisible();
        assertThat(error.getByTestId("guidance-title")).hasText("The disk is full");
    }

    @Test
    void unknownFailure_isExplainedByAModel_whenSomebodyAsks() throws Exception {
        web.expectMessage("Failed to load resource");
        String said = "Because of:\n- " + Sample.HOSTILE;
        try (StubProvider stub = new StubProvider()) {
            stub.on("/chat/completions", (exchange, asked) -> {
                Object answer =
                        Map.of("model", "tiny-1", "choices", List.of(Map.of("message", Map.of("content", said))));
                StubProvider.send(exchange, 200, "application/json", Json.write(answer));
            });
            String id = web.server().createSession(PROJECT, "puzzling run");
            web.server().fail(id, "The flux lattice of the page is not convergent");
            Page page = web.open("/sessions/" + id);
            Locator guidance = page.getByTestId("guidance");
            assertThat(guidance.getByTestId("guidance-title")).hasText("Not a failure we know");
            assertThat(guidance.getByTestId("ask-model")).hasCount(0);
            explainBy(stub);

            page.reload();
            assertThat(guidance.getByTestId("ask-model")).isVisible();
            web.server().send("DELETE", "/config/settings/hone.failures.explain-model", null);
            guidance.getByTestId("ask-model").click();
            assertThat(guidance.getByTestId("action-problem")).containsText("hone.failures.explain-model");
            web.server().send("PUT", "/config/settings/hone.failures.explain-model", Map.of("value", "tiny"));
            assertThat(guidance.getByTestId("explanation")).hasCount(0);
            guidance.getByTestId("ask-model").click();
            assertThat(guidance.getByTestId("explanation-text")).hasText(said.replaceAll("[\u202C\u202E]", ""));
            assertThat(guidance.getByTestId("explanation-text").locator("*")).hasCount(0);
            assertThat(guidance.getByTestId("explanation"))
                    .containsText("Explained by tiny-1 at explaining; a model may be wrong");
            assertThat(guidance.getByTestId("action-problem")).hasCount(0);
            assertThat(guidance.getByTestId("ask-model")).hasCount(0);
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                for (int width : new int[] {1280, 390}) {
                    page.setViewportSize(width, 800);
                    assertThat((int) page.evaluate("document.documentElement.scrollWidth - innerWidth"))
                            .isLessThanOrEqualTo(0);
                    Accessibility.assertNoViolation(page, "explanation %s %d".formatted(scheme, width));
                }
            }

            BrowserContext window = web.newWindow();
            web.signIn(window, web.server().account("viewer"));
            Page viewer = window.newPage();
            viewer.navigate(web.server().address() + "/sessions/" + id);
            assertThat(viewer.getByTestId("guidance-title")).hasText("Not a failure we know");
            assertThat(viewer.getByTestId("ask-model")).hasCount(0);
        } finally {
            web.server().send("DELETE", "/config/settings/hone.failures.explain-provider", null);
            web.server().send("DELETE", "/config/settings/hone.failures.explain-model", null);
        }
    }

    private void explainBy(StubProvider stub) {
        web.server()
                .send(
                        "POST",
                        "/providers",
                        Map.of(
                                "name",
                                "explaining",
                                "kind",
                                "openai",
                                "base_url",
                                stub.address(),
                                "allow_private",
                                true));
        web.server().send("PUT", "/config/settings/hone.failures.explain-provider", Map.of("value", "explaining"));
        web.server().send("PUT", "/config/settings/hone.failures.explain-model", Map.of("value", "tiny"));
    }

    @Test
    void foreignText_isShownAsTextAndRunsNothing() {
        String hostile = Sample.HOSTILE;
        String endless = "ab \u202E<i>".repeat(700).substring(0, 4_000);
        String key = hostile.substring(0, 90);
        String id = web.server()
                .createSession(
                        hostile.substring(0, 90),
                        hostile,
                        Map.of(
                                "model",
                                hostile,
                                "params",
                                Map.of(key, hostile, "endless", endless),
                                "tags",
                                Map.of(key, hostile),
                                "notes",
                                hostile + "\n" + endless));
        web.server().report(id, 0, Map.of(hostile, 1.5));
        web.server().fail(id, hostile);

        Page page = web.open("/sessions/" + id);
        assertThat(page.locator("h1")).hasText(hostile);
        assertThat(page.getByTestId("notes")).hasText(hostile + "\n" + endless);
        assertThat(page.getByTestId("params")).containsText(hostile);
        assertThat(page.getByTestId("params").locator("bdi[title]")).hasAttribute("title", endless);
        assertThat(page.locator(".tags")).containsText(hostile.substring(0, 60));
        assertThat(page.getByTestId("session-error").locator("pre")).hasText(hostile);
        assertThat(page.getByTestId("metrics")).containsText(hostile.substring(0, 80));
        assertThat(label(page.getByTestId("chart"))).hasAttribute("aria-label", Pattern.compile("over 1 steps"));
        assertThat(page.locator("main img, main script, main i, main b")).hasCount(0);
        assertThat(page.evaluate("document.body.dataset.broken ?? 'whole'")).isEqualTo("whole");
        // What the reader copies must be code, whatever the metric is called.
        assertThat(page.locator("hone-code code")).containsText(web.server().address() + "/api/v1/sessions/" + id);
        page.locator(".tags a").click();
        assertThat(page.getByTestId("session-row")).hasCount(1);
    }

    @Test
    void history_growsLive() {
        String id = web.server().createSession(PROJECT, "watched run");
        Page page = web.open("/sessions/" + id);
        Locator entries = page.getByTestId("audit").locator("li");
        assertThat(entries).hasCount(1);
        assertThat(entries.first()).containsText("Created");
        assertThat(entries.first()).containsText("by operator");
        web.server().move(id, "running");
        web.server().move(id, "paused");
        assertThat(entries).hasCount(3);
        assertThat(entries.last()).containsText("running → paused");
    }

    @Test
    void snippet_reportsToThisServer_andIsCopied() {
        web.window().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        String id = web.server().createSession(PROJECT, "reported run");
        web.server().report(id, 41, Map.of("accuracy", 0.5));
        Page page = web.open("/sessions/" + id);
        Locator code = page.locator("hone-code code");
        assertThat(code).containsText("curl -X POST " + web.server().address() + "/api/v1/sessions/" + id + "/steps");
        assertThat(code).containsText("[{\"step\": 42, \"metrics\": {\"accuracy\": 0.91}}]");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Copy the curl code"))
                .click();
        assertThat(page.locator("hone-code button")).hasText("Copied");
        assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo(code.textContent());

        page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("curl"))
                .press("ArrowRight");
        assertThat(page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Python")))
                .isFocused();
        assertThat(code).containsText("import json, os, urllib.request");
        assertThat(code).containsText(web.server().address());
    }

    @Test
    void parentAndChildren_leadToEachOther() {
        String parent = web.server().createSession(PROJECT, "parent run");
        String child = web.server().createSession(PROJECT, "child run", Map.of("parent_id", parent));
        Page page = web.open("/sessions/" + parent);
        page.locator("hone-session-children").getByText("child run").click();
        assertThat(page).hasURL(web.server().address() + "/sessions/" + child);
        assertThat(page.locator("h1")).hasText("child run");
        page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("Parent session").setExact(true))
                .click();
        assertThat(page.locator("h1")).hasText("parent run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "0198c0de-0000-7000-8000-000000000000", "%3Cb%3E", "%25zz"})
    void unknownId_saysSo(String id) {
        web.expectMessage("the server responded with a status of 404|live: topics has one that does not exist");
        Page page = web.open("/sessions/" + id);
        Locator message = page.getByTestId("vanished");
        assertThat(message).containsText("No such session");
        assertThat(message.locator("b")).hasCount(0);
        message.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("All sessions"))
                .click();
        assertThat(page).hasURL(web.server().address() + "/sessions");
    }

    @Test
    void unknownAddress_saysSo() {
        web.expectMessage("the server responded with a status of 404");
        Page page = web.open("/no/such/page");
        assertThat(page.locator("main h1")).isVisible();
        assertThat(page.locator("main a").first()).isVisible();
    }

    private static Locator chart(Page page, String metric) {
        return page.locator("[data-test=chart][data-metric='" + metric + "']");
    }

    private static Locator label(Locator chart) {
        return chart.locator("hone-chart");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator row(Locator rows, String metric) {
        return rows.filter(new Locator.FilterOptions().setHasText(metric));
    }
}
