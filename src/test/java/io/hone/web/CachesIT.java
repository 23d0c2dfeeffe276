package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page of the caches. Nobody else reads the dashboard's statistics here, so their counts are known. */
class CachesIT {

    private static final String STATISTICS = "dashboard.stats";
    private static final String GRID = "/config/settings/hone.cache.grid";

    private static final String TIME_TO_LIVE = "/config/settings/hone.cache.dashboard-stats.ttl-seconds";
    private static final String RESPONSES = "/config/settings/hone.cache.api-response.ttl-seconds";
    private static final String SMART = "/config/settings/hone.cache.api-response.smart";
    private static final Pattern ONE = Pattern.compile("^1$");
    private static final Pattern NONE = Pattern.compile("^0$");

    /** On a busy machine the grid may answer too late, and is then left alone for a while. */
    private static final Pattern ANY = Pattern.compile("^(0|1|not asked)$");

    private static final Pattern IN_USE = Pattern.compile("Connected|Degraded");

    @RegisterExtension
    final Web web = Web.onOwnServer();

    /** However slow the machine, nothing expires between a read and a look; and each read asks the cache looked at. */
    @BeforeEach
    void keepLong() {
        web.server().send("PUT", RESPONSES, Map.of("value", 0));
        web.server().send("PUT", TIME_TO_LIVE, Map.of("value", 7_200));
    }

    @AfterEach
    void forget() {
        web.server().send("DELETE", GRID, null);
    }

    @Test
    void figures_agreeWithWhatWasReadAndWithMetrics() {
        long hits = cache(STATISTICS).at("/tiers/l1/hits").asLong();
        readStatistics(12);
        Page page = web.open("/caches");
        Locator heap = tier(row(page, STATISTICS), "l1");
        JsonNode now = cache(STATISTICS);
        assertThat(now.at("/tiers/l1/hits").asLong()).isBetween(hits + 11, hits + 12);
        assertThat(measure(heap, "Hits")).hasText(grouped(now.at("/tiers/l1/hits")));
        assertThat(measure(heap, "Misses")).hasText(grouped(now.at("/tiers/l1/misses")));
        assertThat(measure(heap, "Entries")).hasText(grouped(now.at("/tiers/l1/entries")));
        assertThat(measure(tier(row(page, STATISTICS), "l2"), "Misses")).hasText(grouped(now.at("/tiers/l2/misses")));
        assertThat(figure(row(page, STATISTICS), "Hit rate").locator(".quiet"))
                .hasText("%s of %s reads".formatted(grouped(now.get("hits")), grouped(now.get("requests"))));

        String metrics = metrics();
        assertThat(metric(metrics, "hit")).isEqualTo(now.at("/tiers/l1/hits").asLong());
        assertThat(metric(metrics, "miss")).isEqualTo(now.at("/tiers/l1/misses").asLong());

        assertThat(page.getByTestId("chain").getByTestId("backend")).hasCount(3);
        assertThat(backend(page, "l1")).containsText("Active");
        assertThat(backend(page, "l2")).containsText(IN_USE);
        assertThat(page.getByTestId("cache")).hasCount(caches());
    }

    @Test
    void reads_showLive_withoutAskingAgain() {
        Page page = web.open("/caches");
        Locator hits = measure(tier(row(page, STATISTICS), "l1"), "Hits");
        assertThat(hits).isVisible();
        List<String> asked = new ArrayList<>();
        page.onRequest(request -> {
            // What rules are worth follows with the advice, after every so many reads.
            if (request.url().contains("/cache/") && !request.url().endsWith("/rules")) {
                asked.add(request.url());
            }
        });
        web.mark();
        readStatistics(1);
        long before = cache(STATISTICS).at("/tiers/l1/hits").asLong();
        readStatistics(150);
        assertThat(hits).hasText(grouped(before + 150));
        assertThat(page.getByTestId("traffic").locator("canvas").first()).isVisible();
        assertThat(page.getByTestId("traffic-now")).containsText("reads/s");
        Locator advice = page.getByTestId("recommendation")
                .filter(new Locator.FilterOptions().setHasText(STATISTICS))
                .first();
        assertThat(advice).containsText("Requests");
        assertThat(advice).containsText("Hit rate");
        assertThat(asked).isEmpty();
        web.assertNotReloaded();
    }

    @Test
    void unfolded_saysWhatItIs_andLeadsToItsSetting() {
        Page page = web.open("/caches");
        Locator row = row(page, STATISTICS);
        Locator fold = row.getByTestId("unfold");
        assertThat(row.getByTestId("details")).isHidden();
        fold.focus();
        page.keyboard().press("Enter");
        assertThat(fold).hasAttribute("aria-expanded", "true");
        Locator details = row.getByTestId("details");
        assertThat(details).containsText("Dashboard statistics");
        assertThat(details).containsText("2 h 0 min");
        assertThat(details).containsText("of 100 entries");
        assertThat(details.getByRole(AriaRole.PROGRESSBAR)).hasAttribute("aria-label", "Heap bound in use");
        assertThat(details.locator("code")).hasText("sessions");
        Accessibility.assertNoViolation(page, "unfolded cache");
        details.getByRole(AriaRole.LINK).click();
        assertThat(page).hasURL(web.server().address() + "/settings?q=hone.cache.dashboard-stats.ttl-seconds");
        assertThat(page.getByTestId("setting")).hasCount(1);
    }

    @Test
    void clear_asksFirst_andSaysWhatWentFromWhere() {
        readStatistics(2);
        Page page = web.open("/caches");
        Locator row = row(page, STATISTICS);
        assertThat(measure(tier(row, "l1"), "Entries")).hasText("1");
        row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Clear " + STATISTICS))
                .click();
        Locator dialog = page.getByTestId("action-dialog");
        assertThat(dialog).containsText("Clear " + STATISTICS + "?");
        assertThat(dialog).containsText("from every tier");
        Accessibility.assertNoViolation(page, "question");
        page.keyboard().press("Enter");
        assertThat(dialog).hasCount(0);
        assertThat(measure(tier(row, "l1"), "Entries")).hasText("1");

        row.getByTestId("clear").click();
        dialog.getByTestId("do").click();
        assertThat(removed(dialog, STATISTICS)).hasText(new Pattern[] {ONE, ANY, NONE});
        assertThat(dialog.getByTestId("close")).isFocused();
        Accessibility.assertNoViolation(page, "answer");
        assertThat(page.locator("#announcer")).hasText(Pattern.compile("^(1 entry|2 entries) removed$"));
        dialog.getByTestId("close").click();
        assertThat(dialog).hasCount(0);
        assertThat(measure(tier(row, "l1"), "Entries")).hasText("0");
        assertThat(cache(STATISTICS).at("/tiers/l1/entries").asLong()).isZero();
    }

    @Test
    void warm_saysHowManyKeysAreLoaded() {
        readStatistics(1);
        Page page = web.open("/caches");
        page.getByTestId("warm").click();
        Locator dialog = page.getByTestId("action-dialog");
        assertThat(dialog).containsText("The keys that were asked most");
        dialog.getByTestId("do").click();
        assertThat(removed(dialog, STATISTICS)).hasText(new Pattern[] {Pattern.compile("^[1-9]\\d*$")});
        assertThat(removed(dialog, "token.validation")).hasCount(0);
        Accessibility.assertNoViolation(page, "warmed");
        dialog.getByTestId("close").click();
        row(page, STATISTICS).getByTestId("unfold").click();
        assertThat(row(page, STATISTICS).getByTestId("details"))
                .containsText(Pattern.compile("[1-9]\\d* keys loaded before anybody asked"));
    }

    @Test
    void clearAllAndCleanUp_answerForEachCache() {
        readStatistics(1);
        Page page = web.open("/caches");
        Locator dialog = page.getByTestId("action-dialog");
        page.getByTestId("clear-all").click();
        assertThat(dialog).containsText("All %d caches".formatted(caches()));
        dialog.getByTestId("do").click();
        assertThat(removed(dialog, STATISTICS)).hasText(new Pattern[] {ONE, ANY, NONE});
        assertThat(dialog.locator("tbody tr")).hasCount(caches());
        dialog.getByTestId("close").click();

        page.getByTestId("clean-up").click();
        dialog.getByTestId("do").click();
        assertThat(removed(dialog, STATISTICS)).hasText(new Pattern[] {NONE, ANY, NONE});
        assertThat(dialog.locator("tbody tr")).hasCount(caches());
        page.keyboard().press("Escape");
        assertThat(dialog).hasCount(0);
    }

    @Test
    void flush_takesATierAndAPattern_andRefusesAllKeysUnmeant() {
        web.expectMessage("the server responded with a status of 422");
        readStatistics(1);
        Page page = web.open("/caches");
        page.getByTestId("flush").click();
        Locator dialog = page.getByTestId("action-dialog");
        Locator pattern = dialog.getByLabel("Only keys like");
        assertThat(dialog.getByTestId("everything")).hasCount(0);
        pattern.fill("*");
        dialog.getByTestId("do").click();
        assertThat(pattern).hasAttribute("aria-invalid", "true");
        assertThat(pattern).isFocused();
        assertThat(dialog.locator(".field-error").filter(new Locator.FilterOptions().setHasText("every key")))
                .isVisible();
        Accessibility.assertNoViolation(page, "refused");

        pattern.fill(STATISTICS + ":*");
        assertThat(dialog.getByTestId("everything")).hasCount(0);
        dialog.getByTestId("do").click();
        assertThat(removed(dialog, STATISTICS + ":*")).hasText(new Pattern[] {ONE, ANY, NONE});
        dialog.getByTestId("close").click();
        assertThat(measure(tier(row(page, STATISTICS), "l1"), "Entries")).hasText("0");
    }

    @Test
    void invalidate_takesTagsAndPatterns_andNamesTheRefusedOne() {
        web.expectMessage("the server responded with a status of 422");
        readStatistics(1);
        Page page = web.open("/caches");
        page.getByTestId("invalidate").click();
        Locator dialog = page.getByTestId("action-dialog");
        assertThat(dialog.getByLabel("Tags")).isFocused();
        assertThat(dialog).containsText("Known here: sessions, configuration, access");
        dialog.getByTestId("do").click();
        assertThat(dialog.getByLabel("Tags")).hasAttribute("aria-invalid", "true");

        dialog.getByLabel("Tags").fill("sessions, no-such-tag");
        dialog.getByLabel("Patterns").fill("configuration:*\n*");
        dialog.getByLabel("Reason").fill("the test says so");
        dialog.getByTestId("do").click();
        assertThat(dialog.getByLabel("Patterns")).hasAttribute("aria-invalid", "true");
        assertThat(dialog.getByLabel("Tags")).not().hasAttribute("aria-invalid", "true");
        assertThat(dialog.locator("[data-field=invalidate-patterns] .field-error"))
                .containsText("No. 2 matches every key");

        dialog.getByTestId("everything").check();
        dialog.getByTestId("do").click();
        assertThat(removed(dialog, "sessions")).hasText(new Pattern[] {ONE, ANY, NONE});
        assertThat(removed(dialog, "no-such-tag")).hasText(new Pattern[] {NONE, ANY, NONE});
        assertThat(dialog.locator("tbody th")).hasCount(4);
        dialog.getByTestId("close").click();
        assertThat(web.server()
                        .send("GET", "/audit?action=caches.invalidated&limit=1", null)
                        .at("/items/0/detail/reason")
                        .asText())
                .isEqualTo("the test says so");
    }

    @Test
    void gridSwitchedOff_showsLive() {
        Page page = web.open("/caches");
        assertThat(backend(page, "l2")).containsText(IN_USE);
        web.mark();
        web.server().send("PUT", GRID, Map.of("value", false));
        assertThat(backend(page, "l2")).containsText("Off");
        assertThat(page.getByTestId("chain")).hasAttribute("data-mode", "l1+durable");
        web.assertNotReloaded();
    }

    @Test
    void gridLost_saysWhyAndWhatItMeans() {
        Page page = openWith(answer -> answer.replace("\"mode\":\"l1+l2+durable\"", "\"mode\":\"l1+durable\"")
                .replace(
                        "\"state\":\"connected\",\"reason\":null",
                        "\"state\":\"degraded\",\"reason\":\"TimeoutException\"")
                .replace("[\"l1\",\"l2\",\"durable\",\"source\"]", "[\"l1\",\"durable\",\"source\"]")
                .replace("\"status\":\"healthy\"", "\"status\":\"warning\"")
                .replace("\"reasons\":[]", "\"reasons\":[\"the data grid does not answer\"]"));
        assertThat(backend(page, "l2")).containsText("Degraded");
        assertThat(backend(page, "l2")).containsText("TimeoutException");
        assertThat(page.getByTestId("overall-health")).containsText("Warning");
        assertThat(page.getByTestId("overall-health").getByTestId("reasons")).containsText("does not answer");
        assertThat(row(page, STATISTICS).getByTestId("reasons")).containsText("does not answer");
        Accessibility.assertNoViolation(page, "degraded");
    }

    @Test
    void nothingRead_saysHowItBegins() {
        Page page = openWith(answer -> answer.replaceAll("\"(requests|hits|misses|count)\":\\d+", "\"$1\":0")
                .replaceAll("\"hit_rate\":[\\d.E-]+", "\"hit_rate\":null")
                .replaceFirst("\"recommendations\":\\[.+]", "\"recommendations\":[]"));
        assertThat(page.getByTestId("empty")).containsText("No reads yet");
        assertThat(figure(row(page, STATISTICS), "Hit rate")).containsText("No reads yet");
        assertThat(figure(row(page, STATISTICS), "Load")).containsText("No loads yet");
        assertThat(page.getByTestId("no-advice")).isVisible();
        Accessibility.assertNoViolation(page, "nothing read");
    }

    @Test
    void viewer_isShownNoWayToIt_andRefusedAtItsAddress() {
        BrowserContext theirs = web.newWindow();
        web.signIn(theirs, web.server().account("viewer"));
        Page page = theirs.newPage();
        List<String> asked = new ArrayList<>();
        page.onRequest(request -> asked.add(request.url()));
        page.navigate(web.server().address() + "/caches");
        assertThat(page.getByTestId("forbidden")).isVisible();
        assertThat(page.getByTestId("connection")).hasText("Live");
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Performance")))
                .isVisible();
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Caches")))
                .hasCount(0);
        assertThat(asked).noneMatch(url -> url.contains("/api/v1/cache"));
    }

    @Test
    void rules_areShown_andWhatSmartModeMadeOfThem_live() {
        web.server().send("DELETE", RESPONSES, null);
        web.server()
                .send(
                        "PUT",
                        "/config/cache-rules",
                        Map.of(
                                "rules",
                                List.of(Map.of(
                                        "pattern", "/api/v1/projects", "ttl_seconds", 60, "max_ttl_seconds", 600))));
        Page page = web.open("/caches");
        Locator rule = page.getByTestId("rule");
        assertThat(rule).hasCount(1);
        assertThat(rule).containsText("/api/v1/projects");
        assertThat(rule.getByTestId("state-kept")).isVisible();
        assertThat(page.getByTestId("no-adaptation")).isVisible();
        web.mark();
        String key = newKey("reloads");
        for (int i = 0; i < 11; i++) {
            web.window()
                    .request()
                    .get(
                            web.server().address() + "/api/v1/projects",
                            RequestOptions.create()
                                    .setHeader("Authorization", "Bearer " + key)
                                    .setHeader("Cache-Control", "no-cache"));
        }
        Locator adaptation = page.getByTestId("adaptation");
        assertThat(adaptation).hasCount(1);
        assertThat(adaptation).hasAttribute("data-kind", "longer");
        assertThat(adaptation).containsText("0 of 10 reloads found a change");
        assertThat(adaptation).containsText("/api/v1/projects");
        assertThat(rule).containsText("1 min 30 s");
        web.assertNotReloaded();
        assertThat(row(page, "api.response")).isVisible();
        Accessibility.assertNoViolation(page, "rules");

        web.server().send("PUT", SMART, Map.of("value", false));
        page.reload();
        assertThat(page.getByTestId("smart-off")).containsText("as they are written");
        web.server().send("DELETE", SMART, null);
    }

    /** Opens the page with everything it is told about the caches rewritten, live or not. */
    private Page openWith(UnaryOperator<String> rewritten) {
        Page page = web.page();
        page.route(Pattern.compile("/api/v1/(cache|analytics)/"), route -> {
            APIResponse answer = route.fetch();
            route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(rewritten.apply(answer.text())));
        });
        page.routeWebSocket(Pattern.compile("/api/v1/live"), socket -> {
            WebSocketRoute server = socket.connectToServer();
            server.onMessage(frame -> socket.send(rewritten.apply(frame.text())));
        });
        return web.open("/caches");
    }

    private void readStatistics(int times) {
        for (int i = 0; i < times; i++) {
            web.server().send("GET", "/dashboard/stats?window=7d", null);
        }
    }

    private int caches() {
        return web.server().send("GET", "/cache/stats", null).get("caches").size();
    }

    private JsonNode cache(String name) {
        return web.server().send("GET", "/cache/stats/" + name, null);
    }

    private String newKey(String name) {
        return web.server()
                .send("POST", "/keys", Map.of("name", name, "role", "viewer"))
                .get("key")
                .asText();
    }

    private String metrics() {
        String key = newKey("caches");
        return web.window()
                .request()
                .get(
                        web.server().address() + "/metrics",
                        RequestOptions.create().setHeader("Authorization", "Bearer " + key))
                .text();
    }

    private static long metric(String metrics, String result) {
        Matcher line = Pattern.compile(
                        "hone_cache_gets_total\\{cache=\"dashboard.stats\",result=\"%s\",tier=\"l1\"\\} (\\S+)"
                                .formatted(result))
                .matcher(metrics);
        assertThat(line.find()).as("reads of the cache among the metrics").isTrue();
        return (long) Double.parseDouble(line.group(1));
    }

    private static Locator row(Page page, String name) {
        return page.locator("[data-test=cache][data-name='%s']".formatted(name));
    }

    private static Locator tier(Locator row, String tier) {
        return row.locator("[data-tier=%s]".formatted(tier));
    }

    private static Locator measure(Locator tier, String name) {
        return tier.locator("[data-measure='%s']".formatted(name));
    }

    private static Locator backend(Page page, String name) {
        return page.locator("[data-test=backend][data-name=%s]".formatted(name));
    }

    private static Locator figure(Locator part, String name) {
        return part.locator(".figures > div")
                .filter(new Locator.FilterOptions()
                        .setHas(part.page()
                                .locator(
                                        "dt",
                                        new Page.LocatorOptions().setHasText(Pattern.compile("^" + name + "$")))));
    }

    private static Locator removed(Locator dialog, String what) {
        return dialog.locator("tbody tr")
                .filter(new Locator.FilterOptions()
                        .setHas(dialog.page().getByText(what, new Page.GetByTextOptions().setExact(true))))
                .locator("td");
    }

    private static String grouped(JsonNode number) {
        return grouped(number.asLong());
    }

    private static String grouped(long number) {
        return NumberFormat.getIntegerInstance(Locale.ENGLISH).format(number);
    }
}
