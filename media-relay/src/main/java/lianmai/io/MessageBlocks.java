package lianmai.io;

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
 *              drops 4
 *              segment size 2
 * 320 end
 * </pre>
 *
 * <p>All in the machine's byte order but ports and addresses. A dual-stack socket sees IPv4 as mapped addresses
 * everywhere (RFC 3493 §3.7, the packet information of RFC 3542 §6.2 included).
 *
 * <p>Thread: relay (confined). Owns: the blocks, which must outlive every operation submitted with them.
 */
final class MessageBlocks {
    /** Five cache lines: with a power of two, the blocks of a burst would fight for a few places of the cache. */
    static final int BLOCK_BYTES = 320;

    static final int NAME_LENGTH = 8;
    static final int IOVEC_POINTER = 16;
    static final int IOVEC_COUNT = 24;
    static final int CONTROL_POINTER = 32;
    static final int CONTROL_LENGTH = 40;
    static final int FLAGS = 48;
    static final int IOVEC = 56;
    static final int IOVEC_BYTES = 16;
    static final int NAME = 72;
    static final int PORT = NAME + 2;
    static final int IPV4_ADDRESS = NAME + 4;
    static final int IPV6_ADDRESS = NAME + 8;
    static final int CONTROL = 104;
    static final int CONTROL_ROOM = BLOCK_BYTES - CONTROL;

    // Of a cmsghdr.
    static final int LEVEL = 8;
    static final int TYPE = 12;
    static final int DATA = 16;

    private static final int NAME_POINTER = 0;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;

    private final UnsafeBuffer memory;
    private final boolean ipv6;

    /**
     * @param count how many blocks
     * @param ipv6 whether the socket is a dual-stack one (AF_INET6), else it is AF_INET
     */
    MessageBlocks(final int count, final boolean ipv6) {
        this.ipv6 = ipv6;
        memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(count * BLOCK_BYTES, 64));
        for (int i = 0; i < count; i++) {
            final int at = at(i);
            memory.putLong(at + NAME_POINTER, pointer(at + NAME));
            memory.putInt(at + NAME_LENGTH, nameBytes());
            memory.putLong(at + IOVEC_POINTER, pointer(at + IOVEC));
            memory.putLong(at + IOVEC_COUNT, 1);
            memory.putLong(at + CONTROL_POINTER, pointer(at + CONTROL));
            memory.putShort(at + NAME, (short) (ipv6 ? AF_INET6 : AF_INET));
        }
    }

    UnsafeBuffer memory() {
        return memory;
    }

    /** Whether addresses are IPv6 ones, IPv4 mapped; else plain IPv4. */
    boolean ipv6() {
        return ipv6;
    }

    /** Where a block begins in {@link #memory()}. */
    int at(final int block) {
        return block * BLOCK_BYTES;
    }

    /** Where the kernel finds a block's msghdr. */
    long address(final int block) {
        return pointer(at(block));
    }

    long pointer(final int offset) {
        return memory.addressOffset() + offset;
    }

    int nameBytes() {
        return ipv6 ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES;
    }
}
