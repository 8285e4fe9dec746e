package lianmai.io;

import static java.nio.ByteOrder.BIG_ENDIAN;

import lianmai.relay.SendBatch;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What SENDMSG is given, in {@link MessageBlocks}. A block sends one datagram, or a run of equally long ones that the
 * kernel cuts apart again (UDP_SEGMENT, udp(7)): then its iovecs gather them where they lie, from an area of their own.
 *
 * <p>Control messages, written once; a send names none, the first, the second, or both:
 *
 * <pre>
 * 104 to IPv4: in_pktinfo 32  | segment size 24
 * 160 to IPv6: in6_pktinfo 40 | segment size 24
 * </pre>
 *
 * <p>IPv4 has its own even on a dual-stack socket: the kernel keeps up to 36 bytes of control on its stack and has to
 * allocate memory for the 40 of IPv6.
 *
 * <p>Thread: relay (confined). Owns: the blocks.
 */
final class SendMessages {
    private static final int CONTROL4 = MessageBlocks.CONTROL;
    /** CMSG_SPACE of a struct in_pktinfo. */
    private static final int PKTINFO4_SPACE = 32;

    private static final int PKTINFO4_LENGTH = MessageBlocks.DATA + 12;
    /** CMSG_SPACE of a struct in6_pktinfo. */
    private static final int PKTINFO6_SPACE = 40;

    private static final int PKTINFO6_LENGTH = MessageBlocks.DATA + 20;
    private static final int SEGMENT_SPACE = 24;
    private static final int SEGMENT_LENGTH = MessageBlocks.DATA + 2;
    private static final int CONTROL6 = CONTROL4 + PKTINFO4_SPACE + SEGMENT_SPACE;

    /** A run's iovecs and one cache line, for the reason of {@link MessageBlocks#BLOCK_BYTES}. */
    private static final int IOVECS_BYTES = SendBatch.LONGEST_RUN * MessageBlocks.IOVEC_BYTES + 64;

    private final MessageBlocks blocks;
    private final UnsafeBuffer memory;
    private final UnsafeBuffer iovecs;
    private final boolean ipv6;

    SendMessages(final int count, final boolean ipv6) {
        this.ipv6 = ipv6;
        blocks = new MessageBlocks(count, ipv6);
        memory = blocks.memory();
        iovecs = new UnsafeBuffer(BufferUtil.allocateDirectAligned(count * IOVECS_BYTES, 64));
        for (int i = 0; i < count; i++) {
            final int at = blocks.at(i);
            header(at + CONTROL4, PKTINFO4_LENGTH, UdpSocket.SOL_IP, UdpSocket.IP_PKTINFO);
            header(at + CONTROL4 + PKTINFO4_SPACE, SEGMENT_LENGTH, UdpSocket.SOL_UDP, UdpSocket.UDP_SEGMENT);
            header(at + CONTROL6, PKTINFO6_LENGTH, UdpSocket.SOL_IPV6, UdpSocket.IPV6_PKTINFO);
            header(at + CONTROL6 + PKTINFO6_SPACE, SEGMENT_LENGTH, UdpSocket.SOL_UDP, UdpSocket.UDP_SEGMENT);
        }
    }

    /** Where the kernel finds a block's msghdr. */
    long address(final int block) {
        return blocks.address(block);
    }

    /** Whom a block sends to. */
    void to(final int block, final long high, final long low, final int port) {
        final int at = blocks.at(block);
        memory.putShort(at + MessageBlocks.PORT, (short) port, BIG_ENDIAN);
        if (ipv6) {
            memory.putLong(at + MessageBlocks.IPV6_ADDRESS, high, BIG_ENDIAN);
            memory.putLong(at + MessageBlocks.IPV6_ADDRESS + 8, low, BIG_ENDIAN);
        } else {
            memory.putInt(at + MessageBlocks.IPV4_ADDRESS, (int) low, BIG_ENDIAN);
        }
        memory.putLong(at + MessageBlocks.CONTROL_LENGTH, 0);
    }

    /** Lets it leave from an address of this machine, of the receiver's kind, not from one of the kernel's choice. */
    void from(final int block, final long high, final long low) {
        final int at = blocks.at(block);
        if (LocalAddresses.isIpv4(high, low)) {
            memory.putInt(at + CONTROL4 + MessageBlocks.DATA + 4, (int) low, BIG_ENDIAN);
            control(at, CONTROL4, PKTINFO4_SPACE);
        } else {
            memory.putLong(at + CONTROL6 + MessageBlocks.DATA, high, BIG_ENDIAN);
            memory.putLong(at + CONTROL6 + MessageBlocks.DATA + 8, low, BIG_ENDIAN);
            control(at, CONTROL6, PKTINFO6_SPACE);
        }
    }

    /** Sends to where another block sends to, and from where that does, one datagram. */
    void likewise(final int block, final int other) {
        if (block != other) {
            memory.putBytes(
                    blocks.at(block) + MessageBlocks.NAME,
                    memory,
                    blocks.at(other) + MessageBlocks.NAME,
                    MessageBlocks.BLOCK_BYTES - MessageBlocks.NAME);
            final long named = memory.getLong(blocks.at(other) + MessageBlocks.CONTROL_LENGTH);
            control(blocks.at(block), named == PKTINFO6_SPACE ? CONTROL6 : CONTROL4, (int) named);
        }
    }

    /** Takes back that a block sends a run. */
    void withoutSegments(final int block) {
        final int length = blocks.at(block) + MessageBlocks.CONTROL_LENGTH;
        memory.putLong(length, memory.getLong(length) - SEGMENT_SPACE);
    }

    /** One datagram. */
    void single(final int block, final long bytes, final int length) {
        final int at = blocks.at(block);
        memory.putLong(at + MessageBlocks.IOVEC_POINTER, blocks.pointer(at + MessageBlocks.IOVEC));
        memory.putLong(at + MessageBlocks.IOVEC_COUNT, 1);
        memory.putLong(at + MessageBlocks.IOVEC, bytes);
        memory.putLong(at + MessageBlocks.IOVEC + 8, length);
    }

    /** A run of {@code count} datagrams, whose bytes {@link #segment} names; all of a length but the last. */
    void run(final int block, final int count, final int length) {
        final int at = blocks.at(block);
        memory.putLong(at + MessageBlocks.IOVEC_POINTER, iovecs.addressOffset() + (long) block * IOVECS_BYTES);
        memory.putLong(at + MessageBlocks.IOVEC_COUNT, count);
        final long named = memory.getLong(at + MessageBlocks.CONTROL_LENGTH);
        final int segment = named == PKTINFO6_SPACE ? CONTROL6 + PKTINFO6_SPACE : CONTROL4 + PKTINFO4_SPACE;
        memory.putShort(at + segment + MessageBlocks.DATA, (short) length);
        if (named == 0) {
            control(at, segment, SEGMENT_SPACE);
        } else {
            memory.putLong(at + MessageBlocks.CONTROL_LENGTH, named + SEGMENT_SPACE);
        }
    }

    void segment(final int block, final int index, final long bytes, final int length) {
        final int at = block * IOVECS_BYTES + index * MessageBlocks.IOVEC_BYTES;
        iovecs.putLong(at, bytes);
        iovecs.putLong(at + 8, length);
    }

    private void control(final int at, final int offset, final int bytes) {
        memory.putLong(at + MessageBlocks.CONTROL_POINTER, blocks.pointer(at + offset));
        memory.putLong(at + MessageBlocks.CONTROL_LENGTH, bytes);
    }

    private void header(final int at, final int length, final int level, final int type) {
        memory.putLong(at, length);
        memory.putInt(at + MessageBlocks.LEVEL, level);
        memory.putInt(at + MessageBlocks.TYPE, type);
    }
}
