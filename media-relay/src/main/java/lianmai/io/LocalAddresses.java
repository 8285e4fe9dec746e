package lianmai.io;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The addresses of this machine that a shard answers at, each under a small index, and the ones that it announces.
 *
 * <p>The two differ behind a NAT: what {@code --announce} names need not be an address of this machine; then a client's
 * datagrams arrive at one that is. Index 0 stands for "any other": its answers leave from where the kernel likes.
 *
 * <p>Bounded: at most {@link #LIMIT} − 1 addresses; of more, the later ones fall under index 0.
 *
 * <p>Thread: any (immutable). Units: addresses as two halves of an IPv6 address, IPv4 mapped (RFC 4291 §2.5.5.2).
 */
public final class LocalAddresses {
    /** One bit of a {@code long} for each index, and far more than a server has. */
    public static final int LIMIT = 64;
    /** The index of an address that is not listed. */
    public static final int UNSPECIFIED = 0;

    private static final long MAPPED = 0xFFFFL << 32;

    private final InetAddress[] addresses;
    private final long[] highs;
    private final long[] lows;
    private final List<InetAddress> announced;

    private LocalAddresses(final List<InetAddress> own, final List<InetAddress> announced) {
        addresses = new InetAddress[own.size() + 1];
        highs = new long[addresses.length];
        lows = new long[addresses.length];
        for (int i = 1; i < addresses.length; i++) {
            addresses[i] = own.get(i - 1);
            highs[i] = high(addresses[i]);
            lows[i] = low(addresses[i]);
        }
        this.announced = List.copyOf(announced);
    }

    /**
     * @param own addresses of this machine, at least one, at index 1 and up in this order; repeated ones count once
     * @param announced further ones that clients are told, before the machine's own
     */
    public static LocalAddresses of(final List<InetAddress> own, final List<InetAddress> announced) {
        if (own.isEmpty()) {
            throw new IllegalArgumentException("no local address to listen at");
        }
        final List<InetAddress> listed = own.stream()
                .map(LocalAddresses::withoutScope)
                .distinct()
                .limit(LIMIT - 1L)
                .toList();
        final Set<InetAddress> told = announced.stream()
                .map(LocalAddresses::withoutScope)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        told.addAll(listed);
        return new LocalAddresses(listed, List.copyOf(told));
    }

    /** The same for a single-family or test set-up: announces what it listens at. */
    public static LocalAddresses of(final InetAddress... own) {
        return of(Arrays.asList(own), List.of());
    }

    /** {@link #ofMachine()} of now, and further addresses that clients are told ({@code --announce}). */
    public static LocalAddresses ofMachine(final List<InetAddress> announced) throws SocketException {
        return of(ofMachine(), announced);
    }

    /**
     * The addresses of this machine's interfaces that are up: loopback first, then IPv4, then IPv6. Without link-local
     * ones, which mean nothing without an interface's name, and multicast.
     */
    public static List<InetAddress> ofMachine() throws SocketException {
        final List<InetAddress> found = new ArrayList<>();
        for (final NetworkInterface nic : NetworkInterface.networkInterfaces().toList()) {
            if (nic.isUp()) {
                nic.inetAddresses().filter(LocalAddresses::isUsable).forEach(found::add);
            }
        }
        found.sort(Comparator.comparing((InetAddress a) -> !a.isLoopbackAddress())
                .thenComparing(a -> !(a instanceof Inet4Address)));
        return found.stream().map(LocalAddresses::withoutScope).distinct().toList();
    }

    /** Whether any client may come over IPv6: an address of this machine or an announced one says so. */
    boolean needsIpv6() {
        return announced.stream().anyMatch(Inet6Address.class::isInstance);
    }

    /** What clients are told, most wanted first. */
    public List<InetAddress> announced() {
        return announced;
    }

    /** How many indices there are, {@link #UNSPECIFIED} included. */
    public int count() {
        return addresses.length;
    }

    /** The address at an index of 1 … {@link #count()} − 1. */
    public InetAddress address(final int index) {
        if (index <= UNSPECIFIED || index >= addresses.length) {
            throw new IllegalArgumentException("no local address has index " + index);
        }
        return addresses[index];
    }

    /** First half of the address at an index; 0 for {@link #UNSPECIFIED}. */
    public long high(final int index) {
        return highs[index];
    }

    /** Second half of the address at an index; 0 for {@link #UNSPECIFIED}. */
    public long low(final int index) {
        return lows[index];
    }

    /** The index of an address, {@link #UNSPECIFIED} when it is not listed. */
    public int indexOf(final long high, final long low) {
        for (int i = 1; i < lows.length; i++) {
            if (lows[i] == low && highs[i] == high) {
                return i;
            }
        }
        return UNSPECIFIED;
    }

    /** First half of an address, 0 for IPv4. */
    public static long high(final InetAddress address) {
        return address instanceof Inet4Address
                ? 0
                : ByteBuffer.wrap(address.getAddress()).getLong(0);
    }

    /** Second half of an address; {@code 0xFFFF << 32 | IPv4} for IPv4. */
    public static long low(final InetAddress address) {
        final ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address ? mapped(bytes.getInt(0)) : bytes.getLong(Long.BYTES);
    }

    /** The address of two halves; an {@link Inet4Address} when it is a mapped one. */
    public static InetAddress toInetAddress(final long high, final long low) {
        try {
            // The JDK turns a mapped address into an Inet4Address by itself.
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(16).putLong(high).putLong(low).array());
        } catch (final UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }

    /** Whether two halves are a mapped IPv4 address. */
    static boolean isIpv4(final long high, final long low) {
        return high == 0 && low >>> 32 == 0xFFFF;
    }

    /** Second half of the mapped form of an IPv4 address. */
    static long mapped(final int ipv4) {
        return MAPPED | Integer.toUnsignedLong(ipv4);
    }

    @Override
    public String toString() {
        return Arrays.stream(addresses, 1, addresses.length)
                .map(InetAddress::getHostAddress)
                .collect(Collectors.joining(", "));
    }

    private static boolean isUsable(final InetAddress address) {
        return !address.isLinkLocalAddress() && !address.isMulticastAddress() && !address.isAnyLocalAddress();
    }

    private static InetAddress withoutScope(final InetAddress address) {
        return toInetAddress(high(address), low(address));
    }
}
