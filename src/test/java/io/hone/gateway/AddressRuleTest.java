package io.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "100.63.255.255",
                "100.128.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "11.0.0.0",
                "9.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "169.255.0.0",
                "192.167.1.1",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2001:4860:4860::8888",
                "64:ff9b::808:808",
                "2002:808:808::1",
                "::8.8.8.8"
            })
    void everybodysAddresses_arePermitted(String address) throws UnknownHostException {
        assertThat(AddressRule.refusal(InetAddress.getByName(address), false)).isNull();
        assertThat(AddressRule.permits(InetAddress.getByName(address), true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "172.16.0.0",
                "172.31.255.255",
                "192.168.0.0",
                "192.168.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "192.0.2.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.7",
                "::1",
                "fc00::1",
                "fdff::1",
                "fec0::1",
                "64:ff9b:1::1",
                "2001:db8::1",
                "::ffff:10.0.0.1",
                "::10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::a00:1",
                "2002:7f00:1::1",
                "2002:c0a8:101::"
            })
    void privateAddresses_takePermission(String address) throws UnknownHostException {
        assertThat(AddressRule.refusal(InetAddress.getByName(address), false)).contains("allow_private");
        assertThat(AddressRule.refusal(InetAddress.getByName(address), true)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.255.255.255",
                "169.254.0.0",
                "169.254.169.254",
                "169.254.255.255",
                "192.0.0.192",
                "192.0.0.8",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "100.100.100.200",
                "168.63.129.16",
                "::",
                "fe80::1",
                "febf::1",
                "ff02::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "100::1",
                "2001::1",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "::ffff:0.0.0.0",
                "::ffff:224.0.0.1"
            })
    void whereNoProviderIs_nothingHelps(String address) throws UnknownHostException {
        assertThat(AddressRule.refusal(InetAddress.getByName(address), true)).contains("no provider may be");
        assertThat(AddressRule.permits(InetAddress.getByName(address), false)).isFalse();
    }

    /** {@link InetAddress#getByAddress} makes IPv4 of mapped addresses; this way leaves them as they are. */
    @Test
    void mappedAddress_thatJavaLeavesAlone_isSeenThrough() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xFF;
        mapped[11] = (byte) 0xFF;
        mapped[12] = (byte) 169;
        mapped[13] = (byte) 254;
        InetAddress address = Inet6Address.getByAddress("host", mapped, -1);

        assertThat(address).isInstanceOf(Inet6Address.class);
        assertThat(AddressRule.permits(address, true)).isFalse();
    }

    @Test
    void addressOfALink_isRefused() throws UnknownHostException {
        byte[] bytes = InetAddress.getByName("2606:4700::1111").getAddress();

        assertThat(AddressRule.permits(Inet6Address.getByAddress("host", bytes, 2), true))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.1",
                "2130706433",
                "0x7f000001",
                "0x7f.1",
                "0177.0.0.1",
                "127.0.0.01",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "host.0x",
                "host.1",
                "999"
            })
    void ofLiteral_thatResolversReadDifferently_isRefused(String host) {
        assertThatThrownBy(() -> AddressRule.ofLiteral(host)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.openai.com", "localhost", "a1.b2.c", "1.com", "x"})
    void ofLiteral_ofAName_isNull(String host) {
        assertThat(AddressRule.ofLiteral(host)).isNull();
    }
}
