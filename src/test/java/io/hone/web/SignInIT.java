package io.hone.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in and out. */
class SignInIT {

    private static final int RESTART_MS = 180_000;
    private static final int PHONE = 360;

    @RegisterExtension
    final Web web = Web.onSharedServerSignedOut();

    /** Who is not signed in is told so by a 401, which browsers also write to the console. */
    @BeforeEach
    void expectRefusals() {
        web.expectMessage("the server responded with a status of 401");
    }

    /** Other tests use the same server. */
    @AfterEach
    void serve() {
        web.server().startAgain();
        web.server().awaitReady();
    }

    @Test
    void pageWithoutSignIn_asksForIt_andGoesOnWhereOneWanted() {
        LocalServer.Account account = web.server().account("admin");
        Page page = web.open("/criteria?new=1");
        assertThat(page).hasURL(address("/sign-in?to=%2Fcriteria%3Fnew%3D1"));
        assertThat(page.locator("nav[aria-label=Pages]")).hasCount(0);
        assertThat(page.getByLabel("Name")).isFocused();
        assertThat(page.getByLabel("Name")).hasAttribute("autocomplete", "username");
        assertThat(page.getByLabel("Password")).hasAttribute("autocomplete", "current-password");
        assertThat(page.locator("main")).containsText("./hone sign-in");

        signIn(page, account);
        assertThat(page).hasURL(address("/criteria?new=1"));
        assertThat(page.getByTestId("criteria-form")).isVisible();
        assertThat(page.getByTestId("connection")).hasText("Live");
        assertThat(page.getByTestId("account")).containsText(account.username());
        // The way back does not lead to the sign-in.
        page.reload();
        assertThat(page.getByTestId("criteria-form")).isVisible();
    }

    @Test
    void wrongPasswordAndUnknownName_getTheSameAnswer() {
        LocalServer.Account account = web.server().account("viewer");
        Page page = web.open("/sign-in");
        signIn(page, new LocalServer.Account("", account.username(), "not the password"));
        String wrongPassword = page.getByTestId("sign-in-problem").innerText();
        assertThat(page.getByLabel("Password")).isFocused();
        assertThat(page.getByLabel("Password")).hasValue("");
        assertThat(page.getByLabel("Name")).hasValue(account.username());

        page.reload();
        signIn(page, new LocalServer.Account("", "never-made", "not the password"));
        assertThat(page.getByTestId("sign-in-problem")).hasText(wrongPassword);
        assertThat(page).hasURL(address("/sign-in"));
    }

    @Test
    void tooManyTries_countDown() {
        web.expectMessage("the server responded with a status of 429");
        Page page = web.open("/sign-in");
        page.route(
                "**/api/v1/auth/login",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setStatus(429)
                        .setHeaders(Map.of("Retry-After", "3", "Content-Type", "application/problem+json"))
                        .setBody("{\"title\": \"Too many requests\", \"status\": 429}")));
        signIn(page, new LocalServer.Account("", "somebody", "not the password"));
        assertThat(page.getByTestId("sign-in-problem")).containsText("Too many tries");
        assertThat(page.getByTestId("submit")).isDisabled();
        assertThat(page.getByTestId("submit")).hasText(Pattern.compile("Try again in [123] s"));
        assertThat(page.getByTestId("submit")).isEnabled();
        assertThat(page.getByTestId("sign-in-problem")).hasCount(0);
    }

    @Test
    void link_signsInOnce_andLetsChooseAPassword() {
        LocalServer server = web.server();
        String name = "link-" + System.nanoTime();
        String id = server.send("POST", "/accounts", Map.of("username", name, "role", "reporter"))
                .get("id")
                .asText();
        String link = server.signInLink(new LocalServer.Account(id, name, ""));
        List<String> used = new CopyOnWriteArrayList<>();
        web.window().onRequest(request -> {
            if (request.url().endsWith("/auth/link")) {
                used.add(request.postData());
            }
        });
        Page page = web.open(link.replace("#", "?to=%2Fcriteria#"));
        assertThat(page.getByTestId("choose-password")).isVisible();
        assertThat(page).hasURL(address("/sign-in?to=%2Fcriteria"));
        assertThat((Integer) page.evaluate("history.length")).isLessThanOrEqualTo(2);
        web.expectMessage("the server responded with a status of 422");
        page.getByLabel("New password").fill("too short");
        page.getByTestId("save-password").click();
        assertThat(page.getByLabel("New password")).hasAttribute("aria-invalid", "true");
        page.getByLabel("New password").fill("long enough for this");
        page.getByTestId("save-password").click();
        assertThat(page).hasURL(address("/criteria"));
        assertThat(page.getByTestId("account")).containsText(name);
        assertThat(used).hasSize(1);

        Page second = web.newWindow().newPage();
        second.navigate(address(link));
        assertThat(second.getByTestId("sign-in-problem")).isVisible();
        assertThat(second).hasURL(address("/sign-in"));
        signIn(second, new LocalServer.Account(id, name, "long enough for this"));
        assertThat(second).hasURL(address("/"));
    }

    @Test
    void choosingAPassword_canWait() {
        LocalServer server = web.server();
        String name = "skip-" + System.nanoTime();
        String id = server.send("POST", "/accounts", Map.of("username", name, "role", "viewer"))
                .get("id")
                .asText();
        Page page = web.open(server.signInLink(new LocalServer.Account(id, name, "")));
        page.getByTestId("skip").click();
        assertThat(page).hasURL(address("/"));
        page.reload();
        assertThat(page.getByTestId("account")).containsText(name);
    }

    /** What a link may say that leads elsewhere, and the dashboard instead. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "//other.example",
                "/\\other.example",
                "\\\\other.example",
                "https://other.example/",
                "javascript:alert(1)",
                "/\t/other.example",
                "/\n//other.example",
                "/.//other.example",
                "/..//other.example",
                "/%2e//other.example",
                "other.example",
                "/\t/[",
                "/sign-in?to=/sign-in",
                ""
            })
    void addressThatLeadsAway_isNotFollowed(String wanted) {
        web.signIn(web.window(), web.server().account("viewer"));
        Page page = web.open("/sign-in?to=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8));
        assertThat(page.locator("h1")).hasText("Dashboard");
        assertThat(page).hasURL(address("/"));
    }

    @Test
    void signOut_endsAllTabs_andSignInBringsThemBack() {
        LocalServer.Account account = web.server().createAccount("viewer");
        web.signIn(web.window(), account);
        Page first = web.open("/criteria");
        Page second = web.window().newPage();
        second.navigate(address("/performance"));
        assertThat(second.getByTestId("connection")).hasText("Live");
        openMenu(first).getByTestId("sign-out").click();
        assertThat(first).hasURL(address("/sign-in"));
        assertThat(second).hasURL(address("/sign-in?to=%2Fperformance"));
        second.reload();
        signIn(second, account);
        assertThat(second.locator("h1")).hasText("Performance");
        assertThat(first.locator("h1")).hasText("Dashboard");
    }

    @Test
    void signOutEverywhere_endsOtherMachines() {
        LocalServer.Account account = web.server().createAccount("viewer");
        web.signIn(web.window(), account);
        BrowserContext machine = web.newWindow();
        web.signIn(machine, account);
        Page here = web.open("/sessions");
        Page there = machine.newPage();
        there.navigate(address("/criteria"));
        assertThat(there.getByTestId("connection")).hasText("Live");
        assertThat(here.getByTestId("connection")).hasText("Live");
        openMenu(here).getByTestId("sign-out-everywhere").click();
        assertThat(here).hasURL(address("/sign-in"));
        assertThat(there).hasURL(address("/sign-in?to=%2Fcriteria"));
    }

    @Test
    void changedPassword_keepsThisSignIn_andEndsOthers() {
        web.expectMessage("the server responded with a status of 422");
        LocalServer.Account account = web.server().createAccount("viewer");
        web.signIn(web.window(), account);
        BrowserContext machine = web.newWindow();
        web.signIn(machine, account);
        Page there = machine.newPage();
        there.navigate(address("/criteria"));
        assertThat(there.getByTestId("connection")).hasText("Live");

        Page page = web.open("/");
        openMenu(page).getByTestId("change-password").click();
        Locator dialog = page.getByTestId("password-dialog");
        dialog.getByLabel("Current password").fill("not the password");
        dialog.getByLabel("New password").fill("another long password");
        dialog.getByTestId("save-password").click();
        assertThat(dialog.getByLabel("Current password")).hasAttribute("aria-invalid", "true");
        dialog.getByLabel("Current password").fill(account.password());
        dialog.getByLabel("New password").fill("another long password");
        dialog.getByTestId("save-password").click();
        assertThat(dialog).hasCount(0);
        assertThat(there).hasURL(address("/sign-in?to=%2Fcriteria"));
        page.reload();
        assertThat(page.getByTestId("account")).containsText(account.username());
    }

    @Test
    void manyTabsOpenedAtOnce_rotateOnce() {
        web.signIn(web.window(), web.server().account("reporter"));
        List<Integer> refreshes = new CopyOnWriteArrayList<>();
        web.window().onResponse(answer -> countRefresh(answer, refreshes));
        List<Page> tabs = List.of(
                web.page(),
                web.window().newPage(),
                web.window().newPage(),
                web.window().newPage(),
                web.window().newPage());
        // Left before it is loaded, so that all of them start together.
        tabs.forEach(tab -> tab.evaluate(
                "address => { setTimeout(() => { location.href = address; }, 300); }", address("/criteria")));
        for (Page tab : tabs) {
            assertThat(tab.getByTestId("connection")).hasText("Live");
        }
        assertThat(refreshes).containsExactly(200);
        Page late = web.window().newPage();
        late.navigate(address("/performance"));
        assertThat(late.getByTestId("connection")).hasText("Live");
        assertThat(refreshes)
                .as("a tab opened later takes the token of the others")
                .containsExactly(200);
    }

    @Test
    void refusedToken_isRenewedOnce_forAllRequestsAndTabs() {
        web.signIn(web.window(), web.server().account("viewer"));
        Page page = web.open("/performance");
        Page other = web.window().newPage();
        other.navigate(address("/criteria"));
        assertThat(page.getByTestId("connections").locator("dl").first()).isVisible();
        assertThat(other.getByTestId("connection")).hasText("Live");
        List<Integer> refreshes = new CopyOnWriteArrayList<>();
        web.window().onResponse(answer -> countRefresh(answer, refreshes));
        page.evaluate("""
                async () => {
                  const { access } = await import('/lib/access.js');
                  const token = await access.token();
                  const answer = await fetch('/api/v1/auth/revoke', {
                    method: 'POST',
                    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
                    body: JSON.stringify({ token }),
                  });
                  if (answer.status !== 204) throw new Error('revoke ' + answer.status);
                }""");
        page.locator("nav a[href='/sessions']").click();
        assertThat(page.locator("h1")).hasText("Sessions");
        assertThat(page.locator("main [aria-busy=true]")).hasCount(0);
        other.locator("nav a[href='/performance']").click();
        assertThat(other.getByTestId("connections").locator("dl").first()).isVisible();
        assertThat(page.getByTestId("connection")).hasText("Live");
        assertThat(refreshes).containsExactly(200);
    }

    @Test
    void serverRestart_keepsTheSignIn() {
        web.expectMessage("WebSocket connection to|net::ERR_|Failed to fetch dynamically");
        LocalServer.Account account = web.server().account("viewer");
        web.signIn(web.window(), account);
        Page page = web.open("/criteria");
        assertThat(page.getByTestId("connection")).hasText("Live");
        web.mark();
        web.server().kill();
        assertThat(page.getByTestId("connection")).hasText("Offline");
        // Nobody can be asked now: that must not sign out.
        page.evaluate(
                "import('/lib/access.js').then(async ({ access }) => access.renew(await access.token()).catch(() => {}))");
        assertThat(page).hasURL(address("/criteria"));
        web.server().startAgain();
        web.server().awaitReady();
        assertThat(page.getByTestId("connection"))
                .hasText("Live", new LocatorAssertions.HasTextOptions().setTimeout(RESTART_MS));
        web.assertNotReloaded();
        page.reload();
        assertThat(page.getByTestId("account")).containsText(account.username());
    }

    @Test
    void serverThatCannotSayWhoIsHere_doesNotSignOut() {
        web.expectMessage("net::ERR_FAILED");
        web.signIn(web.window(), web.server().account("admin"));
        web.page().route("**/api/v1/auth/refresh", Route::abort);
        Page page = web.open("/criteria");
        assertThat(page.getByTestId("problem")).containsText("The server cannot be reached");
        assertThat(page).hasURL(address("/criteria"));
        page.unroute("**/api/v1/auth/refresh");
        // By itself, and with all that the role may do.
        assertThat(page.getByTestId("new-criteria")).isVisible();
        assertThat(page.getByTestId("connection")).hasText("Live");
        assertThat(page.getByTestId("problem")).hasCount(0);
    }

    @Test
    void document_asksForSignIn() {
        Page page = web.open("/docs#%zz");
        assertThat(page.locator("#state a")).hasAttribute("href", "/sign-in?to=%2Fdocs%23%25zz");
        page.locator("#state a").click();
        signIn(page, web.server().account("viewer"));
        assertThat(page.locator("details.operation").first()).isVisible();
        Page raw = web.window()
                .waitForPage(() -> page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("YAML"))
                        .click());
        assertThat(raw.locator("body")).containsText("openapi:");
    }

    @Test
    void signInPages_areAccessible_onPhonesToo() {
        LocalServer server = web.server();
        for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
            String name = "axe-" + System.nanoTime();
            String id = server.send("POST", "/accounts", Map.of("username", name, "role", "viewer"))
                    .get("id")
                    .asText();
            web.window().clearCookies();
            Page page = web.page();
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            page.setViewportSize(PHONE, 740);
            web.open("/sign-in");
            signIn(page, new LocalServer.Account("", name, "not the password"));
            assertThat(page.getByTestId("sign-in-problem")).isVisible();
            check(page, "refused " + scheme);
            page.navigate("about:blank");
            web.open(server.signInLink(new LocalServer.Account(id, name, "")));
            assertThat(page.getByTestId("choose-password")).isVisible();
            check(page, "choose " + scheme);
            page.getByTestId("skip").click();
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Menu"))
                    .click();
            openMenu(page).getByTestId("change-password").click();
            assertThat(page.getByTestId("password-dialog")).isVisible();
            check(page, "change " + scheme);
        }
    }

    private static void check(Page page, String description) {
        Accessibility.assertNoViolation(page, description);
        assertThat((Boolean) page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"))
                .as(description)
                .isTrue();
    }

    private static void countRefresh(Response answer, List<Integer> refreshes) {
        if (answer.url().endsWith("/api/v1/auth/refresh")) {
            refreshes.add(answer.status());
        }
    }

    private static Page openMenu(Page page) {
        page.getByTestId("account").click();
        return page;
    }

    private static void signIn(Page page, LocalServer.Account account) {
        page.getByLabel("Name").fill(account.username());
        page.getByLabel("Password").fill(account.password());
        page.getByLabel("Password").press("Enter");
    }

    private String address(String path) {
        return web.server().address() + path;
    }
}
