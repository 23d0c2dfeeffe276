package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectionIT {

    private static final String PROJECT = "connection";
    /** The server starts again in this time, also on a busy machine. */
    private static final int RESTART_MS = 180_000;

    @RegisterExtension
    final Web web = Web.onSharedServer();

    /** Other tests use the same server. */
    @AfterEach
    void serve() {
        web.server().startAgain();
        web.server().awaitReady();
    }

    @Test
    void serverGoneForAWhile_isSaid_andPagesCatchUpByThemselves() {
        web.expectMessage(
                "WebSocket connection to|net::ERR_|Failed to fetch dynamically|the server responded with a status of 40");
        LocalServer server = web.server();
        String id = server.createSession(PROJECT, "long run");
        server.createSession(PROJECT, "child run", Map.of("parent_id", id));
        server.move(id, "running");
        server.report(id, 0, Map.of("accuracy", 0.5));
        Page dashboard = web.open("/?project=" + PROJECT);
        Page list = newPage("/sessions?project=" + PROJECT);
        Page session = newPage("/sessions/" + id);
        Page other = newPage("/settings");
        assertThat(other.getByTestId("setting").first()).isVisible();
        assertThat(dashboard.getByTestId("total")).hasText("2");
        list.locator("button.fold").click();
        assertThat(list.getByTestId("session-row")).hasCount(2);
        assertThat(session.getByTestId("metric-last")).hasText("0.5");
        for (Page page : new Page[] {dashboard, list, session}) {
            assertThat(page.getByTestId("connection")).hasText("Live");
            page.evaluate("window.marked = true");
        }

        server.kill();
        for (Page page : new Page[] {dashboard, list, session}) {
            assertThat(banner(page)).containsText("The connection to the server is lost.");
            assertThat(page.getByTestId("connection")).hasText("Offline");
        }
        // What was there is still there to read.
        assertThat(dashboard.getByTestId("total")).hasText("2");
        Accessibility.assertNoViolation(dashboard, "banner");
        dashboard.getByTestId("window-30d").click();
        assertThat(dashboard.getByTestId("refresh-problem")).containsText("The server cannot be reached");
        // A page not loaded yet says what is wrong instead of loading for ever.
        other.locator("nav a[href='/criteria']").click();
        assertThat(other.locator("main [role=alert]")).isVisible();

        server.startAgain();
        server.awaitReady();
        String second = server.createSession(PROJECT, "second run");
        String child = server.createSession(PROJECT, "second child", Map.of("parent_id", id));
        server.move(child, "running");
        server.report(id, 1, Map.of("accuracy", 0.75));
        server.complete(second);

        for (Page page : new Page[] {dashboard, list, session}) {
            assertThat(banner(page)).hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(RESTART_MS));
            assertThat(page.getByTestId("connection")).hasText("Live");
        }
        assertThat(dashboard.getByTestId("total")).hasText("4");
        assertThat(dashboard.getByTestId("refresh-problem")).hasCount(0);
        assertThat(dashboard.getByTestId("recent")).containsText("second run");
        assertThat(session.getByTestId("metric-last")).hasText("0.75");
        assertThat(session.locator("hone-chart"))
                .hasAttribute("aria-label", "accuracy over 2 steps, from 0.5 to 0.75, last 0.75");
        assertThat(list.getByTestId("session-row").first()).containsText("second run");

        assertThat(list.getByTestId("session-row").filter(new Locator.FilterOptions().setHasText("second child")))
                .containsText("Running");
        other.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Retry"))
                .click();
        assertThat(other.locator("h1")).hasText("Criteria");

        // And they go on living.
        server.report(id, 2, Map.of("accuracy", 0.875));
        server.complete(id);
        assertThat(session.getByTestId("metric-last")).hasText("0.875");
        assertThat(session.getByTestId("session-state")).hasAttribute("data-status", "completed");
        assertThat(dashboard.getByTestId("count-completed").locator(".ledger-count"))
                .hasText("2");
    }

    private Page newPage(String path) {
        Page page = web.window().newPage();
        page.navigate(web.server().address() + path);
        return page;
    }

    private static Locator banner(Page page) {
        return page.locator("[data-test=banner][data-shown]");
    }
}
