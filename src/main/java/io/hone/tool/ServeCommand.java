package io.hone.tool;

import io.hone.settings.InvalidSettingException;
import io.hone.settings.Setting;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code serve}: checks what it was told, starts the server in this process, and says where it listens. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Starts the server.")
final class ServeCommand implements Callable<Integer> {

    /** What {@link #call} gives while the server goes on running. */
    static final int SERVING = -1;

    /** Where the application server writes its own warnings, so that Hone's log stays Hone's. */
    private static final String SERVER_LOG = "server.log";

    /** Where the application, behind another class loader, leaves what drains it: a {@code Runnable}. */
    private static final String DRAIN_PROPERTY = "io.hone.drain";

    private static final String LISTENER =
            "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.";

    private static final List<String> EVERY_ADDRESS = List.of("0.0.0.0", "::");

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    /** Where the application leaves the path of the first sign-in link. */
    private static final String LINK_PROPERTY = "io.hone.sign-in-link";

    @Option(names = "--port", description = "Port to listen on (HONE_PORT, 8080).")
    private @Nullable String port;

    @Option(names = "--host", description = "Address to listen on (HONE_HOST, 127.0.0.1).")
    private @Nullable String host;

    @Option(names = "--data", description = "Folder of the database and hone.properties (HONE_DATA_DIR, ./data).")
    private @Nullable String data;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        override(SettingsCatalogue.PORT, port);
        override(SettingsCatalogue.HOST, host);
        override(SettingsCatalogue.DATA_DIR, data);
        String problem = checkAndBoot();
        if (problem != null) {
            System.err.println("Hone cannot start: " + problem);
            return 1;
        }
        for (String signal : List.of("TERM", "INT")) {
            Signals.handle(signal, ServeCommand::stop);
        }
        Settings settings = Settings.ofProcess();
        String address = address(settings);
        if (!isReady(URI.create(address + "/health/ready"))) {
            System.err.println("Hone cannot start: the application was not deployed; %s tells why"
                    .formatted(Path.of(settings.get(SettingsCatalogue.DATA_DIR), "server", SERVER_LOG)));
            Runtime.getRuntime().halt(1);
        }
        System.out.printf(
                Locale.ROOT,
                "Hone is ready at %s (data in %s, started in %.1f s)%n",
                address,
                Path.of(settings.get(SettingsCatalogue.DATA_DIR))
                        .toAbsolutePath()
                        .normalize(),
                (System.nanoTime() - start) / 1e9);
        Files.writeString(LocalServer.addressFile(Path.of(settings.get(SettingsCatalogue.DATA_DIR))), address + '\n');
        String link = System.clearProperty(LINK_PROPERTY);
        if (link != null) {
            String given = settings.get(SettingsCatalogue.PUBLIC_URL);
            System.out.println("Sign in, once, within 15 minutes: "
                    + (given.isEmpty() ? address : given.replaceAll("/+$", "")) + link);
        }
        System.out.println("Try: ./hone demo");
        System.out.flush();
        return SERVING;
    }

    private @Nullable String checkAndBoot() throws Exception {
        Settings settings;
        try {
            settings = Settings.ofProcess();
        } catch (InvalidSettingException e) {
            return e.getMessage();
        }
        String listenHost = settings.get(SettingsCatalogue.HOST);
        int listenPort = settings.get(SettingsCatalogue.PORT).intValue();
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(listenHost), listenPort));
        } catch (IOException e) {
            return "port %d on %s cannot be used: %s".formatted(listenPort, listenHost, e.getMessage());
        }
        Path folder = Path.of(settings.get(SettingsCatalogue.DATA_DIR));
        Path server = folder.resolve("server");
        try {
            Files.createDirectories(server);
            // The server's own listing of files; anything else in it is written anew at each start.
            boot(settings, server);
        } catch (IOException e) {
            return "cannot write to the data folder %s: %s"
                    .formatted(folder.toAbsolutePath().normalize(), e);
        }
        return null;
    }

    private static void boot(Settings settings, Path server) throws Exception {
        String runtime = System.getProperty(Launcher.RUNTIME_PROPERTY);
        if (runtime == null) {
            throw new IllegalStateException("serve runs from hone.jar only");
        }
        System.setProperty("io.hone.standalone", "true");
        Path commands = server.resolve("start-commands.txt");
        Files.write(commands, startCommands(settings));
        // Nobody is answered by the empty server before the application is there.
        Path opening = server.resolve("open-commands.txt");
        Files.write(opening, List.of(LISTENER + "enabled=true"));
        Path logging = server.resolve("logging.properties");
        try (InputStream in = ServeCommand.class.getResourceAsStream("/server/logging.properties")) {
            String template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(
                    logging,
                    template.replace("${log}", server.resolve(SERVER_LOG).toString()));
        }
        Path grid = server.resolve("hazelcast.xml");
        try (InputStream in = ServeCommand.class.getResourceAsStream("/server/hazelcast.xml")) {
            Files.copy(in, grid, StandardCopyOption.REPLACE_EXISTING);
        }
        // What the server deployed last time is not to be deployed again.
        for (String remains : List.of("applications", "config", "generated")) {
            Launcher.delete(server.resolve("root").resolve(remains));
        }
        ClassLoader loader = ClassLoader.getSystemClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        String[] args = {
            "--rootDir",
            server.resolve("root").toString(),
            "--prebootcommandfile",
            commands.toString(),
            "--postdeploycommandfile",
            opening.toString(),
            "--logproperties",
            logging.toString(),
            "--hzconfigfile",
            grid.toString(),
            "--disablephonehome",
            "--port",
            Long.toString(settings.get(SettingsCatalogue.PORT)),
            "--deploy",
            Path.of(runtime, "app").toString(),
            "--contextroot",
            "/"
        };
        try {
            loader.loadClass("fish.payara.micro.PayaraMicro")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) args);
            RequestFraming.watch(loader.loadClass("fish.payara.micro.boot.PayaraMicroLauncher")
                    .getMethod("getBootClass")
                    .invoke(null)
                    .getClass()
                    .getClassLoader());
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("The application server failed", e.getCause());
        }
    }

    /** What the server's command line has no option for. */
    private static List<String> startCommands(Settings settings) {
        String http = "set configs.config.server-config.network-config.protocols.protocol.http-listener.http.";
        String pool = "set configs.config.server-config.thread-pools.thread-pool.http-thread-pool.";
        long threads = settings.get(SettingsCatalogue.HTTP_THREADS);
        List<String> commands = new ArrayList<>();
        commands.add(LISTENER + "enabled=false");
        commands.add(LISTENER + "address=" + settings.get(SettingsCatalogue.HOST));
        commands.add(http + "max-connections=-1");
        // Behind the gateway are interfaces whose GET and DELETE have bodies; RFC 9110 gives them no meaning, nor a
        // ban.
        commands.add(http + "allow-payload-for-undefined-http-methods=true");
        // After a refused body, so much more is read before the connection is cut.
        commands.add(http + "max-swallowing-input-bytes=1048576");
        commands.add(http + "server-header=false");
        commands.add(http + "xpowered-by=false");
        commands.add(pool + "max-thread-pool-size=" + threads);
        commands.add(pool + "min-thread-pool-size=" + Math.min(threads, 8));
        return commands;
    }

    /** Lets running requests finish before the server's own shutdown hook takes the ground from under them. */
    private static void stop() {
        if (System.getProperties().get(DRAIN_PROPERTY) instanceof Runnable drain) {
            drain.run();
        }
        System.exit(0);
    }

    private static boolean isReady(URI address) throws InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(5)).build();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                HttpResponse<Void> response = client.send(request, HttpResponse.BodyHandlers.discarding());
                if (response.statusCode() == 200) {
                    return true;
                }
                if (response.statusCode() == 404) {
                    return false;
                }
            } catch (IOException e) {
                // Not listening yet; the deadline bounds the wait.
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        return false;
    }

    private static String address(Settings settings) {
        String host = settings.get(SettingsCatalogue.HOST);
        return "http://%s:%d"
                .formatted(
                        EVERY_ADDRESS.contains(host) ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host,
                        settings.get(SettingsCatalogue.PORT));
    }

    private static void override(Setting<?> setting, @Nullable String value) {
        if (value != null) {
            System.setProperty(setting.key(), value);
        }
    }
}
