package lianmai.io;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The {@code struct msghdr}s of SENDMSG and RECVMSG with all that they point to, laid out by hand off heap, one block
 * for each operation, made once. The picture is that of 64-bit Linux (x86-64, aarch64):
 *
 * <pre>
 *   0 msghdr   name* 8 | namelen 4, pad 4 | iov* 8 | iovlen 8 | control* 8 | controllen 8 | flags 4, pad 4
 *  56 iovec    base* 8 | len 8
 *  72 name     sockaddr_in6: family 2 | port 2 | flowinfo 4 | address 16 | scope 4, pad 4
 *              sockaddr_in:  family 2 | port 2 | address 4
 * 104 control  for each: cmsghdr: len 8 | level 4 | type 4, then, padded to 8 bytes,
 *              in6_pktinfo: address 16 | ifindex 4
 *              in_pktinfo:  ifindex 4 | local address 4 | header's destination 4
 *              timespec:    seconds 8 | nanoseconds 8
 * 192 end
 * </pre>
 *
 * <p>All in the machine's byte order but ports and addresses. A dual-stack socket sees IPv4 as mapped addresses
 * everywhere (RFC 3493 §3.7, the packet information of RFC 3542 §6.2 included), so that one form does for both. Control
 * has room for a second header: the segment size of a GSO send belongs there, and its further iovecs into a block of
 * their own.
 *
 * <p>Thread: relay (confined). Owns: the blocks, which must outlive every operation submitted with them.
 */
final class SocketMessages {
    private static final int BLOCK_BYTES = 192;

    private static final int NAME_POINTER = 0;
    private static final int NAME_LENGTH = 8;
    private static final int IOVEC_POINTER = 16;
    private static final int IOVEC_COUNT = 24;
    private static final int CONTROL_POINTER = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int IOVEC = 56;
    private static final int NAME = 72;
    private static final int CONTROL = 104;

    private static final int CONTROL_ROOM = BLOCK_BYTES - CONTROL;
    private static final int CONTROL_LEVEL = 8;
    private static final int CONTROL_TYPE = 12;
    private static final int CONTROL_DATA = 16;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;
    /** CMSG_SPACE and CMSG_LEN of a struct in_pktinfo. */
    private static final int PKTINFO_SPACE = 32;

    private static final int PKTINFO_LENGTH = CONTROL_DATA + 12;
    /** CMSG_SPACE and CMSG_LEN of a struct in6_pktinfo. */
    private static final int PKTINFO6_SPACE = 40;

    private static final int PKTINFO6_LENGTH = CONTROL_DATA + 20;
    private static final int MSG_TRUNC = 0x20;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** No such control message. */
    static final int ABSENT = -1;

    private final UnsafeBuffer memory;
    private final boolean ipv6;

    /**
     * @param count how many blocks
     * @param ipv6 whether the socket is a dual-stack one (AF_INET6), else it is AF_INET
     */
    SocketMessages(final int count, final boolean ipv6) {
        this.ipv6 = ipv6;
        memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(count * BLOCK_BYTES, 64));
        for (int i = 0; i < count; i++) {
            final int at = i * BLOCK_BYTES;
            memory.putLong(at + NAME_POINTER, pointer(at + NAME));
            memory.putInt(at + NAME_LENGTH, nameBytes());
            memory.putLong(at + IOVEC_POINTER, pointer(at + IOVEC));
            memory.putLong(at + IOVEC_COUNT, 1);
            memory.putLong(at + CONTROL_POINTER, pointer(at + CONTROL));
            memory.putShort(at + NAME, (short) (ipv6 ? AF_INET6 : AF_INET));
            memory.putLong(at + CONTROL, ipv6 ? PKTINFO6_LENGTH : PKTINFO_LENGTH);
            memory.putInt(at + CONTROL + CONTROL_LEVEL, ipv6 ? DualStackSocket.SOL_IPV6 : DualStackSocket.SOL_IP);
            memory.putInt(
                    at + CONTROL + CONTROL_TYPE, ipv6 ? DualStackSocket.IPV6_PKTINFO : DualStackSocket.IP_PKTINFO);
        }
    }

    /** Where the kernel finds a block's msghdr. */
    long address(final int block) {
        return pointer(block * BLOCK_BYTES);
    }

    /** Makes a block ready to be received with; the kernel has overwritten the lengths the last time. */
    void prepareReceive(final int block, final long buffer, final int capacity) {
        final int at = block * BLOCK_BYTES;
        memory.putInt(at + NAME_LENGTH, nameBytes());
        memory.putLong(at + CONTROL_LENGTH, CONTROL_ROOM);
        memory.putInt(at + FLAGS, 0);
        memory.putLong(at + IOVEC, buffer);
        memory.putLong(at + IOVEC + 8, capacity);
    }

    /** Makes a block ready to be sent with. */
    void prepareSend(
            final int block, final long buffer, final int length, final long high, final long low, final int port) {
        final int at = block * BLOCK_BYTES;
        memory.putLong(at + IOVEC, buffer);
        memory.putLong(at + IOVEC + 8, length);
        memory.putShort(at + NAME + 2, (short) port, BIG_ENDIAN);
        if (ipv6) {
            memory.putLong(at + NAME + 8, high, BIG_ENDIAN);
            memory.putLong(at + NAME + 16, low, BIG_ENDIAN);
        } else {
            memory.putInt(at + NAME + 4, (int) low, BIG_ENDIAN);
        }
        memory.putLong(at + CONTROL_LENGTH, 0);
    }

    /** Lets a prepared send leave from an address of this machine instead of one of the kernel's choice. */
    void sendFrom(final int block, final long localHigh, final long localLow) {
        final int at = block * BLOCK_BYTES;
        if (ipv6) {
            memory.putLong(at + CONTROL + CONTROL_DATA, localHigh, BIG_ENDIAN);
            memory.putLong(at + CONTROL + CONTROL_DATA + 8, localLow, BIG_ENDIAN);
            memory.putLong(at + CONTROL_LENGTH, PKTINFO6_SPACE);
        } else {
            memory.putInt(at + CONTROL + CONTROL_DATA + 4, (int) localLow, BIG_ENDIAN);
            memory.putLong(at + CONTROL_LENGTH, PKTINFO_SPACE);
        }
    }

    /** Whether the received datagram was cut. */
    boolean truncated(final int block) {
        return (memory.getInt(block * BLOCK_BYTES + FLAGS) & MSG_TRUNC) != 0;
    }

    int remotePort(final int block) {
        return memory.getShort(block * BLOCK_BYTES + NAME + 2, BIG_ENDIAN) & 0xFFFF;
    }

    long remoteHigh(final int block) {
        return ipv6 ? memory.getLong(block * BLOCK_BYTES + NAME + 8, BIG_ENDIAN) : 0;
    }

    long remoteLow(final int block) {
        final int name = block * BLOCK_BYTES + NAME;
        return ipv6
                ? memory.getLong(name + 16, BIG_ENDIAN)
                : LocalAddresses.mapped(memory.getInt(name + 4, BIG_ENDIAN));
    }

    /** Where in {@link #localHigh} and {@link #localLow} the address is that was asked; {@link #ABSENT} if untold. */
    int local(final int block) {
        return ipv6
                ? control(block, DualStackSocket.SOL_IPV6, DualStackSocket.IPV6_PKTINFO)
                : control(block, DualStackSocket.SOL_IP, DualStackSocket.IP_PKTINFO);
    }

    long localHigh(final int local) {
        return ipv6 ? memory.getLong(local, BIG_ENDIAN) : 0;
    }

    long localLow(final int local) {
        return ipv6
                ? memory.getLong(local + 8, BIG_ENDIAN)
                : LocalAddresses.mapped(memory.getInt(local + 4, BIG_ENDIAN));
    }

    /** When the received datagram reached the kernel, ns since 1970; {@link UdpPort#UNKNOWN_TIME} if untold. */
    long kernelTimeNs(final int block) {
        final int timespec = control(block, DualStackSocket.SOL_SOCKET, DualStackSocket.SO_TIMESTAMPNS);
        return timespec == ABSENT
                ? UdpPort.UNKNOWN_TIME
                : memory.getLong(timespec) * NANOS_PER_SECOND + memory.getLong(timespec + 8);
    }

    /** Finds what a received control message holds, among the few that there are, in whatever order (cmsg(3)). */
    private int control(final int block, final int level, final int type) {
        final int at = block * BLOCK_BYTES;
        final int end = at + CONTROL + (int) Math.min(memory.getLong(at + CONTROL_LENGTH), CONTROL_ROOM);
        int header = at + CONTROL;
        while (header + CONTROL_DATA <= end) {
            if (memory.getInt(header + CONTROL_LEVEL) == level && memory.getInt(header + CONTROL_TYPE) == type) {
                return header + CONTROL_DATA;
            }
            header += Math.max(CONTROL_DATA, (int) memory.getLong(header) + 7 & -8);
        }
        return ABSENT;
    }

    private int nameBytes() {
        return ipv6 ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES;
    }

    private long pointer(final int offset) {
        return memory.addressOffset() + offset;
    }
}
