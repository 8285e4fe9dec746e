package lianmai.load;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * What {@code recvmmsg} fills: headers, addresses and datagrams of one batch, laid out by hand off heap, made once. The
 * picture is that of 64-bit Linux (x86-64, aarch64).
 *
 * <pre>
 *   mmsghdr × n   name* 8 | namelen 4, pad 4 | iov* 8 | iovlen 8 | control* 8 | controllen 8 | flags 4, pad 4
 *                 | len 4, pad 4
 *   iovec × n     base* 8 | len 8
 *   name × n      sockaddr_in: family 2 | port 2 | address 4 | zero 8
 *   control × n   cmsghdr: len 8 | level 4 | type 4 | data, padded to 8; as often as there is something to say
 *   datagrams × n
 * </pre>
 *
 * <p>Thread: confined. Owns: nothing, the memory is its port's. Units: bytes, ns.
 */
final class MmsgReceive {
    static final int HEADER_BYTES = 64;
    static final int IOVEC_BYTES = 16;
    static final int NAME_BYTES = 16;
    static final int CONTROL_BYTES = 128;
    static final int CMSG_HEADER = 16;

    static final int SOL_SOCKET = 1;
    static final int SO_TIMESTAMPNS = 35;
    static final int IPPROTO_IP = 0;
    static final int IP_PKTINFO = 8;
    static final int SOL_UDP = 17;
    static final int UDP_GRO = 104;

    private static final int LENGTH = 56;
    private static final int FLAGS = 48;
    private static final int CONTROL_LENGTH = 40;

    private final UnsafeBuffer memory;
    private final int batch;
    private final int room;
    private final int names;
    private final int controls;
    private final int datagrams;

    private final int[] localAddress;
    private final long[] arrivalNs;
    private final int[] segment;

    /**
     * @param memory has {@link #bytes} and starts at a multiple of 64
     * @param room for one datagram, or with UDP_GRO for one run
     */
    MmsgReceive(final UnsafeBuffer memory, final int batch, final int room) {
        this.memory = memory;
        this.batch = batch;
        this.room = room;
        final int iovecs = batch * HEADER_BYTES;
        names = iovecs + batch * IOVEC_BYTES;
        controls = names + batch * NAME_BYTES;
        datagrams = controls + batch * CONTROL_BYTES;
        localAddress = new int[batch];
        arrivalNs = new long[batch];
        segment = new int[batch];
        for (int i = 0; i < batch; i++) {
            final int header = i * HEADER_BYTES;
            memory.putLong(header, pointer(names + i * NAME_BYTES));
            memory.putLong(header + 16, pointer(iovecs + i * IOVEC_BYTES));
            memory.putLong(header + 24, 1);
            memory.putLong(header + 32, pointer(controls + i * CONTROL_BYTES));
            memory.putLong(iovecs + i * IOVEC_BYTES, pointer(datagrams + i * room));
            memory.putLong(iovecs + i * IOVEC_BYTES + 8, room);
        }
        prepare(batch);
    }

    static int bytes(final int batch, final int room) {
        return batch * (HEADER_BYTES + IOVEC_BYTES + NAME_BYTES + CONTROL_BYTES + room);
    }

    long address() {
        return pointer(0);
    }

    /** Makes the first blocks ready again; the kernel has overwritten their lengths. */
    void prepare(final int used) {
        for (int i = 0; i < used; i++) {
            final int header = i * HEADER_BYTES;
            memory.putInt(header + 8, NAME_BYTES);
            memory.putLong(header + CONTROL_LENGTH, CONTROL_BYTES);
            memory.putInt(header + FLAGS, 0);
        }
    }

    /** Reads what the kernel says beside the first datagrams. */
    void readControls(final int received) {
        for (int i = 0; i < received; i++) {
            localAddress[i] = 0;
            arrivalNs[i] = 0;
            segment[i] = length(i);
            readControls(i, controls + i * CONTROL_BYTES);
        }
    }

    private void readControls(final int i, final int from) {
        final int end = from + (int) memory.getLong(i * HEADER_BYTES + CONTROL_LENGTH);
        int at = from;
        while (at + CMSG_HEADER <= end) {
            final int length = (int) memory.getLong(at);
            final int level = memory.getInt(at + 8);
            final int type = memory.getInt(at + 12);
            final int data = at + CMSG_HEADER;
            if (level == IPPROTO_IP && type == IP_PKTINFO) {
                // in_pktinfo: interface, local address, destination of the header; the last is what was asked.
                localAddress[i] = memory.getInt(data + 8, BIG_ENDIAN);
            } else if (level == SOL_SOCKET && type == SO_TIMESTAMPNS) {
                arrivalNs[i] = memory.getLong(data) * 1_000_000_000L + memory.getLong(data + 8);
            } else if (level == SOL_UDP && type == UDP_GRO) {
                segment[i] = memory.getInt(data);
            }
            if (length < CMSG_HEADER) {
                return;
            }
            at += length + 7 & ~7;
        }
    }

    int offset(final int i) {
        return datagrams + i * room;
    }

    int length(final int i) {
        return memory.getInt(i * HEADER_BYTES + LENGTH);
    }

    int segment(final int i) {
        return segment[i];
    }

    int localAddress(final int i) {
        return localAddress[i];
    }

    int remoteAddress(final int i) {
        return memory.getInt(names + i * NAME_BYTES + 4, BIG_ENDIAN);
    }

    int remotePort(final int i) {
        return memory.getShort(names + i * NAME_BYTES + 2, BIG_ENDIAN) & 0xFFFF;
    }

    /** On the kernel's real-time clock; 0 when it did not say. */
    long arrivalNs(final int i) {
        return arrivalNs[i];
    }

    int batch() {
        return batch;
    }

    private long pointer(final int offset) {
        return memory.addressOffset() + offset;
    }
}
