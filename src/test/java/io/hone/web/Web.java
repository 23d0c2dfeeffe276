package io.hone.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.RequestOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each test a fresh browser window on a running server. One browser and one server serve all test classes; tests
 * keep apart by the projects they use. A test fails on what no visitor may ever meet: a message in the console, an
 * error nobody caught, a dialog, a request to anywhere else, an answer that says the server broke.
 */
final class Web implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Web.class);
    private static final Set<String> BAD_MESSAGES = Set.of("error", "warning");

    private final boolean ownServer;
    private final int sessions;
    private final String role;
    private final List<BrowserContext> windows = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Pattern> expected = new ArrayList<>();
    private LocalServer server;
    private Browser browser;
    private BrowserContext window;
    private Page page;

    private Web(boolean ownServer, int sessions, String role) {
        this.ownServer = ownServer;
        this.sessions = sessions;
        this.role = role;
    }

    /** On the server that all test classes share, signed in as an admin. */
    static Web onSharedServer() {
        return new Web(false, 0, "admin");
    }

    /** On a server that only this test class uses, so that it starts empty; signed in as an admin. */
    static Web onOwnServer() {
        return new Web(true, 0, "admin");
    }

    /** On a server that only this test class uses, with that many generated sessions; signed in as an admin. */
    static Web onServerWith(int sessions) {
        return new Web(true, sessions, "admin");
    }

    /** On the server that all test classes share, with nobody signed in. */
    static Web onSharedServerSignedOut() {
        return new Web(false, 0, null);
    }

    LocalServer server() {
        return server;
    }

    Page page() {
        return page;
    }

    BrowserContext window() {
        return window;
    }

    /** Loads a page of the server. */
    Page open(String path) {
        page.navigate(server.address() + path);
        return page;
    }

    /** Console messages with a match of this are part of the test. */
    void expectMessage(String regex) {
        expected.add(Pattern.compile(regex));
    }

    /** Puts a mark on the page as it is loaded now; see {@link #assertNotReloaded}. */
    void mark() {
        page.evaluate("window.marked = true");
    }

    /** That everything seen since {@link #mark} came without loading the page again. */
    void assertNotReloaded() {
        assertThat(page.evaluate("window.marked === true")).isEqualTo(true);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        ExtensionContext.Store shared = context.getRoot().getStore(NAMESPACE);
        // A store also finds what the stores around it hold, so the key tells whose server it is.
        Class<?> owner = ownServer ? context.getRequiredTestClass() : LocalServer.class;
        ExtensionContext.Store home =
                ownServer ? context.getParent().orElseThrow().getStore(NAMESPACE) : shared;
        server = home.getOrComputeIfAbsent(owner, key -> new LocalServer(sessions), LocalServer.class);
        browser = shared.getOrComputeIfAbsent(SharedBrowser.class, key -> new SharedBrowser(), SharedBrowser.class)
                .browser();
        window = newWindow();
        if (role != null) {
            signIn(window, server.account(role));
        }
        page = window.newPage();
        page.onWebSocket(socket -> checkAddress(socket.url().replaceFirst("^ws", "http")));
    }

    /** Opens another window with nobody signed in, as on another machine. */
    BrowserContext newWindow() {
        BrowserContext opened = browser.newContext(new Browser.NewContextOptions().setViewportSize(1280, 800));
        opened.setDefaultTimeout(SharedBrowser.PATIENCE_MS);
        opened.onConsoleMessage(this::checkMessage);
        opened.onWebError(error -> problems.add("uncaught: " + error.error()));
        opened.onDialog(this::checkDialog);
        opened.onRequest(this::checkRequest);
        opened.onResponse(this::checkResponse);
        windows.add(opened);
        return opened;
    }

    /** Gives a window the cookie that signs in. */
    void signIn(BrowserContext opened, LocalServer.Account account) {
        APIResponse answer = opened.request()
                .post(
                        server.address() + "/api/v1/auth/login",
                        RequestOptions.create()
                                .setData(Map.of(
                                        "username", account.username(),
                                        "password", account.password(),
                                        "cookie", true)));
        if (!answer.ok()) {
            throw new IllegalStateException("Not signed in: %d %s".formatted(answer.status(), answer.text()));
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        boolean failed = context.getExecutionException().isPresent();
        if (failed) {
            // Of the test's own failure the picture says most; the problems come along for the reader of the log.
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of(
                            "target", "web-failures", context.getUniqueId().replaceAll("\\W+", "-") + ".png")));
            problems.forEach(System.err::println);
        }
        // Lets events that are still under way arrive.
        page.evaluate("0");
        windows.forEach(BrowserContext::close);
        if (!failed) {
            assertThat(problems).isEmpty();
        }
    }

    private void checkMessage(ConsoleMessage message) {
        if (BAD_MESSAGES.contains(message.type())
                && expected.stream()
                        .noneMatch(one -> one.matcher(message.text()).find())) {
            problems.add("console: %s (%s)".formatted(message.text(), message.location()));
        }
    }

    private void checkDialog(Dialog dialog) {
        problems.add("dialog: " + dialog.message());
        dialog.dismiss();
    }

    private void checkRequest(Request request) {
        if (request.url().startsWith("http")) {
            checkAddress(request.url());
        }
    }

    private void checkAddress(String url) {
        if (!url.startsWith(server.address() + "/")) {
            problems.add("request to another place: " + url);
        }
    }

    private void checkResponse(Response response) {
        if (response.status() >= 500) {
            problems.add("%d from %s".formatted(response.status(), response.url()));
        }
    }
}
