package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DashboardIT {

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void sessionReported_appearsAndMovesWithoutReload() {
        Page page = web.open("/?project=dash-live");
        assertThat(page.getByTestId("empty")).containsText("Nothing was reported in project dash-live here");
        web.mark();

        String id = web.server().createSession("dash-live", "first run");
        Locator row = page.getByTestId("recent").locator("tr[data-id='" + id + "']");
        assertThat(row).containsText("first run");
        assertThat(row).containsText("Pending");
        assertThat(total(page)).hasText("1");
        assertThat(count(page, "pending")).hasText("1");

        web.server().move(id, "running", Map.of("progress", 0.25));
        assertThat(row).containsText("Running");
        assertThat(row).containsText("25%");
        assertThat(count(page, "running")).hasText("1");
        assertThat(count(page, "pending")).hasText("0");

        web.server().move(id, "completed");
        assertThat(row).containsText("Completed");
        assertThat(page.getByTestId("success-rate")).hasText("100%");

        web.server().fail(web.server().createSession("dash-live", "second run"), "CUDA out of memory");
        assertThat(total(page)).hasText("2");
        assertThat(page.getByTestId("success-rate")).hasText("50%");
        web.assertNotReloaded();
    }

    @Test
    void projectOfNewSession_isOfferedWithoutReload() {
        Page page = web.open("/");
        Locator choice = page.getByTestId("project");
        assertThat(page.getByTestId("total").or(page.getByTestId("empty"))).isVisible();
        web.server().createSession("dash-new-project", "first run");
        assertThat(choice.locator("option[value=dash-new-project]")).hasCount(1);
    }

    @Test
    void projectOfSessionThatComesWhileLoading_isOffered() {
        Page page = web.page();
        StringBuilder heard = new StringBuilder();
        List<Route> held = new ArrayList<>();
        page.onWebSocket(socket -> socket.onFrameReceived(frame -> heard.append(frame.text())));
        page.route("**/dashboard/stats*", held::add);
        page.waitForResponse("**/api/v1/projects", () -> web.open("/"));
        page.waitForCondition(() -> !held.isEmpty());
        web.server().createSession("dash-early-project", "first run");
        page.waitForCondition(() -> heard.indexOf("dash-early-project") >= 0);
        page.unroute("**/dashboard/stats*");
        held.forEach(Route::resume);
        assertThat(page.getByTestId("recent")).isVisible();
        assertThat(page.getByTestId("project").locator("option[value=dash-early-project]"))
                .hasCount(1);
    }

    @Test
    void windowAndProject_surviveReload() {
        web.server().createSession("dash-address", "only run");
        Page page = web.open("/");
        page.getByTestId("project").selectOption("dash-address");
        page.getByTestId("window-24h").click();
        assertThat(page).hasURL(Pattern.compile("\\?project=dash-address&window=24h$"));

        page.reload();
        assertThat(page.getByTestId("project")).hasValue("dash-address");
        assertThat(page.getByTestId("window-24h")).hasAttribute("aria-current", "true");
        assertThat(total(page)).hasText("1");

        page.goBack();
        assertThat(page.getByTestId("window-7d")).hasAttribute("aria-current", "true");
    }

    @Test
    void windowUnknown_showsUsualOne() {
        web.server().createSession("dash-unknown", "only run");
        for (String unknown : new String[] {"fortnight", "toString"}) {
            Page page = web.open("/?project=dash-unknown&window=" + unknown);
            assertThat(total(page)).hasText("1");
            assertThat(page.getByTestId("window-7d")).hasAttribute("aria-current", "true");
        }
    }

    @Test
    void timeline_saysWhatHappened() {
        web.server().complete(web.server().createSession("dash-timeline", "good"));
        web.server().complete(web.server().createSession("dash-timeline", "good too"));
        web.server().fail(web.server().createSession("dash-timeline", "bad"), "CUDA out of memory");
        Page page = web.open("/?project=dash-timeline&window=24h");
        Locator timeline = page.getByRole(
                AriaRole.IMG,
                new Page.GetByRoleOptions().setName("Sessions over time: 3 created, 2 completed, 1 failed"));
        assertThat(timeline).isVisible();

        Locator area = page.locator(".timeline-area");
        area.hover(new Locator.HoverOptions().setPosition(area.boundingBox().width - 2, area.boundingBox().height / 2));
        assertThat(page.getByTestId("timeline-said")).containsText(Pattern.compile("3 created, 2 completed, 1 failed"));
    }

    @Test
    void figures_leadToTheirSessions() {
        web.server().fail(web.server().createSession("dash-links", "broken run"), "CUDA out of memory");
        String id = web.server().createSession("dash-links", "waiting run", Map.of("model", "bert"));
        Page page = web.open("/?project=dash-links");
        assertThat(page.locator(".dash-failures")).containsText("Out of memory");
        assertThat(page.locator(".dash-models")).containsText("bert");
        count(page, "failed").click();
        assertThat(page).hasURL(Pattern.compile("/sessions\\?.*status=failed&project=dash-links$"));
        assertThat(page.getByTestId("session-row")).hasCount(1);
        assertThat(page.getByTestId("session-row")).containsText("broken run");

        page.goBack();
        page.getByTestId("recent").getByText("waiting run").click();
        assertThat(page).hasURL(web.server().address() + "/sessions/" + id);
        assertThat(page.locator("h1")).hasText("waiting run");
        assertThat(page).hasTitle("waiting run · Hone");
    }

    @Test
    void figures_leadToAsManySessionsAsTheySay() {
        String parent = web.server().createSession("dash-family", "parent run");
        web.server().createSession("dash-family", "child run", Map.of("parent_id", parent));
        Page page = web.open("/?project=dash-family");
        assertThat(count(page, "pending")).hasText("2");
        count(page, "pending").click();
        assertThat(page.getByTestId("session-row")).hasCount(2);
        assertThat(page.getByTestId("filter-created_after")).containsText("Created since");
        page.getByTestId("filter-parent").click();
        assertThat(page.getByTestId("session-row")).hasCount(1);

        page.goBack();
        page.goBack();
        total(page).click();
        assertThat(page.getByTestId("session-row")).hasCount(2);
        page.goBack();
        Locator area = page.locator(".timeline-area");
        area.click(new Locator.ClickOptions().setPosition(area.boundingBox().width - 2, area.boundingBox().height / 2));
        assertThat(page).hasURL(Pattern.compile("/sessions\\?parent=any&created_after=[^&]*&project=dash-family$"));
        assertThat(page.getByTestId("session-row")).hasCount(2);
        page.goBack();
        area.click(new Locator.ClickOptions().setPosition(2, area.boundingBox().height / 2));
        assertThat(page.getByTestId("filter-created_before")).isVisible();
        assertThat(page.getByTestId("empty")).containsText("No session matches");
    }

    @Test
    void topFailures_leadToTheirSessions() {
        LocalServer server = web.server();
        String parent = server.createSession("dash-failures", "parent run");
        server.fail(parent, "CUDA out of memory");
        server.fail(
                server.createSession("dash-failures", "child run", Map.of("parent_id", parent)), "CUDA out of memory");
        server.fail(server.createSession("dash-failures", "key run"), "Incorrect API key provided");
        Page page = web.open("/?project=dash-failures");
        page.locator(".dash-failures").getByText("Out of memory").click();
        assertThat(page)
                .hasURL(Pattern.compile(
                        "\\?parent=any&created_after=[^&]*&error_category=out_of_memory&project=dash-failures$"));
        assertThat(page.getByTestId("session-row")).hasCount(2);
        assertThat(page.getByTestId("filter-error_category")).containsText("Failed: Out of memory");

        page.getByTestId("filter-error_category").click();
        assertThat(page.getByTestId("session-row")).hasCount(3);
        page.getByTestId("session-row").getByText("key run").click();
        page.getByTestId("same-failure").click();
        assertThat(page).hasURL(Pattern.compile("/sessions\\?parent=any&error_category=api_key_invalid$"));
        assertThat(page.getByTestId("session-row").getByText("key run")).isVisible();
    }

    @Test
    void endedAndLongest_leadToTheirSessions() {
        LocalServer server = web.server();
        server.complete(server.createSession("dash-ended", "good run"));
        server.fail(server.createSession("dash-ended", "bad run"), "CUDA out of memory");
        server.createSession("dash-ended", "waiting run");
        Page page = web.open("/?project=dash-ended&window=all");
        page.getByTestId("ended").click();
        assertThat(page).hasURL(Pattern.compile("\\?parent=any&status=completed&status=failed&project=dash-ended$"));
        assertThat(page.getByTestId("session-row")).hasCount(2);
        page.goBack();
        page.getByTestId("longest").click();
        assertThat(page).hasURL(Pattern.compile("sort=-duration"));
        assertThat(page.getByTestId("session-row").last()).containsText("waiting run");
    }

    @Test
    void verdicts_areCounted() {
        web.server().saveCriteria("dash-goal", Sample.bound("accuracy", ">=", 0.9));
        for (double accuracy : new double[] {0.95, 0.85}) {
            String id = web.server()
                    .createSession("dash-verdicts", "accuracy " + accuracy, Map.of("criteria", "dash-goal"));
            web.server().report(id, 1, Map.of("accuracy", accuracy));
            web.server().complete(id);
        }
        Page page = web.open("/?project=dash-verdicts");
        assertThat(count(page, "met")).hasText("1");
        assertThat(count(page, "not_met")).hasText("1");
        assertThat(count(page, "undecided")).hasText("0");
        count(page, "not_met").click();
        assertThat(page.getByTestId("session-row")).hasCount(1);
        assertThat(page.getByTestId("session-row")).containsText("accuracy 0.85");
    }

    @Test
    void hostileNames_areShownAsText() {
        String name = "dash " + Sample.HOSTILE.substring(0, 85);
        web.server().createSession(name, Sample.HOSTILE, Map.of("model", Sample.HOSTILE));
        Page page = web.open("/");
        page.getByTestId("project").selectOption(name);
        assertThat(total(page)).hasText("1");
        assertThat(page.getByTestId("recent").locator(".recent-name bdi")).hasAttribute("title", Sample.HOSTILE);
        assertThat(page.locator(".dash-models")).containsText(Sample.HOSTILE.substring(0, 40));
        assertThat(page.locator("main img, main script")).hasCount(0);
    }

    private static Locator total(Page page) {
        return page.getByTestId("total");
    }

    private static Locator count(Page page, String name) {
        return page.getByTestId("count-" + name).locator(".ledger-count");
    }
}
