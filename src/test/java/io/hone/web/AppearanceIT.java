package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds on every page: themes, widths, accessibility, weight. */
class AppearanceIT {

    private static final String PROJECT = "appearance";
    private static final int WIDE = 1280;
    private static final int PHONE = 360;
    private static final int HEIGHT = 800;

    @RegisterExtension
    final Web web = Web.onSharedServer();

    /** Every page, with what tells that its content is there. */
    private enum Place {
        DASHBOARD("/?project=" + PROJECT, "[data-test=recent]"),
        SESSIONS("/sessions?project=" + PROJECT, "[data-test=session-row]"),
        SESSIONS_COLUMNS(
                "/sessions?parent=any&created_after=2026-01-01T00:00:00Z&sort=-metric:accuracy&column=notes&column=tags"
                        + "&column=param:path&column=metric:accuracy&column=id&project=" + PROJECT,
                "[data-test=session-row]"),
        BIN("/sessions?deleted=true&parent=any&q=nothing", "[data-test=empty]"),
        SESSION("/sessions/{session}", "[data-test=chart] canvas"),
        SESSION_TOGETHER("/sessions/{session}?view=one&x=time&scale=log", "[data-test=chart] canvas"),
        SESSION_EDIT("/sessions/{session}?edit=1", "[data-test=edit-form]"),
        SESSION_SMOOTHED("/sessions/{session}?smooth=0.5&x=elapsed&from=1&to=3", "[data-test=chart] canvas"),
        COMPARE("/compare?ids={session},{other}&baseline={session}", "[data-test=compare-row]"),
        COMPARE_LINES("/compare?ids={session},{other}&view=lines", "[data-test=line-chart] canvas"),
        COMPARE_SCATTER(
                "/compare?ids={session},{other}&view=scatter&sz=param:learning_rate", "[data-test=scatter] canvas"),
        COMPARE_PARALLEL("/compare?ids={session},{other}&view=parallel", "[data-test=parallel] canvas"),
        COMPARE_NOTHING("/compare", "[data-test=empty]"),
        CRITERIA("/criteria", "[data-test=criteria]"),
        CRITERIA_NEW("/criteria?new=1", "[data-test=criteria-form]"),
        CRITERION("/criteria/appearance-goal", "[data-test=criteria-version]"),
        PROVIDERS("/providers", "[data-test=budget-row]"),
        PERFORMANCE("/performance", "[data-test=connections] dl"),
        CACHES("/caches", "[data-test=cache]"),
        SETTINGS("/settings", "[data-test=setting]"),
        ACCOUNTS("/access", "[data-test=account-row]"),
        KEYS("/access?tab=keys", "[data-test=key-row]"),
        AUDIT("/access?tab=audit", "[data-test=audit-entry]"),
        AUDIT_NOTHING("/access?tab=audit&actor=nobody", "[data-test=empty]"),
        DOCUMENT("/docs", "details.operation"),
        NO_SESSION("/sessions/nonsense", "[data-test=vanished]"),
        NO_PAGE("/no/such/page", "main h1");

        private final String path;
        private final String shown;

        Place(String path, String shown) {
            this.path = path;
            this.shown = shown;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyPage_fitsPhone(Place place) {
        open(place, PHONE);
        Map<?, ?> widths = (Map<?, ?>) web.page().evaluate("""
                () => ({
                  page: document.scrollingElement.scrollWidth,
                  window: innerWidth,
                  wide: [...document.querySelectorAll('main *')]
                    .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5 && !one.closest('.scroll-x, pre, svg'))
                    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120)),
                })""");
        assertThat((Integer) widths.get("page"))
                .as("width of %s, where %s", place, widths.get("wide"))
                .isLessThanOrEqualTo((Integer) widths.get("window"));
    }

    @ParameterizedTest
    @EnumSource
    void everyPage_hasNoAccessibilityViolation(Place place) {
        Page page = open(place, WIDE);
        SoftAssertions.assertSoftly(all -> {
            for (int width : new int[] {WIDE, PHONE}) {
                page.setViewportSize(width, HEIGHT);
                for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
                    page.emulateMedia(new Page.EmulateMediaOptions()
                            .setColorScheme(scheme)
                            .setReducedMotion(ReducedMotion.REDUCE));
                    all.check(() -> Accessibility.assertNoViolation(page, "%s %s %d".formatted(place, scheme, width)));
                }
            }
        });
    }

    @Test
    void openMenuFormsAndErrors_haveNoAccessibilityViolation() {
        web.expectMessage("the server responded with a status of 422");
        Page page = open(Place.CRITERIA_NEW, PHONE);
        page.locator("[data-pointer='/name'] input").fill("Not a Name");
        page.locator("[data-pointer='/criteria/0/value'] input").fill("1");
        page.getByTestId("save-criteria").click();
        assertThat(page.locator("[aria-invalid=true]").first()).isVisible();
        Accessibility.assertNoViolation(page, "criteria refused");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Menu"))
                .click();
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Settings")))
                .isVisible();
        Accessibility.assertNoViolation(page, "menu");

        open(Place.SETTINGS, WIDE);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Edit hone.slow-request-ms"))
                .click();
        page.keyboard().type("x");
        page.keyboard().press("Enter");
        assertThat(page.locator("[aria-invalid=true]")).isVisible();
        Accessibility.assertNoViolation(page, "setting refused");

        open(Place.CRITERION, WIDE);
        page.getByTestId("delete-criteria").click();
        assertThat(page.getByTestId("delete-dialog")).isVisible();
        Accessibility.assertNoViolation(page, "dialog");
    }

    @Test
    void themeChosen_outlivesReloadAndSystem() {
        Page page = web.page();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        web.open("/");
        Locator toggle = page.getByTestId("theme");
        assertThat(toggle).hasText("Dark theme");
        Object light = background(page);
        toggle.click();
        assertThat(toggle).hasText("Light theme");
        Object dark = background(page);
        assertThat(dark).isNotEqualTo(light);

        page.reload();
        assertThat(toggle).hasText("Light theme");
        assertThat(background(page)).isEqualTo(dark);
        toggle.click();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertThat(background(page)).isEqualTo(light);
        assertThat(toggle).hasText("Dark theme");
    }

    @Test
    void pageAddresses_areNotRedirected() {
        for (String path : new String[] {
            "/sessions", "/compare", "/criteria", "/providers", "/performance", "/caches", "/settings", "/access"
        }) {
            web.open(path);
            assertThat(web.page()).hasURL(web.server().address() + path);
            assertThat(web.page().locator("nav a[aria-current=page]")).hasAttribute("href", path);
        }
    }

    @Test
    void menuOnPhone_opensAndCloses() {
        Page page = open(Place.DASHBOARD, PHONE);
        Locator link = page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Performance"));
        Locator menu = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Menu"));
        assertThat(link).isHidden();
        menu.click();
        assertThat(link).isVisible();
        page.keyboard().press("Escape");
        assertThat(link).isHidden();
        assertThat(menu).isFocused();
        menu.click();
        link.click();
        assertThat(page.locator("h1")).hasText("Performance");
        assertThat(link).isHidden();
    }

    @Test
    void keyboard_reachesContentFirst() {
        Page page = open(Place.DASHBOARD, WIDE);
        page.keyboard().press("Tab");
        Locator skip = page.getByText("Skip to the content");
        assertThat(skip).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("#main")).isFocused();
    }

    @Test
    void firstLoad_weighsLessThan300kB() {
        createData();
        CDPSession wire = web.window().newCDPSession(web.page());
        List<Double> sizes = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        wire.on("Network.loadingFinished", event -> sizes.add(number(event, "encodedDataLength")));
        web.page().onRequest(request -> addresses.add(request.url()));
        wire.send("Network.enable");
        web.open(Place.DASHBOARD.path);
        assertThat(web.page().getByTestId("recent")).isVisible();
        web.page().waitForLoadState(LoadState.NETWORKIDLE);

        double total = sizes.stream().mapToDouble(Double::doubleValue).sum();
        assertThat(addresses).noneMatch(address -> address.contains("echarts"));
        assertThat(sizes).hasSizeGreaterThan(10);
        assertThat(total).isBetween(10_000.0, 300_000.0);
    }

    private static double number(JsonObject event, String name) {
        return event.get(name).getAsDouble();
    }

    private static Object background(Page page) {
        return page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    }

    private Page open(Place place, int width) {
        if (place == Place.NO_SESSION || place == Place.NO_PAGE) {
            web.expectMessage("the server responded with a status of 404|live: topics has one that does not exist");
        }
        String session = createData();
        web.page().setViewportSize(width, HEIGHT);
        Page page = web.open(place.path.replace("{session}", session).replace("{other}", otherSession()));
        assertThat(page.locator(place.shown).first()).isVisible();
        assertThat(page.locator("main [aria-busy=true]")).hasCount(0);
        return page;
    }

    private String otherSession() {
        return web.server()
                .send("GET", "/sessions?q=wwww&project=" + PROJECT, null)
                .at("/items/0/id")
                .asText();
    }

    /** Sessions in every state, some with all there is to show; made once. */
    private String createData() {
        LocalServer server = web.server();
        List<String> there = server.send("GET", "/sessions?q=everything&project=" + PROJECT, null)
                .get("items")
                .findValuesAsText("id");
        if (!there.isEmpty()) {
            return there.get(0);
        }
        server.send("POST", "/keys", Map.of("name", "appearance-" + "k".repeat(50), "role", "viewer"));
        server.send(
                "POST",
                "/providers",
                Map.of(
                        "name",
                        "appearance",
                        "kind",
                        "openai",
                        "base_url",
                        "https://example.com/" + "p".repeat(200),
                        "prices",
                        Map.of("m".repeat(150), Map.of("input_usd_per_million", "0.15", "output_usd_per_million", 1))));
        for (String amount : new String[] {"0", "1000000"}) {
            server.send(
                    "POST",
                    "/budgets",
                    Map.of(
                            "scope",
                            "project",
                            "subject",
                            "s".repeat(97) + amount.length(),
                            "amount_usd",
                            amount,
                            "window",
                            "month"));
        }
        server.saveCriteria(
                "appearance-goal",
                Sample.ofBaseline("accuracy", ">=", 0.98),
                Sample.ofBaseline("size_bytes", "<=", 0.5),
                Sample.bound("a_metric_with_quite_a_long_name_" + "x".repeat(120), "<", 5));
        server.saveCriteria(
                "appearance-goal", Sample.ofBaseline("accuracy", ">=", 0.97), Sample.bound("latency_ms", "<", 5));
        server.complete(server.createSession(PROJECT, "completed run"));
        server.createSession(PROJECT, "w".repeat(200), Map.of("model", "m".repeat(200)));
        String cancelled = server.createSession(PROJECT, "cancelled run");
        server.move(cancelled, "cancelled");
        String paused = server.createSession(PROJECT, "paused run");
        server.move(paused, "running");
        server.move(paused, "paused");
        server.move(server.createSession(PROJECT, "running run"), "running", Map.of("progress", 0.4));
        Map<String, Object> more = Map.of(
                "criteria", Map.of("name", "appearance-goal", "version", 1),
                "baseline", Map.of("accuracy", 0.9, "size_bytes", 4_000_000),
                "params", Map.of("learning_rate", 0.001, "optimizer", "adam", "frozen", true, "path", "p/".repeat(300)),
                "tags", Map.of("team", "vision", "branch", "b".repeat(300)),
                "notes", "Why: " + "n".repeat(300) + "\n" + "word ".repeat(200));
        String everything = server.createSession(PROJECT, "everything run", more);
        server.createSession(PROJECT, "child run", Map.of("parent_id", everything));
        server.move(everything, "running", Map.of("progress", 0.75));
        for (int step = 0; step < 5; step++) {
            server.report(
                    everything,
                    step,
                    Map.of(
                            "accuracy",
                            0.8 + step / 50.0,
                            "size_bytes",
                            3_000_000 - step,
                            "metric_" + "z".repeat(190),
                            step));
        }
        server.move(everything, "failed", Map.of("error", Map.of("message", "CUDA out of memory: " + "e".repeat(300))));
        return everything;
    }
}
