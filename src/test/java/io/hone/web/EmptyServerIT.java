package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nothing here may report a session or save criteria: the server stays empty for all of these. */
class EmptyServerIT {

    @RegisterExtension
    final Web web = Web.onOwnServer();

    @Test
    void dashboard_showsFirstCommandsWithThisAddress() {
        Page page = web.open("/");
        Locator empty = page.getByTestId("empty");
        assertThat(empty).containsText("No sessions yet");
        assertThat(empty.getByRole(AriaRole.GROUP, new Locator.GetByRoleOptions().setName("demo command")))
                .hasText("./hone demo --url " + web.server().address());
        assertThat(empty.getByRole(
                        AriaRole.GROUP,
                        new Locator.GetByRoleOptions().setName("curl command").setExact(true)))
                .containsText("curl -X POST " + web.server().address() + "/api/v1/sessions ");
        assertThat(page.getByTestId("connection")).hasText("Live");
    }

    @Test
    void sessions_showFirstCommands() {
        Locator empty = web.open("/sessions").getByTestId("empty");
        assertThat(empty).containsText("No sessions yet");
        assertThat(empty).containsText("--url " + web.server().address());
    }

    @Test
    void criteria_showHowToWriteThem() {
        Locator empty = web.open("/criteria").getByTestId("empty");
        assertThat(empty).containsText("No criteria yet");
        assertThat(empty).containsText("curl -X POST " + web.server().address() + "/api/v1/config/criteria ");
    }

    @Test
    void providersAndBudgets_showHowToAddThem() {
        Page page = web.open("/providers");
        assertThat(page.getByTestId("empty")).containsText("No providers yet");
        assertThat(page.getByTestId("empty"))
                .containsText("curl -X POST " + web.server().address() + "/api/v1/providers ");
        assertThat(page.getByTestId("no-budgets"))
                .containsText("curl -X POST " + web.server().address() + "/api/v1/budgets ");
    }

    @Test
    void emptyPages_haveNoAccessibilityViolation() {
        for (String path :
                new String[] {"/", "/sessions", "/compare", "/criteria", "/providers", "/performance", "/caches"}) {
            Page page = web.open(path);
            assertThat(page.locator("main h1")).isVisible();
            assertThat(page.locator("main [aria-busy=true]")).hasCount(0);
            Accessibility.assertNoViolation(page, "empty " + path);
        }
    }
}
