package io.hone.gateway;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses may be connected to for a provider. Asked for literal addresses when a provider is stored, and for
 * what its name resolves to each time a connection is made, since that may have become another. Sources are the
 * special-purpose registries of IANA (RFC 6890) and the addresses where clouds keep credentials of the machine.
 */
public final class AddressRule {

    private enum Sort {
        /** Never: nobody's provider is there. */
        NEVER,
        /** This machine or network: only where the admin said so. */
        PRIVATE
    }

    private record Block(byte[] network, int bits, Sort sort, String name) {

        static Block of(String network, int bits, Sort sort, String name) {
            return new Block(literal(network), bits, sort, name);
        }

        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            int whole = bits / Byte.SIZE;
            if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
                return false;
            }
            int rest = bits % Byte.SIZE;
            int mask = 0xFF << (Byte.SIZE - rest) & 0xFF;
            return rest == 0 || (address[whole] & mask) == (network[whole] & mask);
        }
    }

    /** In the order in which they are asked: single addresses before the networks around them. */
    private static final List<Block> BLOCKS = List.of(
            Block.of("100.100.100.200", 32, Sort.NEVER, "a cloud's metadata service"),
            Block.of("168.63.129.16", 32, Sort.NEVER, "a cloud's metadata service"),
            Block.of("192.0.0.192", 32, Sort.NEVER, "a cloud's metadata service"),
            Block.of("fd00:ec2::254", 128, Sort.NEVER, "a cloud's metadata service"),
            Block.of("fd20:ce::254", 128, Sort.NEVER, "a cloud's metadata service"),
            Block.of("0.0.0.0", 8, Sort.NEVER, "no address of a host"),
            Block.of("169.254.0.0", 16, Sort.NEVER, "link-local"),
            Block.of("192.0.0.0", 24, Sort.NEVER, "set aside for protocols"),
            Block.of("224.0.0.0", 4, Sort.NEVER, "multicast"),
            Block.of("240.0.0.0", 4, Sort.NEVER, "reserved or broadcast"),
            Block.of("::", 128, Sort.NEVER, "no address of a host"),
            Block.of("fe80::", 10, Sort.NEVER, "link-local"),
            Block.of("ff00::", 8, Sort.NEVER, "multicast"),
            Block.of("100::", 64, Sort.NEVER, "a place where everything is lost"),
            Block.of("2001::", 32, Sort.NEVER, "Teredo, which hides another address"),
            Block.of("10.0.0.0", 8, Sort.PRIVATE, "private"),
            Block.of("100.64.0.0", 10, Sort.PRIVATE, "shared by a carrier's customers"),
            Block.of("127.0.0.0", 8, Sort.PRIVATE, "this machine"),
            Block.of("172.16.0.0", 12, Sort.PRIVATE, "private"),
            Block.of("192.0.2.0", 24, Sort.PRIVATE, "for documentation"),
            Block.of("192.168.0.0", 16, Sort.PRIVATE, "private"),
            Block.of("198.18.0.0", 15, Sort.PRIVATE, "for benchmarks"),
            Block.of("198.51.100.0", 24, Sort.PRIVATE, "for documentation"),
            Block.of("203.0.113.0", 24, Sort.PRIVATE, "for documentation"),
            Block.of("::1", 128, Sort.PRIVATE, "this machine"),
            Block.of("64:ff9b:1::", 48, Sort.PRIVATE, "private"),
            Block.of("2001:db8::", 32, Sort.PRIVATE, "for documentation"),
            Block.of("fc00::", 7, Sort.PRIVATE, "private"),
            Block.of("fec0::", 10, Sort.PRIVATE, "private"));

    private static final Block NAT64 = Block.of("64:ff9b::", 96, Sort.PRIVATE, "a translated address");

    /** Four numbers without leading zeros, which some read as octal. */
    private static final Pattern DOTTED = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

    /** What WHATWG's URL Standard calls ending in a number. */
    private static final Pattern NUMERIC = Pattern.compile("\\d+|0[xX][0-9a-fA-F]*");

    private static final int IPV4 = 4;

    private AddressRule() {}

    /** Whether a provider may be connected to there. */
    public static boolean permits(InetAddress address, boolean allowPrivate) {
        return refusal(address, allowPrivate) == null;
    }

    /**
     * Why a provider must not be connected to there; null where it may.
     *
     * @param allowPrivate whether the provider may be on this machine or in this network
     */
    public static @Nullable String refusal(InetAddress address, boolean allowPrivate) {
        if (address instanceof Inet6Address six && (six.getScopeId() != 0 || six.getScopedInterface() != null)) {
            return "is bound to a link";
        }
        for (byte[] form : forms(address.getAddress())) {
            for (Block block : BLOCKS) {
                if (block.contains(form)) {
                    if (block.sort() == Sort.NEVER) {
                        return "is %s, which no provider may be".formatted(block.name());
                    }
                    if (!allowPrivate) {
                        return "is %s, which takes allow_private".formatted(block.name());
                    }
                    break;
                }
            }
        }
        return null;
    }

    /** The address, and the IPv4 address that it leads to where it wraps one. */
    private static List<byte[]> forms(byte[] address) {
        if (address.length == IPV4) {
            return List.of(address);
        }
        int wrapped = wrapped(address);
        return wrapped < 0 ? List.of(address) : List.of(address, Arrays.copyOfRange(address, wrapped, wrapped + IPV4));
    }

    /** Where in an IPv6 address an IPv4 address begins; negative where there is none. */
    private static int wrapped(byte[] address) {
        if (address[0] == 0x20 && address[1] == 0x02) {
            return 2; // 6to4, RFC 3056
        }
        if (NAT64.contains(address)) {
            return 12; // RFC 6052
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return -1;
            }
        }
        boolean mapped = address[10] == (byte) 0xFF && address[11] == (byte) 0xFF;
        boolean compatible = address[10] == 0 && address[11] == 0;
        boolean own = compatible && address[12] == 0 && address[13] == 0 && address[14] == 0; // :: and ::1
        return mapped || (compatible && !own) ? 12 : -1; // RFC 4291, section 2.5.5
    }

    /**
     * The address of a host in a URL that is written as one; null for a name.
     *
     * @throws IllegalArgumentException for what some resolvers take for an address and others for a name
     */
    static @Nullable InetAddress ofLiteral(String host) {
        if (host.startsWith("[")) {
            return address(literal(host.substring(1, host.length() - 1)));
        }
        String last = host.substring(host.lastIndexOf('.') + 1);
        if (DOTTED.matcher(host).matches()) {
            return address(literal(host));
        }
        // Hexadecimal, octal and short forms, which the C library reads: 0x7f.1, 2130706433, 127.1.
        if (NUMERIC.matcher(last).matches()) {
            throw new IllegalArgumentException("is neither a name nor an address of four decimal numbers");
        }
        return null;
    }

    private static byte[] literal(String text) {
        try {
            // Literals are parsed and never looked up.
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("is no IP address", e);
        }
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("is no IP address", e);
        }
    }
}
