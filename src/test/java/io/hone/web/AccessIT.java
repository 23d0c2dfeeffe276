package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Accounts, keys and the audit as an admin sees them, and what others see instead. */
class AccessIT {

    private static final int PHONE = 360;
    private static final int HEIGHT = 800;

    @RegisterExtension
    final Web web = Web.onSharedServer();

    @Test
    void newAccount_getsALink_thatSignsIn() {
        String name = unique("ann");
        Page page = web.open("/access");
        page.getByTestId("new-account").click();
        Locator dialog = page.getByTestId("account-dialog");
        assertThat(dialog.getByLabel("Name")).isFocused();
        dialog.getByLabel("Name").fill(name.toUpperCase(Locale.ROOT));
        dialog.getByLabel("Reporter").check();
        dialog.getByTestId("create-account").click();
        Locator link = dialog.getByTestId("sign-in-link").locator("code");
        assertThat(link).containsText(web.server().address() + "/sign-in#code=");
        String address = link.innerText();
        dialog.getByText("Done").click();
        assertThat(dialog).hasCount(0);
        assertThat(account(page, name)).containsText("Never signed in");
        assertThat(account(page, name).getByTestId("role")).hasValue("reporter");

        Page theirs = web.newWindow().newPage();
        theirs.navigate(address);
        assertThat(theirs.getByTestId("choose-password")).containsText(name);
    }

    @Test
    void newAccountWithPassword_needsNoLink_andRefusalsAreShownWhereTheyAre() {
        web.expectMessage("the server responded with a status of (409|422)");
        String name = unique("bob");
        Page page = web.open("/access");
        page.getByTestId("new-account").click();
        Locator dialog = page.getByTestId("account-dialog");
        dialog.getByLabel("Name").fill("no spaces allowed");
        dialog.getByLabel("By a password you set").check();
        dialog.getByLabel("Password", new Locator.GetByLabelOptions().setExact(true))
                .fill("short");
        dialog.getByTestId("create-account").click();
        assertThat(dialog.getByLabel("Name")).hasAttribute("aria-invalid", "true");
        assertThat(dialog.getByLabel("Name")).isFocused();
        assertThat(dialog.getByLabel("Password", new Locator.GetByLabelOptions().setExact(true)))
                .hasAttribute("aria-invalid", "true");
        dialog.getByLabel("Name").fill(web.server().account("viewer").username());
        dialog.getByLabel("Password", new Locator.GetByLabelOptions().setExact(true))
                .fill("long enough for all");
        dialog.getByTestId("create-account").click();
        assertThat(dialog.getByTestId("form-problem")).isVisible();
        dialog.getByLabel("Name").fill(name);
        dialog.getByTestId("create-account").click();
        assertThat(dialog).hasCount(0);
        assertThat(account(page, name)).isVisible();

        BrowserContext theirs = web.newWindow();
        web.signIn(theirs, new LocalServer.Account("", name, "long enough for all"));
    }

    @Test
    void roleDisabledAndDelete_holdAtOnce() {
        web.expectMessage("the server responded with a status of 401");
        LocalServer.Account account = web.server().createAccount("viewer");
        BrowserContext theirs = web.newWindow();
        web.signIn(theirs, account);
        Page their = theirs.newPage();
        their.navigate(web.server().address() + "/criteria");
        assertThat(their.getByTestId("connection")).hasText("Live");
        assertThat(their.getByTestId("new-criteria")).hasCount(0);

        Page page = web.open("/access");
        Locator row = account(page, account.username());
        row.getByTestId("role").selectOption("admin");
        assertThat(row.getByTestId("role")).isEnabled();
        // The connection ends with the old role, and the page learns of the new one by renewing its token.
        assertThat(their.getByTestId("new-criteria")).isVisible();

        row.getByTestId("disable").click();
        assertThat(row).containsText("Disabled");
        assertThat(their).hasURL(web.server().address() + "/sign-in?to=%2Fcriteria");
        row.getByTestId("disable").click();
        assertThat(row).not().containsText("Disabled");

        row.getByTestId("delete").click();
        Locator dialog = page.getByTestId("confirm-dialog");
        assertThat(dialog).containsText("Delete " + account.username() + "?");
        page.keyboard().press("Enter");
        assertThat(dialog).hasCount(0);
        assertThat(row).isVisible();
        row.getByTestId("delete").click();
        page.getByTestId("confirm").click();
        assertThat(row).hasCount(0);
    }

    @Test
    void ownAccount_isLeftToOthers() {
        Page page = web.open("/access");
        Locator own = account(page, web.server().account("admin").username());
        assertThat(own).containsText("You");
        assertThat(own.getByTestId("delete")).hasCount(0);
        assertThat(own.getByTestId("role")).hasCount(0);
    }

    @Test
    void newLink_forAnAccount() {
        LocalServer.Account account = web.server().createAccount("reporter");
        Page page = web.open("/access");
        account(page, account.username()).getByTestId("link").click();
        String address = page.getByTestId("sign-in-link").locator("code").innerText();
        Page theirs = web.newWindow().newPage();
        theirs.navigate(address);
        // There is a password already: nothing to choose.
        assertThat(theirs.getByTestId("account")).containsText(account.username());
        assertThat(theirs).hasURL(web.server().address() + "/");
    }

    @Test
    void key_isShownOnce_works_andIsGoneWhenDeleted() {
        String name = unique("nightly training");
        Page page = web.open("/access?tab=keys");
        page.getByTestId("new-key").click();
        Locator dialog = page.getByTestId("key-dialog");
        dialog.getByLabel("Name").fill(name);
        assertThat(dialog.getByLabel("Reporter")).isChecked();
        dialog.getByLabel("Holds for").selectOption("30");
        dialog.getByTestId("create-key").click();
        Locator shown = dialog.getByTestId("key").locator("code");
        assertThat(shown).hasText(Pattern.compile("^hone_\\S+$"));
        String key = shown.innerText();
        assertThat(dialog.getByTestId("key-use")).containsText("export HONE_KEY=" + key);
        assertThat(dialog.getByTestId("key-use"))
                .containsText("curl -H \"Authorization: Bearer $HONE_KEY\" "
                        + web.server().address());
        page.keyboard().press("Escape");
        assertThat(shown).isVisible();
        dialog.getByTestId("key-kept").click();
        assertThat(dialog).hasCount(0);

        Locator row = page.locator("[data-test=key-row][data-name='" + name + "']");
        assertThat(row).containsText("…" + key.substring(key.length() - 4));
        assertThat(row).containsText("Not used yet");
        assertThat(row).containsText("Reporter");
        assertThat(page.locator("main")).not().containsText(key);
        LocalServer server = web.server();
        assertThat(server.send("GET", "/auth/me", null, key).get("role").asText())
                .isEqualTo("reporter");
        server.send(
                "POST",
                "/sessions",
                Map.of("name", "by key", "model", "m", "technique", "quantization", "project", "access"),
                key);

        row.getByTestId("delete").click();
        page.getByTestId("confirm").click();
        assertThat(row).hasCount(0);
        assertThatThrownBy(() -> server.send("GET", "/auth/me", null, key)).hasMessageContaining("401");
    }

    @Test
    void audit_isFiltered_andGoesOn() {
        LocalServer server = web.server();
        String name = unique("audited");
        server.send("POST", "/keys", Map.of("name", name, "role", "viewer"));
        String id = server.createSession("audit", "audited run");
        for (int i = 0; i < 60; i++) {
            server.move(id, i % 2 == 0 ? "running" : "paused");
        }
        Page page = web.open("/access?tab=audit");
        Locator entries = page.getByTestId("audit-entry");
        assertThat(entries).hasCount(50);
        page.getByTestId("more").click();
        assertThat(entries.nth(60)).isVisible();

        page.getByTestId("filter-subject_type").selectOption("key");
        assertThat(page).hasURL(Pattern.compile("subject_type=key"));
        assertThat(entries.first()).containsText("key.created");
        page.getByTestId("filter-actor").fill("operator");
        assertThat(page).hasURL(Pattern.compile("actor=operator"));
        page.getByTestId("filter-action").fill("key.created");
        assertThat(page).hasURL(Pattern.compile("action=key.created"));
        page.reload();
        assertThat(page.getByTestId("filter-actor")).hasValue("operator");
        assertThat(page.getByTestId("audit")).containsText(name);

        page.getByTestId("filter-before").fill("2001-01-01T00:00");
        page.getByTestId("filter-before").dispatchEvent("change");
        assertThat(page.getByTestId("empty")).containsText("Nothing fits these filters");
        page.getByTestId("clear-filters").click();
        assertThat(page).hasURL(web.server().address() + "/access?tab=audit");
        assertThat(entries).hasCount(50);
    }

    @Test
    void viewer_seesNoControlsThatWouldBeRefused() {
        LocalServer server = web.server();
        server.saveCriteria("access-goal", Sample.bound("accuracy", ">=", 0.9));
        String id = server.createSession(
                "access", "judged run", Map.of("criteria", Map.of("name", "access-goal", "version", 1)));
        server.move(id, "running");
        server.report(id, 0, Map.of("accuracy", 0.5));
        server.saveCriteria("access-goal", Sample.bound("accuracy", ">=", 0.8));
        assertThat(web.open("/sessions/" + id).getByTestId("rejudge")).isVisible();

        BrowserContext window = web.newWindow();
        web.signIn(window, server.account("viewer"));
        Page page = window.newPage();
        page.navigate(server.address() + "/criteria?new=1");
        assertThat(page.getByTestId("criteria")).containsText("access-goal");
        assertThat(page.getByTestId("new-criteria")).hasCount(0);
        assertThat(page.getByTestId("criteria-form")).hasCount(0);
        assertThat(page.locator("nav[aria-label=Pages] a")).hasText(new Pattern[] {
            word("Dashboard"),
            word("Sessions"),
            word("Compare"),
            word("Criteria"),
            word("Providers"),
            word("Performance")
        });
        page.navigate(server.address() + "/criteria/access-goal?edit=1");
        assertThat(page.getByTestId("criteria-version")).isVisible();
        assertThat(page.getByTestId("edit-criteria")).hasCount(0);
        assertThat(page.getByTestId("delete-criteria")).hasCount(0);
        assertThat(page.getByTestId("rejudge-all")).hasCount(0);
        page.navigate(server.address() + "/sessions/" + id);
        assertThat(page.getByTestId("verdict")).containsText("Version 2 of these criteria is newer.");
        for (String control : new String[] {"rejudge", "edit-session", "bin-session"}) {
            assertThat(page.getByTestId(control)).hasCount(0);
        }
        page.navigate(server.address() + "/sessions");
        assertThat(page.getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("judged run").setExact(true)))
                .isVisible();
        assertThat(page.getByTestId("import")).hasCount(0);
        for (String path : new String[] {"/settings", "/access", "/access?tab=audit"}) {
            page.navigate(server.address() + path);
            assertThat(page.getByTestId("forbidden")).containsText("You are signed in as");
            assertThat(page.getByTestId("forbidden")).containsText("a viewer");
        }
        Accessibility.assertNoViolation(page, "forbidden");
    }

    @Test
    void reporter_mayRejudge_butNotWriteCriteria() {
        LocalServer server = web.server();
        server.saveCriteria("access-report", Sample.bound("accuracy", ">=", 0.9));
        String id = server.createSession(
                "access", "rejudged run", Map.of("criteria", Map.of("name", "access-report", "version", 1)));
        server.move(id, "running");
        server.report(id, 0, Map.of("accuracy", 0.85));
        server.saveCriteria("access-report", Sample.bound("accuracy", ">=", 0.8));
        BrowserContext window = web.newWindow();
        web.signIn(window, server.account("reporter"));
        Page page = window.newPage();
        page.navigate(server.address() + "/sessions/" + id);
        page.getByTestId("rejudge").click();
        assertThat(page.getByTestId("verdict")).containsText("version 2");
        page.navigate(server.address() + "/criteria/access-report");
        assertThat(page.getByTestId("criteria-version")).isVisible();
        assertThat(page.getByTestId("edit-criteria")).hasCount(0);
    }

    @Test
    void dialogs_areAccessible_andFitPhones() {
        LocalServer.Account account = web.server().createAccount("viewer");
        Page page = web.page();
        page.setViewportSize(PHONE, HEIGHT);
        for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            web.open("/access");
            account(page, account.username()).getByTestId("link").click();
            assertThat(page.getByTestId("sign-in-link")).isVisible();
            check("link " + scheme, "[data-test=account-dialog]");
            web.open("/access");
            page.getByTestId("new-account").click();
            check("new account " + scheme, "[data-test=account-dialog]");
            web.open("/access");
            account(page, account.username()).getByTestId("delete").click();
            check("delete " + scheme, "[data-test=confirm-dialog]");
            web.open("/access?tab=keys");
            page.getByTestId("new-key").click();
            check("new key " + scheme, "[data-test=key-dialog]");
            page.getByTestId("key-dialog").getByLabel("Name").fill(unique("axe"));
            page.getByTestId("create-key").click();
            assertThat(page.getByTestId("key")).isVisible();
            check("key " + scheme, "[data-test=key-dialog]");
        }
    }

    private void check(String description, String dialog) {
        Page page = web.page();
        assertThat(page.locator(dialog)).isVisible();
        Accessibility.assertNoViolation(page, description);
        List<?> sides = (List<?>) page.locator(dialog)
                .evaluate("one => [one.getBoundingClientRect().left, innerWidth - one.getBoundingClientRect().right,"
                        + " one.clientWidth - one.scrollWidth]");
        assertThat(sides).as(description).allSatisfy(side -> assertThat(((Number) side).doubleValue())
                .isNotNegative());
    }

    private static Locator account(Page page, String username) {
        return page.locator("[data-test=account-row][data-name='" + username + "']");
    }

    private static Pattern word(String text) {
        return Pattern.compile("^\\s*" + text + "\\s*$");
    }

    private static String unique(String name) {
        return name + "-" + UUID.randomUUID().toString().substring(0, 8);
    }
}
