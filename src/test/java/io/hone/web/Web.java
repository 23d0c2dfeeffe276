package io.hone.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    private final List<String> problems = new ArrayList<>();
    private final List<Pattern> expected = new ArrayList<>();
    private LocalServer server;
    private BrowserContext window;
    private Page page;

    private Web(boolean ownServer) {
        this.ownServer = ownServer;
    }

    /** On the server that all test classes share. */
    static Web onSharedServer() {
        return new Web(false);
    }

    /** On a server that only this test class uses, so that it starts empty. */
    static Web onOwnServer() {
        return new Web(true);
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
        server = home.getOrComputeIfAbsent(owner, key -> new LocalServer(), LocalServer.class);
        Browser browser = shared.getOrComputeIfAbsent(
                        SharedBrowser.class, key -> new SharedBrowser(), SharedBrowser.class)
                .browser();
        window = browser.newContext(new Browser.NewContextOptions().setViewportSize(1280, 800));
        window.setDefaultTimeout(SharedBrowser.PATIENCE_MS);
        window.onConsoleMessage(this::checkMessage);
        window.onWebError(error -> problems.add("uncaught: " + error.error()));
        window.onDialog(this::checkDialog);
        window.onRequest(this::checkRequest);
        window.onResponse(this::checkResponse);
        page = window.newPage();
        page.onWebSocket(socket -> checkAddress(socket.url().replaceFirst("^ws", "http")));
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
        window.close();
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
