package io.hone.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of the server can be reached from another machine: neither HTTP nor the data grid behind it. */
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

    private static List<String> listeningAddresses(long pid) throws IOException {
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
                    addresses.add(columns[1].substring(0, columns[1].indexOf(':')));
                }
            }
        }
        return addresses;
    }
}
