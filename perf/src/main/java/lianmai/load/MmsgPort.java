package lianmai.load;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One UDP socket for many addresses, straight on {@code recvmmsg} and {@code sendmmsg}: bound to the wildcard address,
 * told by the kernel which local address each datagram came to, and telling it from which each one leaves (IP_PKTINFO).
 * Allocates nothing after it is made.
 *
 * <pre>{@code
 *   int n = port.receive();
 *   for (int i = 0; i < n; i++) { … port.buffer(), port.offset(i), port.length(i) … }
 *   int at = port.slot(); … write … port.send(length, local, address, port);
 *   port.flush();
 * }</pre>
 *
 * <p>Linux only, 64 bits, IPv4.
 *
 * <p>Thread: confined to one. Owns: the socket and its memory until {@link #close}. Units: bytes, ns; addresses and
 * ports in host order.
 */
public final class MmsgPort implements AutoCloseable {
    /** Datagrams a system call. */
    public static final int BATCH = 64;

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x8_0000;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_MEMINFO = 55;
    /** SK_MEMINFO_DROPS among the 9 numbers of SO_MEMINFO. */
    private static final int MEMINFO_DROPS = 8;

    private static final int MEMINFO_BYTES = 36;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int CLOCK_REALTIME = 0;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;
    private static final int GRO_ROOM = 65_536;
    /** The real-time clock is slewed by at most 500 ppm: in this time by 50 µs. */
    private static final long CALIBRATION_NS = 100_000_000L;
    /** How long a full send buffer may block a sender before it is our bug or a dead interface. */
    private static final long SEND_PATIENCE_NS = 1_000_000_000L;

    // Scratch: pollfd 8, timespec 16, sockaddr 16, option value 40, length 4.
    private static final int POLL = 0;
    private static final int TIMESPEC = 8;
    private static final int NAME = 24;
    private static final int VALUE = 40;
    private static final int VALUE_LENGTH = 80;
    private static final int SCRATCH_BYTES = 128;

    /**
     * How the socket is set up.
     *
     * @param gro whether the kernel may hand over runs as one (UDP_GRO): cheaper than what a real client does
     * @param gso whether runs are sent as one (UDP_SEGMENT)
     * @param timestamps whether the kernel stamps what arrives (SO_TIMESTAMPNS)
     * @param bufferBytes asked for receiving and for sending
     */
    public record Options(boolean gro, boolean gso, boolean timestamps, int bufferBytes) {
        /** As real clients do, with room for a tenth of a second of a million packets a second. */
        public static final Options DEFAULT = new Options(false, false, true, 128 << 20);

        public Options withGro(final boolean on) {
            return new Options(on, gso, timestamps, bufferBytes);
        }

        public Options withGso(final boolean on) {
            return new Options(gro, on, timestamps, bufferBytes);
        }
    }

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment error;
    private final UnsafeBuffer scratch;
    private final UnsafeBuffer memory;
    private final MmsgReceive in;
    private final MmsgSend out;
    private final UnsafeBuffer outMemory;
    private final int fd;
    private final int port;

    private int lastReceived;
    private long realToMonotonicNs;
    private long calibratedNs;
    private long sentDatagrams;
    private long sendErrors;
    private int lastErrno;
    private boolean isClosed;

    private MmsgPort(final Options options, final int address, final int wantedPort) {
        error = arena.allocate(Libc.ERRNO_LAYOUT);
        scratch = aligned(SCRATCH_BYTES);
        final int room = options.gro() ? GRO_ROOM : MmsgSend.SLOT_BYTES;
        memory = aligned(MmsgReceive.bytes(BATCH, room));
        in = new MmsgReceive(memory, BATCH, room);
        outMemory = aligned(MmsgSend.bytes(BATCH));
        out = new MmsgSend(outMemory, BATCH, options.gso());
        fd = Libc.socket(error, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC);
        if (fd < 0) {
            throw failure("cannot open a UDP socket");
        }
        try {
            setUp(options);
            port = bind(address, wantedPort);
        } catch (final RuntimeException e) {
            Libc.close(error, fd);
            throw e;
        }
        calibrate(System.nanoTime());
    }

    /**
     * Opens a socket for all local addresses.
     *
     * @param port 0 for one of the kernel's choice
     * @throws LoadException with a sentence for the user
     */
    public static MmsgPort open(final Options options, final int port) {
        return open(options, 0, port);
    }

    /** Opens a socket for one local address. */
    public static MmsgPort open(final Options options, final int address, final int port) {
        requireLinux(System.getProperty("os.name"), System.getProperty("os.arch"));
        return new MmsgPort(options, address, port);
    }

    /** The layouts are those of these. */
    static void requireLinux(final String system, final String machine) {
        final boolean isKnown = machine.equals("amd64") || machine.equals("x86_64") || machine.equals("aarch64");
        if (!system.toLowerCase(Locale.ROOT).startsWith("linux") || !isKnown) {
            throw new LoadException("the load generator needs Linux on x86-64 or aarch64, and this is " + system
                    + " on " + machine + ": run it there, or in a Linux container");
        }
    }

    private void setUp(final Options options) {
        option(MmsgReceive.IPPROTO_IP, MmsgReceive.IP_PKTINFO, 1, "IP_PKTINFO");
        if (options.timestamps()) {
            option(MmsgReceive.SOL_SOCKET, MmsgReceive.SO_TIMESTAMPNS, 1, "SO_TIMESTAMPNS");
        }
        if (options.gro()) {
            option(MmsgReceive.SOL_UDP, MmsgReceive.UDP_GRO, 1, "UDP_GRO");
        }
        // Without the right to exceed the system's limit, what the limit allows is taken.
        if (set(MmsgReceive.SOL_SOCKET, SO_RCVBUFFORCE, options.bufferBytes()) < 0) {
            option(MmsgReceive.SOL_SOCKET, SO_RCVBUF, options.bufferBytes(), "SO_RCVBUF");
        }
        if (set(MmsgReceive.SOL_SOCKET, SO_SNDBUFFORCE, options.bufferBytes()) < 0) {
            option(MmsgReceive.SOL_SOCKET, SO_SNDBUF, options.bufferBytes(), "SO_SNDBUF");
        }
    }

    private void option(final int level, final int name, final int value, final String text) {
        if (set(level, name, value) < 0) {
            throw failure("cannot set " + text);
        }
    }

    private int set(final int level, final int name, final int value) {
        scratch.putInt(VALUE, value);
        return Libc.setsockopt(error, fd, level, name, pointer(VALUE), Integer.BYTES);
    }

    private int bind(final int address, final int wantedPort) {
        scratch.setMemory(NAME, MmsgReceive.NAME_BYTES, (byte) 0);
        scratch.putShort(NAME, (short) AF_INET);
        scratch.putShort(NAME + 2, (short) wantedPort, BIG_ENDIAN);
        scratch.putInt(NAME + 4, address, BIG_ENDIAN);
        if (Libc.bind(error, fd, pointer(NAME), MmsgReceive.NAME_BYTES) < 0) {
            throw failure("cannot bind UDP port " + wantedPort);
        }
        scratch.putInt(VALUE_LENGTH, MmsgReceive.NAME_BYTES);
        if (Libc.getsockname(error, fd, pointer(NAME), pointer(VALUE_LENGTH)) < 0) {
            throw failure("cannot read the UDP port");
        }
        return scratch.getShort(NAME + 2, BIG_ENDIAN) & 0xFFFF;
    }

    /** The UDP port. */
    public int port() {
        return port;
    }

    /** What the kernel granted for receiving; it counts its own bookkeeping too. */
    public int receiveBufferBytes() {
        scratch.putInt(VALUE_LENGTH, Integer.BYTES);
        Libc.getsockopt(error, fd, MmsgReceive.SOL_SOCKET, SO_RCVBUF, pointer(VALUE), pointer(VALUE_LENGTH));
        return scratch.getInt(VALUE);
    }

    /** Datagrams the kernel has thrown away because the receive buffer was full, since the start. */
    public long receiveDrops() {
        scratch.putInt(VALUE_LENGTH, MEMINFO_BYTES);
        final int status =
                Libc.getsockopt(error, fd, MmsgReceive.SOL_SOCKET, SO_MEMINFO, pointer(VALUE), pointer(VALUE_LENGTH));
        if (status < 0) {
            throw failure("cannot read SO_MEMINFO");
        }
        return scratch.getInt(VALUE + MEMINFO_DROPS * Integer.BYTES) & 0xFFFF_FFFFL;
    }

    /** Takes in what has arrived, at most {@link #BATCH}; never waits. The former batch is gone. */
    public int receive() {
        in.prepare(lastReceived);
        // Nothing there is the one error that a socket of ours can have: it is not connected, so no ICMP reaches it.
        final int received = Math.max(0, Libc.recvmmsg(fd, in.address(), BATCH, MSG_DONTWAIT));
        lastReceived = received;
        in.readControls(received);
        return received;
    }

    /** Where received datagrams are. */
    public UnsafeBuffer buffer() {
        return memory;
    }

    public int offset(final int i) {
        return in.offset(i);
    }

    /** Of the whole run, with UDP_GRO. */
    public int length(final int i) {
        return in.length(i);
    }

    /** Of each datagram of a run but the last, which may be shorter; without UDP_GRO the length. */
    public int segmentLength(final int i) {
        return in.segment(i);
    }

    /** To which of our addresses it came. */
    public int localAddress(final int i) {
        return in.localAddress(i);
    }

    public int remoteAddress(final int i) {
        return in.remoteAddress(i);
    }

    public int remotePort(final int i) {
        return in.remotePort(i);
    }

    /**
     * When it arrived in the kernel, on the clock of {@link System#nanoTime}.
     *
     * @param nowNs the answer when the kernel does not say
     */
    public long arrivalNs(final int i, final long nowNs) {
        final long realNs = in.arrivalNs(i);
        return realNs == 0 ? nowNs : Math.min(nowNs, realNs + realToMonotonicNs);
    }

    /** Call now and then: maps the kernel's clock onto ours anew, ten times a second. */
    public void onTime(final long nowNs) {
        if (nowNs - calibratedNs >= CALIBRATION_NS) {
            calibrate(nowNs);
        }
    }

    /** The best of three readings: one may have been interrupted between its two clocks. */
    private void calibrate(final long nowNs) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            final long before = System.nanoTime();
            Libc.clockGettime(error, CLOCK_REALTIME, pointer(TIMESPEC));
            final long after = System.nanoTime();
            if (after - before < best) {
                best = after - before;
                final long realNs = scratch.getLong(TIMESPEC) * 1_000_000_000L + scratch.getLong(TIMESPEC + 8);
                realToMonotonicNs = before + best / 2 - realNs;
            }
        }
        calibratedNs = nowNs;
    }

    /** Where datagrams to send are written. */
    public UnsafeBuffer sendBuffer() {
        return outMemory;
    }

    /** Whether {@link #flush} must come before the next {@link #slot}. */
    public boolean isFull() {
        return out.isFull();
    }

    /** Where in {@link #sendBuffer} the next datagram goes; it has {@value MmsgSend#SLOT_BYTES} bytes. */
    public int slot() {
        if (out.isFull()) {
            throw new IllegalStateException("flush before the next datagram");
        }
        return out.slot();
    }

    /** Takes the datagram in the slot; it leaves with {@link #flush}. */
    public void send(final int length, final int local, final int address, final int remotePort) {
        out.add(length, local, address, remotePort);
    }

    /** Sends what was taken; waits when the send buffer is full. */
    public void flush() {
        final int messages = out.messages();
        int next = 0;
        while (next < messages) {
            final int sent = Libc.sendmmsg(fd, out.address(next), messages - next, MSG_DONTWAIT);
            next += sent > 0 ? sent : sendAgain(next, messages - next);
        }
        sentDatagrams += out.datagrams();
        out.clear();
    }

    /** After a failure: sends, or waits, or gives a message up; answers how many messages are done with. */
    private int sendAgain(final int message, final int count) {
        final int sent = Libc.sendmmsgSayingWhy(error, fd, out.address(message), count, MSG_DONTWAIT);
        if (sent > 0) {
            return sent;
        }
        final int errno = Libc.errno(error);
        if (errno == Libc.EAGAIN && await(SEND_PATIENCE_NS, POLLOUT) || errno == Libc.EINTR) {
            return 0;
        }
        lastErrno = errno;
        sendErrors += out.datagrams(message);
        sentDatagrams -= out.datagrams(message);
        return 1;
    }

    /** Datagrams handed to the kernel. */
    public long sentDatagrams() {
        return sentDatagrams;
    }

    /** Datagrams the kernel refused. */
    public long sendErrors() {
        return sendErrors;
    }

    /** The last error number of the kernel that was no "try again", or 0. */
    public int lastErrno() {
        return lastErrno;
    }

    /** Waits until something has arrived, at most this long; false when nothing has. */
    public boolean awaitArrival(final long timeoutNs) {
        return await(timeoutNs, POLLIN);
    }

    private boolean await(final long timeoutNs, final int events) {
        scratch.putInt(POLL, fd);
        scratch.putInt(POLL + 4, events);
        scratch.putLong(TIMESPEC, timeoutNs / 1_000_000_000L);
        scratch.putLong(TIMESPEC + 8, timeoutNs % 1_000_000_000L);
        return Libc.ppoll(pointer(POLL), 1, pointer(TIMESPEC)) > 0;
    }

    /** Lets the calling thread's timers fire when they are due, not up to 50 µs later (prctl PR_SET_TIMERSLACK). */
    public void sharpenTimers() {
        Libc.prctl(error, PR_SET_TIMERSLACK, 1);
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            Libc.close(error, fd);
        }
    }

    private LoadException failure(final String what) {
        return new LoadException(what + " (errno " + Libc.errno(error) + ")");
    }

    private long pointer(final int offset) {
        return scratch.addressOffset() + offset;
    }

    private static UnsafeBuffer aligned(final int bytes) {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(bytes, 64));
    }
}
