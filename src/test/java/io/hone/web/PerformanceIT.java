package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PerformanceIT {

    private static final Pattern SOME = Pattern.compile("^[1-9][\\d,]*$");

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void page_showsRequestsStatementsAndConnections_thatMove() {
        web.server().createSession("performance", "some run");
        Page page = web.open("/performance");
        Locator requests = page.getByTestId("requests");
        Locator database = page.getByTestId("database");
        Locator connections = page.getByTestId("connections");
        assertThat(requests.locator("tr")
                        .filter(new Locator.FilterOptions().setHasText("POST /api/v1/sessions"))
                        .first())
                .isVisible();
        assertThat(figure(requests, "Requests")).hasText(SOME);
        assertThat(figure(database, "Kind")).hasText("SQLite");
        assertThat(figure(database, "Commits")).hasText(SOME);
        assertThat(database.locator("tbody tr").first()).isVisible();
        assertThat(figure(connections, "Open now")).hasText(SOME);

        web.mark();
        String before = figure(requests, "Requests").textContent();
        String commits = figure(database, "Commits").textContent();
        web.server().createSession("performance", "another run");
        assertThat(figure(requests, "Requests")).not().hasText(before);
        assertThat(figure(database, "Commits")).not().hasText(commits);
        web.assertNotReloaded();
    }

    @Test
    void columnHead_sortsTable() {
        web.server().createSession("performance", "some run");
        Page page = web.open("/performance");
        Locator table = page.getByTestId("requests").locator("table");
        Locator endpoint = table.getByRole(
                AriaRole.COLUMNHEADER, new Locator.GetByRoleOptions().setName(Pattern.compile("Endpoint")));
        assertThat(endpoint).isVisible();
        endpoint.getByRole(AriaRole.BUTTON).click();
        assertThat(endpoint).hasAttribute("aria-sort", "ascending");
        String first = table.locator("tbody tr th").first().textContent();
        endpoint.getByRole(AriaRole.BUTTON).click();
        assertThat(endpoint).hasAttribute("aria-sort", "descending");
        assertThat(table.locator("tbody tr th").last()).hasText(first);
        assertThat(table.locator("tbody tr").count()).isGreaterThan(1);
    }

    private static Locator figure(Locator part, String name) {
        return part.locator(".figures > div")
                .filter(new Locator.FilterOptions()
                        .setHas(part.page()
                                .locator(
                                        "dt", new Page.LocatorOptions().setHasText(Pattern.compile("^" + name + "$")))))
                .locator(".figures-value");
    }
}
