package lianmai.io;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What RECVMSG is given and tells, in {@link MessageBlocks}: sender, length, cut or not, and as control messages which
 * address was asked, when the datagram came, and how many the socket has lost before it.
 *
 * <p>Thread: relay (confined). Owns: the blocks.
 */
final class ReceiveMessages {
    /** No such control message. */
    static final int ABSENT = -1;

    private static final int MSG_TRUNC = 0x20;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final MessageBlocks blocks;
    private final UnsafeBuffer memory;
    private final boolean ipv6;

    ReceiveMessages(final int count, final boolean ipv6) {
        this.ipv6 = ipv6;
        blocks = new MessageBlocks(count, ipv6);
        memory = blocks.memory();
    }

    /** Where the kernel finds a block's msghdr. */
    long address(final int block) {
        return blocks.address(block);
    }

    /** Makes a block ready to be received with; the kernel has overwritten the lengths the last time. */
    void prepare(final int block, final long buffer, final int capacity) {
        final int at = blocks.at(block);
        memory.putInt(at + MessageBlocks.NAME_LENGTH, blocks.nameBytes());
        memory.putLong(at + MessageBlocks.CONTROL_LENGTH, MessageBlocks.CONTROL_ROOM);
        memory.putInt(at + MessageBlocks.FLAGS, 0);
        memory.putLong(at + MessageBlocks.IOVEC, buffer);
        memory.putLong(at + MessageBlocks.IOVEC + 8, capacity);
    }

    /** Whether the received datagram was cut. */
    boolean truncated(final int block) {
        return (memory.getInt(blocks.at(block) + MessageBlocks.FLAGS) & MSG_TRUNC) != 0;
    }

    int remotePort(final int block) {
        return memory.getShort(blocks.at(block) + MessageBlocks.PORT, BIG_ENDIAN) & 0xFFFF;
    }

    long remoteHigh(final int block) {
        return ipv6 ? memory.getLong(blocks.at(block) + MessageBlocks.IPV6_ADDRESS, BIG_ENDIAN) : 0;
    }

    long remoteLow(final int block) {
        final int at = blocks.at(block);
        return ipv6
                ? memory.getLong(at + MessageBlocks.IPV6_ADDRESS + 8, BIG_ENDIAN)
                : LocalAddresses.mapped(memory.getInt(at + MessageBlocks.IPV4_ADDRESS, BIG_ENDIAN));
    }

    /** Where {@link #localHigh} and {@link #localLow} find the address that was asked; {@link #ABSENT} if untold. */
    int local(final int block) {
        return ipv6
                ? control(block, UdpSocket.SOL_IPV6, UdpSocket.IPV6_PKTINFO)
                : control(block, UdpSocket.SOL_IP, UdpSocket.IP_PKTINFO);
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
        final int timespec = control(block, UdpSocket.SOL_SOCKET, UdpSocket.SO_TIMESTAMPNS);
        return timespec == ABSENT
                ? UdpPort.UNKNOWN_TIME
                : memory.getLong(timespec) * NANOS_PER_SECOND + memory.getLong(timespec + 8);
    }

    /** How many datagrams the socket had lost when this one came, modulo 2^32; {@link #ABSENT} when none so far. */
    long lost(final int block) {
        final int drops = control(block, UdpSocket.SOL_SOCKET, UdpSocket.SO_RXQ_OVFL);
        return drops == ABSENT ? ABSENT : Integer.toUnsignedLong(memory.getInt(drops));
    }

    /** Finds what a received control message holds, among the few that there are, in whatever order (cmsg(3)). */
    private int control(final int block, final int level, final int type) {
        final int control = blocks.at(block) + MessageBlocks.CONTROL;
        final int end = control
                + (int) Math.min(
                        memory.getLong(blocks.at(block) + MessageBlocks.CONTROL_LENGTH), MessageBlocks.CONTROL_ROOM);
        int header = control;
        while (header + MessageBlocks.DATA <= end) {
            if (memory.getInt(header + MessageBlocks.LEVEL) == level
                    && memory.getInt(header + MessageBlocks.TYPE) == type) {
                return header + MessageBlocks.DATA;
            }
            header += Math.max(MessageBlocks.DATA, (int) memory.getLong(header) + 7 & -8);
        }
        return ABSENT;
    }
}
