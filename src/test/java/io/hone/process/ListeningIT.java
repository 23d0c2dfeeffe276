package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Unless it is told otherwise, nothing of the server can be reached from another machine: neither HTTP nor the data grid
 * behind it.
 */
@EnabledOnOs(OS.LINUX)
class ListeningIT {

    private static final String LISTEN = "0A";
    /** 127.0.0.1 as the kernel writes it, as IPv4 and mapped into IPv6. */
    private static final Set<String> LOOPBACK = Set.of("0100007F", "0000000000000000FFFF00000100007F");

    @Test
    void server_listensOnLoopbackOnly(@TempDir Path data) throws Exception {
        try (ServerProcess server = ServerProcess.start(data)) {
            List<String> addresses = listeningAddresses(server.process().pid());
            assertThat(addresses).isNotEmpty();
            assertThat(addresses).allMatch(LOOPBACK::contains);
        }
    }

    /** The pages and the interface answer there; what lets in whoever is at the machine does not. */
    @Test
    void server_toldToListenEverywhere_answersOnOtherAddresses(@TempDir Path data) throws Exception {
        try (ServerProcess server = ServerProcess.start(data, "--host", "0.0.0.0")) {
            String key = server.createKey("from elsewhere", "viewer");
            assertThat(server.as(key).get("/api/v1/about").statusCode()).isEqualTo(200);
            assertThat(gridAddresses(server)).allMatch(LOOPBACK::contains);
            InetAddress other = otherAddress();
            assumeTrue(other != null, "This machine has no address but the loopback one");
            assertThat(statusAt(other, server, "/health/ready", "x")).isEqualTo(200);
            assertThat(statusAt(other, server, "/sign-in", "x")).isEqualTo(200);
            assertThat(statusAt(other, server, "/api/v1/about", "x")).isEqualTo(401);
            assertThat(statusAt(other, server, "/api/v1/about", key)).isEqualTo(200);
            assertThat(statusAt(other, server, "/api/v1/about", server.operatorToken()))
                    .isEqualTo(401);
            assertThat(server.get("/api/v1/about").statusCode()).isEqualTo(200);
        }
    }

    private static int statusAt(InetAddress address, ServerProcess server, String path, String credential)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://%s:%d%s".formatted(address.getHostAddress(), server.port(), path)))
                .header("Authorization", ServerProcess.bearer(credential))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static InetAddress otherAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }

    /** What listens beside HTTP. */
    private static List<String> gridAddresses(ServerProcess server) throws IOException {
        return listeningAddresses(server.process().pid(), port -> port != server.port());
    }

    private static List<String> listeningAddresses(long pid) throws IOException {
        return listeningAddresses(pid, port -> true);
    }

    private static List<String> listeningAddresses(long pid, IntPredicate ports) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> handles = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path handle : handles.toList()) {
                String target = Files.isSymbolicLink(handle)
                        ? Files.readSymbolicLink(handle).toString()
                        : "";
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        }
        List<String> addresses = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > 9 && columns[3].equals(LISTEN) && inodes.contains(columns[9])) {
                    String[] address = columns[1].split(":");
                    if (ports.test(Integer.parseInt(address[1], 16))) {
                        addresses.add(address[0]);
                    }
                }
            }
        }
        return addresses;
    }
}
