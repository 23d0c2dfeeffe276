package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProvidersIT {

    private static final String SECRET = "sk-of-the-page-0123456789";

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void provider_isAddedEditedAndDeleted() {
        Page page = web.open("/providers");
        page.getByTestId("new-provider").click();
        Locator dialog = page.getByTestId("provider-dialog");
        dialog.getByLabel("Name").fill("ui-provider");
        dialog.getByLabel("Interface").selectOption("anthropic");
        dialog.getByLabel("Base address").fill("HTTPS://API.Example.com/v1/");
        dialog.locator("[name=secret]").fill(SECRET);
        dialog.getByTestId("add-price").click();
        dialog.locator("[name=model]").fill("claude*");
        dialog.locator("[name=input_usd_per_million]").fill("3");
        dialog.locator("[name=output_usd_per_million]").fill("15.50");
        dialog.getByLabel("Cached").fill("0.3");
        dialog.getByTestId("save-provider").click();
        assertThat(dialog).hasCount(0);

        Locator row = row(page, "provider-row", "data-name", "ui-provider");
        assertThat(row).containsText("Anthropic");
        assertThat(row).containsText("https://api.example.com/v1");
        assertThat(row).containsText("Secret stored");
        row.locator("summary").click();
        assertThat(row.locator("tbody").locator("th, td"))
                .hasText(new String[] {"claude*", "$3", "$15.50", "$0.30", "–"});

        row.getByTestId("edit").click();
        assertThat(dialog.locator("[name=secret]")).hasValue("");
        assertThat(page.locator("body")).not().containsText(SECRET);
        dialog.getByLabel("Forget the stored secret").check();
        dialog.getByTestId("price").getByLabel("Remove this price").click();
        dialog.locator("summary").click();
        dialog.getByLabel("Requests a minute").fill("60");
        dialog.getByTestId("save-provider").click();
        assertThat(dialog).hasCount(0);
        assertThat(row).containsText("No secret");
        assertThat(row).containsText("60 requests a minute");
        assertThat(row).containsText("no prices");

        row.getByTestId("delete").click();
        page.getByTestId("confirm").click();
        assertThat(row).hasCount(0);
    }

    @Test
    void provider_refused_saysWhere() {
        Page page = web.open("/providers");
        web.expectMessage("the server responded with a status of 422");
        page.getByTestId("new-provider").click();
        Locator dialog = page.getByTestId("provider-dialog");
        dialog.getByLabel("Name").fill("Not a name");
        dialog.getByLabel("Base address").fill("http://169.254.169.254/latest");
        dialog.getByTestId("save-provider").click();
        assertThat(dialog.locator("[data-field=provider-name] .field-error"))
                .not()
                .isEmpty();
        dialog.getByTestId("add-price").click();
        dialog.locator("[name=model]").fill("a/b");
        dialog.locator("[name=input_usd_per_million]").fill("cheap");
        dialog.getByTestId("save-provider").click();
        assertThat(dialog.getByTestId("price-error")).containsText("a/b, in: is no decimal");
        dialog.locator("[name=input_usd_per_million]").fill("1");
        dialog.locator("[name=output_usd_per_million]").fill("1");
        dialog.getByTestId("save-provider").click();
        assertThat(dialog.getByTestId("price-error")).hasCount(0);

        assertThat(dialog.locator("[data-field=provider-name] .field-error")).containsText("lower-case letters");
        assertThat(dialog.locator("[data-field=provider-base_url] .field-error"))
                .containsText("link-local");
        assertThat(dialog.getByLabel("Name")).isFocused();
        Accessibility.assertNoViolation(page, "provider refused");
        page.keyboard().press("Escape");
        assertThat(dialog).hasCount(0);
    }

    @Test
    void budget_isSetEditedAndDeleted() {
        Page page = web.open("/providers");
        page.getByTestId("new-budget").click();
        Locator dialog = page.getByTestId("budget-dialog");
        dialog.locator("[name=subject]").fill("ui-budget");
        dialog.getByLabel("Amount in USD").fill("12.50");
        Accessibility.assertNoViolation(page, "new budget");
        dialog.getByTestId("save-budget").click();
        assertThat(dialog).hasCount(0);

        Locator row = row(page, "budget-row", "data-subject", "ui-budget");
        assertThat(row).containsText("$12.50 a month");
        assertThat(row.getByTestId("spent")).containsText("$0 spent, $12.50 left");
        row.getByTestId("history").click();
        assertThat(row.getByTestId("budget-history")).hasText("Nothing was called in the last 30 days.");

        row.getByTestId("edit").click();
        dialog.getByLabel("Amount in USD").fill("0");
        dialog.getByTestId("save-budget").click();
        assertThat(row).containsText("Used up: calls are refused");
        assertThat(row.getByRole(AriaRole.PROGRESSBAR)).hasAttribute("aria-valuenow", "100");

        row.getByTestId("delete").click();
        page.getByTestId("confirm").click();
        assertThat(row).hasCount(0);
    }

    @Test
    void budget_changedElsewhere_isNotOverwritten_andIsSeenWithoutAReload() {
        JsonNode budget = web.server()
                .send(
                        "POST",
                        "/budgets",
                        Map.of("scope", "project", "subject", "ui-raced", "amount_usd", "1", "window", "day"));
        Page page = web.open("/providers");
        web.mark();
        web.expectMessage("the server responded with a status of 412");
        Locator row = row(page, "budget-row", "data-subject", "ui-raced");
        row.getByTestId("edit").click();
        web.server().send("PATCH", "/budgets/" + budget.get("id").asText(), Map.of("amount_usd", "7"));
        Locator dialog = page.getByTestId("budget-dialog");
        dialog.getByLabel("Amount in USD").fill("3");
        dialog.getByTestId("save-budget").click();

        assertThat(dialog.getByTestId("form-problem")).containsText("current version");
        page.keyboard().press("Escape");
        assertThat(row).containsText("$7 a day");
        web.assertNotReloaded();
    }

    @Test
    void history_showsWhereTheMoneyWent() throws Exception {
        String session = web.server().createSession("ui-spent", "spending run");
        try (PaidCalls paid = new PaidCalls(web.server())) {
            budget("provider", paid.provider(), "5", "month");
            assertEquals(200, paid.call("X-Hone-Session", session));
            assertEquals(200, paid.call("X-Hone-Session", session));
            paid.awaitSettled(session, 2);
            assertEquals(200, paid.call("X-Hone-Cache", "allow"));
            assertEquals(200, paid.call("X-Hone-Cache", "allow"));
            Page page = web.open("/providers");
            Locator row = row(page, "budget-row", "data-subject", paid.provider());
            // Hits of a cache are summed up every few seconds.
            paid.awaitHits(1);
            assertThat(row.getByTestId("spent")).containsText("$0.015 spent, $4.985 left");
            row.getByTestId("history").click();

            assertThat(row.locator("hone-chart")).hasAttribute("aria-label", "Spent by day: $0.015 on 1 day");
            assertThat(row.locator("hone-chart canvas")).isVisible();
            assertThat(row.locator("tbody").first().locator("th, td"))
                    .hasText(new String[] {"tiny " + paid.provider(), "$0.015", "$0.005", "3"});
            assertThat(row.locator("tbody").last().locator("th, td"))
                    .hasText(new String[] {session, "$0.01", "$0", "2", "None", "$0.005", "$0.005", "1"});
            Accessibility.assertNoViolation(page, "history of a budget");
        }
    }

    @Test
    void health_showsAsItHappens_toEverybody() throws Exception {
        try (PaidCalls paid = new PaidCalls(web.server())) {
            Page page = web.open("/providers");
            Page their = web.newWindow().newPage();
            web.signIn(their.context(), web.server().account("viewer"));
            their.navigate(web.server().address() + "/providers");
            Locator row = row(page, "provider-row", "data-name", paid.provider());
            Locator seen = row(their, "provider-health-row", "data-name", paid.provider());
            assertThat(seen).isVisible();
            assertThat(their.getByTestId("probe")).hasCount(0);
            web.mark();
            row.getByTestId("probe").click();
            assertThat(row.getByTestId("health")).hasText("Healthy");
            assertThat(row.getByTestId("health-text")).containsText("calls failed");

            paid.answerWith(500);
            int status;
            do {
                status = paid.call();
            } while (status == 500);
            assertEquals(503, status);
            for (Locator one : new Locator[] {row, seen}) {
                assertThat(one.getByTestId("health")).hasText("Unhealthy");
                assertThat(one.getByTestId("health-text")).containsText("last failure: provider down");
            }
            assertThat(row.getByTestId("paused")).isVisible();
            web.assertNotReloaded();
            Accessibility.assertNoViolation(page, "unhealthy provider");
            Accessibility.assertNoViolation(their, "health for a viewer");
        }
    }

    @Test
    void fallback_isSetAndTakenAway() throws Exception {
        web.server()
                .send(
                        "POST",
                        "/providers",
                        Map.of("name", "ui-second", "kind", "openai", "base_url", "https://second.example.com/v1"));
        web.server()
                .send(
                        "POST",
                        "/providers",
                        Map.of("name", "ui-first", "kind", "openai", "base_url", "https://first.example.com/v1"));
        Page page = web.open("/providers");
        web.expectMessage("the server responded with a status of 422");
        Locator row = row(page, "provider-row", "data-name", "ui-first");
        row.getByTestId("edit").click();
        Locator dialog = page.getByTestId("provider-dialog");
        dialog.locator("summary").click();
        dialog.getByLabel("Falls back to").fill("nobody");
        dialog.getByLabel("Models there").fill("gpt-4o = llama-3\no3 = qwen = 3");
        dialog.getByTestId("save-provider").click();
        assertThat(dialog.locator("[data-field=provider-fallback] .field-error"))
                .containsText("no provider");
        dialog.getByLabel("Falls back to").fill("ui-second");
        dialog.getByTestId("save-provider").click();
        assertThat(dialog).hasCount(0);
        assertThat(row).containsText("falls back to ui-second");
        JsonNode stored = web.server().send("GET", "/providers/ui-first", null).get("fallback");
        assertEquals(
                "{\"provider\":\"ui-second\",\"models\":{\"gpt-4o\":\"llama-3\",\"o3\":\"qwen = 3\"}}",
                stored.toString());

        row.getByTestId("edit").click();
        assertThat(dialog.getByLabel("Models there")).hasValue("gpt-4o = llama-3\no3 = qwen = 3");
        dialog.locator("summary").click();
        dialog.getByLabel("Models there").fill("o3 = x");
        dialog.getByTestId("save-provider").click();
        assertThat(dialog).hasCount(0);
        assertEquals(
                "{\"o3\":\"x\"}",
                web.server()
                        .send("GET", "/providers/ui-first", null)
                        .at("/fallback/models")
                        .toString());
        row.getByTestId("edit").click();
        dialog.locator("summary").click();
        dialog.getByLabel("Falls back to").fill("");
        dialog.getByTestId("save-provider").click();
        assertThat(dialog).hasCount(0);
        assertThat(row).not().containsText("falls back");
    }

    @Test
    void spending_showsWithoutAReload_andWarns() throws Exception {
        try (PaidCalls paid = new PaidCalls(web.server())) {
            budget("provider", paid.provider(), "0.0113", "day");
            Page page = web.open("/providers");
            Page their = web.newWindow().newPage();
            web.signIn(their.context(), web.server().account("viewer"));
            their.navigate(web.server().address() + "/providers");
            assertThat(row(their, "budget-row", "data-subject", paid.provider()))
                    .isVisible();
            Locator row = row(page, "budget-row", "data-subject", paid.provider());
            assertThat(row.getByTestId("spent")).containsText("$0 spent, $0.0113 left");
            web.mark();

            assertEquals(200, paid.call());
            assertThat(row.getByTestId("spent")).containsText("$0.005 spent, $0.0063 left");
            assertThat(row.getByRole(AriaRole.PROGRESSBAR)).hasAttribute("aria-valuenow", "44");
            assertThat(page.getByTestId("budget-warning")).hasCount(0);
            assertEquals(200, paid.call());
            assertThat(row.getByTestId("spent")).containsText("$0.01 spent, $0.0013 left");
            assertEquals(402, paid.call());

            web.server().send("PATCH", "/budgets/" + row.getAttribute("data-id"), Map.of("amount_usd", "0.011"));
            Locator warning = page.getByTestId("budget-warning");
            assertThat(warning).containsText("is over 90% used: $0.01 of $0.011.");
            assertThat(row).containsText("Nearly used");
            Accessibility.assertNoViolation(page, "warning of a budget");
            web.server().send("PATCH", "/budgets/" + row.getAttribute("data-id"), Map.of("amount_usd", "0.01"));
            assertThat(warning).hasCount(1);
            assertThat(warning).containsText("is used up: $0.01 of $0.01. Calls are refused until");
            assertThat(row(their, "budget-warning", "data-id", row.getAttribute("data-id")))
                    .containsText("is used up");
            warning.getByText("Dismiss").click();
            assertThat(warning).hasCount(0);
            assertThat(row).containsText("Used up: calls are refused");
            web.assertNotReloaded();
        }
    }

    @Test
    void providers_changedElsewhere_areSeenWithoutAReload() throws Exception {
        Page page = web.open("/providers");
        assertThat(page.getByTestId("new-provider")).isVisible();
        web.mark();
        try (PaidCalls paid = new PaidCalls(web.server())) {
            Locator row = row(page, "provider-row", "data-name", paid.provider());
            assertThat(row).containsText("1 price");
            web.server().send("DELETE", "/providers/" + paid.provider(), null);
            assertThat(row).hasCount(0);
        }
        web.assertNotReloaded();
    }

    private void budget(String scope, String subject, String amount, String window) {
        web.server()
                .send(
                        "POST",
                        "/budgets",
                        Map.of("scope", scope, "subject", subject, "amount_usd", amount, "window", window));
    }

    @Test
    void budgets_ofAViewer_areToRead() {
        web.server()
                .send(
                        "POST",
                        "/budgets",
                        Map.of("scope", "project", "subject", "ui-seen", "amount_usd", "5", "window", "total"));
        Page their = web.newWindow().newPage();
        web.signIn(their.context(), web.server().account("viewer"));
        their.navigate(web.server().address() + "/providers");

        assertThat(row(their, "budget-row", "data-subject", "ui-seen")).containsText("$5 in all");
        assertThat(their.getByTestId("new-budget")).hasCount(0);
        assertThat(their.getByTestId("new-provider")).hasCount(0);
        assertThat(their.getByTestId("edit")).hasCount(0);
        assertThat(their).hasURL(Pattern.compile("/providers$"));
    }

    private static Locator row(Page page, String test, String attribute, String value) {
        return page.locator("[data-test=%s][%s='%s']".formatted(test, attribute, value));
    }
}
