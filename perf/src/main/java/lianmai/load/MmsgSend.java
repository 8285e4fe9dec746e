package lianmai.load;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What {@code sendmmsg} is given: datagrams in slots, one iovec a slot, and messages that name runs of them. With GSO a
 * run of equally long datagrams (the last may be shorter) to one address is one message (UDP_SEGMENT).
 *
 * <pre>
 *   mmsghdr × n | sockaddr_in × n | control × n: in_pktinfo 32, segment size 24 | iovec × slots | datagrams × slots
 * </pre>
 *
 * <p>Thread: confined. Owns: nothing, the memory is its port's. Units: bytes.
 */
final class MmsgSend {
    static final int SLOT_BYTES = 2048;

    private static final int AF_INET = 2;
    private static final int UDP_SEGMENT = 103;
    private static final int PKTINFO_SPACE = 32;
    private static final int SEGMENT_SPACE = 24;
    private static final int CONTROL_BYTES = PKTINFO_SPACE + SEGMENT_SPACE;
    /** UDP_MAX_SEGMENTS of kernels before 6.9. */
    private static final int MAX_SEGMENTS = 64;
    /** What an IPv4 datagram carries. */
    private static final int MAX_RUN_BYTES = 65_507;

    private final UnsafeBuffer memory;
    private final int slots;
    private final boolean gso;
    private final int names;
    private final int controls;
    private final int iovecs;
    private final int datagrams;

    private int used;
    private int messages;
    private int runAddress;
    private int runLocal;
    private int runPort;
    private int runSegment;
    private int runLength;
    private int runBytes;
    private boolean isRunOpen;

    /** @param memory has {@link #bytes} and starts at a multiple of 64 */
    MmsgSend(final UnsafeBuffer memory, final int slots, final boolean gso) {
        this.memory = memory;
        this.slots = slots;
        this.gso = gso;
        names = slots * MmsgReceive.HEADER_BYTES;
        controls = names + slots * MmsgReceive.NAME_BYTES;
        iovecs = controls + slots * CONTROL_BYTES;
        datagrams = iovecs + slots * MmsgReceive.IOVEC_BYTES;
        for (int i = 0; i < slots; i++) {
            final int header = i * MmsgReceive.HEADER_BYTES;
            final int control = controls + i * CONTROL_BYTES;
            memory.putLong(header, pointer(names + i * MmsgReceive.NAME_BYTES));
            memory.putInt(header + 8, MmsgReceive.NAME_BYTES);
            memory.putLong(header + 32, pointer(control));
            memory.putShort(names + i * MmsgReceive.NAME_BYTES, (short) AF_INET);
            memory.putLong(control, MmsgReceive.CMSG_HEADER + 12);
            memory.putInt(control + 8, MmsgReceive.IPPROTO_IP);
            memory.putInt(control + 12, MmsgReceive.IP_PKTINFO);
            memory.putLong(control + PKTINFO_SPACE, MmsgReceive.CMSG_HEADER + 2);
            memory.putInt(control + PKTINFO_SPACE + 8, MmsgReceive.SOL_UDP);
            memory.putInt(control + PKTINFO_SPACE + 12, UDP_SEGMENT);
            memory.putLong(iovecs + i * MmsgReceive.IOVEC_BYTES, pointer(datagrams + i * SLOT_BYTES));
        }
    }

    static int bytes(final int slots) {
        return slots
                * (MmsgReceive.HEADER_BYTES
                        + MmsgReceive.NAME_BYTES
                        + CONTROL_BYTES
                        + MmsgReceive.IOVEC_BYTES
                        + SLOT_BYTES);
    }

    boolean isFull() {
        return used == slots;
    }

    /** Where the next datagram goes. */
    int slot() {
        return datagrams + used * SLOT_BYTES;
    }

    /** Takes the datagram in the slot. */
    void add(final int length, final int local, final int address, final int port) {
        memory.putLong(iovecs + used * MmsgReceive.IOVEC_BYTES + 8, length);
        if (isRunOpen
                && address == runAddress
                && local == runLocal
                && port == runPort
                && length <= runSegment
                && runLength < MAX_SEGMENTS
                && runBytes + length <= MAX_RUN_BYTES) {
            extendRun(length);
        } else {
            beginMessage(length, local, address, port);
        }
        used++;
    }

    private void extendRun(final int length) {
        final int message = messages - 1;
        final int control = controls + message * CONTROL_BYTES + PKTINFO_SPACE;
        memory.putShort(control + MmsgReceive.CMSG_HEADER, (short) runSegment);
        memory.putLong(message * MmsgReceive.HEADER_BYTES + 24, ++runLength);
        memory.putLong(message * MmsgReceive.HEADER_BYTES + 40, CONTROL_BYTES);
        runBytes += length;
        isRunOpen = length == runSegment;
    }

    private void beginMessage(final int length, final int local, final int address, final int port) {
        final int header = messages * MmsgReceive.HEADER_BYTES;
        final int name = names + messages * MmsgReceive.NAME_BYTES;
        memory.putShort(name + 2, (short) port, BIG_ENDIAN);
        memory.putInt(name + 4, address, BIG_ENDIAN);
        // in_pktinfo: no interface, the address to send from.
        memory.putInt(controls + messages * CONTROL_BYTES + MmsgReceive.CMSG_HEADER + 4, local, BIG_ENDIAN);
        memory.putLong(header + 16, pointer(iovecs + used * MmsgReceive.IOVEC_BYTES));
        memory.putLong(header + 24, 1);
        memory.putLong(header + 40, PKTINFO_SPACE);
        messages++;
        runAddress = address;
        runLocal = local;
        runPort = port;
        runSegment = length;
        runLength = 1;
        runBytes = length;
        isRunOpen = gso;
    }

    /** How many messages there are. */
    int messages() {
        return messages;
    }

    /** How many datagrams they carry. */
    int datagrams() {
        return used;
    }

    /** How many datagrams a message carries. */
    int datagrams(final int message) {
        return (int) memory.getLong(message * MmsgReceive.HEADER_BYTES + 24);
    }

    long address(final int message) {
        return pointer(message * MmsgReceive.HEADER_BYTES);
    }

    void clear() {
        used = 0;
        messages = 0;
        isRunOpen = false;
    }

    private long pointer(final int offset) {
        return memory.addressOffset() + offset;
    }
}
