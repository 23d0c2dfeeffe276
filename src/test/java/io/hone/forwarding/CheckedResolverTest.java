package io.hone.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckedResolverTest {

    @Test
    void nameThatLeadsToThisMachine_isRefusedWhereItIsUsed() throws Exception {
        assertThat(resolve("localhost", true)).isNotEmpty().allMatch(address -> address.getPort() == 443);
        assertThatThrownBy(() -> resolve("localhost", false))
                .hasCauseInstanceOf(RefusedAddressException.class)
                .hasMessageContaining("this machine");
    }

    @ParameterizedTest
    @CsvSource({"169.254.169.254, true", "[fe80::1], true", "10.0.0.1, false", "[::1], false", "127.0.0.1, false"})
    void addressThatNoProviderMayHave_isRefused(String host, boolean allowPrivate) {
        assertThatThrownBy(() -> resolve(host, allowPrivate)).hasCauseInstanceOf(RefusedAddressException.class);
    }

    @Test
    void publicAddress_isTaken() throws Exception {
        assertThat(resolve("1.1.1.1", false)).containsExactly(new InetSocketAddress("1.1.1.1", 443));
    }

    @Test
    void unknownName_fails() {
        assertThatThrownBy(() -> resolve("no-such-host.invalid", false)).hasCauseInstanceOf(UnknownHostException.class);
    }

    private static List<InetSocketAddress> resolve(String host, boolean allowPrivate) throws Exception {
        Promise.Completable<List<InetSocketAddress>> promise = new Promise.Completable<>();
        new CheckedResolver(allowPrivate, Runnable::run).resolve(host, 443, promise);
        return promise.get(30, TimeUnit.SECONDS);
    }
}
