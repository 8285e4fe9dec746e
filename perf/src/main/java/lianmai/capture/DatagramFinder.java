package lianmai.capture;

import java.nio.ByteOrder;

/**
 * Finds the UDP payload in a captured frame: link layer, IPv4 (RFC 791) or IPv6 (RFC 8200), UDP (RFC 768). What is
 * something else, a fragment, or cut off by the capture's snapshot length is passed over.
 *
 * <p>Thread: one. Units: bytes.
 */
final class DatagramFinder {
    /** Takes the place and length of a UDP payload in the file. */
    @FunctionalInterface
    interface Sink {
        void onDatagram(int at, int length, long timeNs) throws CaptureException;
    }

    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;
    private static final int VLAN = 0x8100;
    private static final int PROVIDER_VLAN = 0x88A8;
    private static final int IPV6_HEADER = 40;
    /** IPv6 extension headers that may precede UDP: hop by hop, routing, destination options. */
    private static final int HOP_BY_HOP = 0;

    private static final int ROUTING = 43;
    private static final int DESTINATION = 60;
    private static final int NOT_IP = -1;

    private final FileBytes file;
    private final Sink sink;

    DatagramFinder(final FileBytes file, final Sink sink) {
        this.file = file.in(ByteOrder.BIG_ENDIAN);
        this.sink = sink;
    }

    /** @throws CaptureException for a link type that we cannot read */
    static void checkLinkType(final FileBytes file, final int at, final int linkType) throws CaptureException {
        switch (linkType) {
            case 0, 1, 12, 14, 101, 108, 113, 228, 229, 276 -> {}
            default ->
                throw file.wrong(
                        at,
                        "link type " + linkType + " is not known here; Ethernet (1), raw IP (101), loopback (0, 108)"
                                + " and Linux cooked (113, 276) are");
        }
    }

    /** Looks into a frame that lies within the file. */
    void onFrame(final int linkType, final int at, final int length, final long timeNs) throws CaptureException {
        final int end = at + length;
        final int ip = ipOffset(linkType, at, end);
        final int version = ip == NOT_IP || ip >= end ? 0 : file.u8(ip) >>> 4;
        switch (version) {
            case 4 -> onIpv4(ip, end, timeNs);
            case 6 -> onIpv6(ip, end, timeNs);
            default -> {
                // ARP and the like
            }
        }
    }

    private int ipOffset(final int linkType, final int at, final int end) throws CaptureException {
        return switch (linkType) {
            case 0, 108 -> at + 4; // the address family, in one or the other byte order; the version says it as well
            case 1 -> behindEtherType(at + 12, end);
            case 113 -> behindEtherType(at + 14, end);
            case 276 -> at + 20;
            default -> at;
        };
    }

    private int behindEtherType(final int from, final int end) throws CaptureException {
        int at = from;
        while (at + 2 <= end) {
            switch (file.u16(at)) {
                case IPV4, IPV6 -> {
                    return at + 2;
                }
                case VLAN, PROVIDER_VLAN -> at += 4;
                default -> {
                    return NOT_IP;
                }
            }
        }
        return NOT_IP;
    }

    private void onIpv4(final int ip, final int end, final long timeNs) throws CaptureException {
        if (ip + 20 > end) {
            return;
        }
        final int header = 4 * (file.u8(ip) & 0x0F);
        final boolean isFragment = (file.u16(ip + 6) & 0x3FFF) != 0; // more fragments, or an offset
        if (header >= 20 && !isFragment && file.u8(ip + 9) == UDP) {
            onUdp(ip + header, end, timeNs);
        }
    }

    private void onIpv6(final int ip, final int end, final long timeNs) throws CaptureException {
        if (ip + IPV6_HEADER > end) {
            return;
        }
        int next = file.u8(ip + 6);
        int at = ip + IPV6_HEADER;
        while (next == HOP_BY_HOP || next == ROUTING || next == DESTINATION) {
            if (at + 8 > end) {
                return;
            }
            next = file.u8(at);
            at += 8 + 8 * file.u8(at + 1);
        }
        if (next == UDP) {
            onUdp(at, end, timeNs);
        }
    }

    private void onUdp(final int udp, final int end, final long timeNs) throws CaptureException {
        final int length = udp + UDP_HEADER > end ? -1 : file.u16(udp + 4) - UDP_HEADER;
        if (length >= 0 && udp + UDP_HEADER + length <= end) {
            sink.onDatagram(udp + UDP_HEADER, length, timeNs);
        }
    }
}
