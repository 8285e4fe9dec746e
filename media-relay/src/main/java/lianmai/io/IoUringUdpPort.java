package lianmai.io;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import lianmai.jitter.PacketPool;
import lianmai.relay.PathTable;

/**
 * The fast {@link UdpPort} of Linux: RECVMSG and SENDMSG operations on an io_uring that Netty drives, with our own
 * handle in place of Netty's channel, which makes objects for every datagram.
 *
 * <p>An operation is an index with a block of {@link MessageBlocks} and a prebuilt {@link IoUringIoOps}, used over and
 * over; its slot changes. Where it is:
 *
 * <pre>
 *   receive:  idle --slot acquired--> posted --completion--> completed --handed over--> idle
 *   send:     free --send()--> in flight --completion: slot released--> free
 * </pre>
 *
 * <p>Only one receive ever waits in the kernel, and only for {@link #await}: a datagram wakes all that wait on a
 * socket, one takes it and the others go back to sleep, 0.4 µs each. A turn instead asks for as many as it expects,
 * with operations that end at once when there is nothing; it expects twice the last number when all of those came.
 *
 * <p>A datagram is handed over from {@link #receive}, never from a completion, so the handler may send and flush.
 * Sends leave in order while the socket's buffer has room; beyond that the kernel keeps them until it has.
 *
 * <p>A run of datagrams to one path is one send operation: see {@link SendOperations}.
 *
 * <p>Thread: relay (confined), {@link #wakeup()} any. Owns: ring, socket, the slots of posted, completed and in-flight
 * operations. Units: ns, bytes.
 */
final class IoUringUdpPort implements UdpPort {
    private static final byte SENDMSG = 9;
    private static final byte RECVMSG = 10;
    private static final byte ASYNC_CANCEL = 14;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int EAGAIN = 11;
    private static final int ECANCELED = 125;
    /** The receive that waits in the kernel; the others do not. */
    private static final int WAITING = 0;

    /** In flight at most; sends complete as they are submitted unless the socket's buffer is full. */
    private static final int SENDS = 1024;
    /** Submissions between two system calls; the completion queue is twice that, more than ever is in flight. */
    private static final int RING_ENTRIES = 1024;
    /** The longest sleep; {@link #await} may return early. */
    private static final long LONGEST_WAIT_NS = TimeUnit.SECONDS.toNanos(10);

    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long CLOSE_STEP_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final PacketPool pool;
    private final LocalAddresses addresses;
    private final UdpSocket socket;
    private final int port;
    private final int receiveBufferBytes;
    private final int sendBufferBytes;
    private final ManualIoEventLoop loop;
    private final IoRegistration registration;
    private final AtomicBoolean woken = new AtomicBoolean();

    private final ReceiveMessages receives;
    private final IoUringIoOps[] receiveOps;
    private final int[] receiveSlots;
    private final IndexStack idleReceives;
    private final CompletionRing completed;
    private final long[] kernelTimes;

    private final SendOperations sends;
    private final IoUringIoOps[] sendOps;
    private final long[] sendKeys;
    private final boolean segments;

    private long waitingKey;
    private boolean waiting;
    /** Whether the waiting receive brought something: most likely the first of a burst, which is best taken whole. */
    private boolean hasWoken;
    /** How many receives the next system call asks for, and how many of them are submitted already. */
    private int expected = 1;

    private int asking;
    /** How many the last one asked for, and how many of those brought something. */
    private int asked;

    private int arrived;
    private int unsubmitted;
    private int inKernel;
    private volatile boolean closed;
    private boolean resending;
    private long lost;
    private long receiveErrors;
    private long oversizedDrops;

    /**
     * @param port 1 … 65535, or 0 for any free one
     * @param most the largest number of datagrams received with one system call, 1 … 512
     * @throws IOException when the port is taken
     */
    IoUringUdpPort(final int port, final LocalAddresses addresses, final PacketPool pool, final int most)
            throws IOException {
        this.pool = pool;
        this.addresses = addresses;
        IoUring.ensureAvailability(); // loads the native code that the socket needs too
        socket = new UdpSocket(port, SOCKET_BUFFER_BYTES, addresses.needsIpv6());
        try {
            this.port = socket.port();
            receiveBufferBytes = socket.receiveBufferBytes();
            sendBufferBytes = socket.sendBufferBytes();
            receives = new ReceiveMessages(most + 1, socket.ipv6());
            receiveOps = new IoUringIoOps[most + 1];
            Arrays.setAll(receiveOps, i -> operation(RECVMSG, receives.address(i), i == WAITING ? 0 : MSG_DONTWAIT, i));
            receiveSlots = new int[most + 1];
            idleReceives = IndexStack.of(1, most);
            completed = new CompletionRing(most + 1);
            kernelTimes = new long[pool.slots()];
            sends = new SendOperations(pool, addresses, SENDS, socket.ipv6());
            sendOps = new IoUringIoOps[SENDS];
            Arrays.setAll(sendOps, i -> operation(SENDMSG, sends.address(i), 0, i));
            sendKeys = new long[SENDS];
            segments = socket.segments();
            final IoUringIoHandlerConfig ring =
                    new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES).setSingleIssuer(true);
            loop = new ManualIoEventLoop(Thread.currentThread(), IoUringIoHandler.newFactory(ring));
        } catch (final IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        registration = loop.register(new Handle()).getNow();
        run(-1);
    }

    @Override
    public int receive(final DatagramHandler handler, final int limit) {
        int handed = handOver(handler, limit);
        boolean more = handed == 0 || hasWoken || arrived > 0 && arrived == asked;
        hasWoken = false;
        while (handed < limit && more) {
            ask();
            run(-1);
            handed += handOver(handler, limit - handed);
            more = arrived > 0 && arrived == asked;
        }
        return handed;
    }

    @Override
    public long kernelTimeNs(final int slot) {
        return kernelTimes[slot];
    }

    @Override
    public boolean send(final int slot, final int offset, final int length, final PathTable paths, final int path) {
        if (areAllSendsInFlight()) {
            return false;
        }
        final int op = sends.take(paths, path);
        sends.single(op, slot, offset, length);
        sendKeys[op] = submit(sendOps[op]);
        return true;
    }

    @Override
    public int sendRun(
            final int[] slots,
            final int count,
            final int length,
            final int lastLength,
            final PathTable paths,
            final int path) {
        if (count == 1 || !segments || !sends.takesRuns()) {
            return UdpPort.super.sendRun(slots, count, length, lastLength, paths, path);
        }
        if (areAllSendsInFlight()) {
            return 0;
        }
        final int op = sends.take(paths, path);
        sends.run(op, slots, count, length, lastLength);
        sendKeys[op] = submit(sendOps[op]);
        return count;
    }

    @Override
    public void flush() {
        if (unsubmitted > 0 && completed.isEmpty() && !closed) {
            ask(); // saves the next receive() its system call
        }
        while (unsubmitted > 0) {
            run(-1);
        }
    }

    @Override
    public void await(final long timeoutNs) {
        if (!waiting) {
            waiting = post(WAITING);
        }
        // To look first is cheaper than to block: a kernel timer costs microseconds on a virtual machine.
        run(-1);
        if (!woken.getAndSet(false) && completed.isEmpty() && timeoutNs > 0) {
            run(Math.min(timeoutNs, LONGEST_WAIT_NS));
            woken.set(false);
        }
    }

    @Override
    public void wakeup() {
        if (!woken.getAndSet(true) && !closed) {
            loop.wakeup();
        }
    }

    @Override
    public String name() {
        return "io_uring";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long sendErrors() {
        return sends.errors();
    }

    @Override
    public long runs() {
        return sends.runs();
    }

    @Override
    public long runDatagrams() {
        return sends.runDatagrams();
    }

    @Override
    public long refusedRuns() {
        return sends.refusedRuns();
    }

    @Override
    public boolean takesRuns() {
        return segments && sends.takesRuns();
    }

    @Override
    public long receiveBufferDrops() {
        return lost;
    }

    /** For tests, which make the kernel refuse. */
    UdpSocket socket() {
        return socket;
    }

    @Override
    public long receiveErrors() {
        return receiveErrors;
    }

    @Override
    public long oversizedDrops() {
        return oversizedDrops;
    }

    @Override
    public int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    @Override
    public int sendBufferBytes() {
        return sendBufferBytes;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        flush();
        closed = true;
        endAll();
        while (!completed.isEmpty()) {
            pool.release(receiveSlots[CompletionRing.op(completed.poll())]);
        }
        registration.cancel();
        final Future<?> ended = loop.shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
        while (!ended.isDone()) {
            loop.runNow();
        }
        try {
            socket.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("closing UDP port " + port, e);
        }
        if (inKernel > 0) {
            throw new IllegalStateException(inKernel + " operations of UDP port " + port + " did not end");
        }
    }

    /** Makes room among the sends, if that is possible without waiting. */
    private boolean areAllSendsInFlight() {
        if (sends.areAllInFlight()) {
            run(-1);
        }
        return sends.areAllInFlight();
    }

    private IoUringIoOps operation(final byte opcode, final long address, final int flags, final int index) {
        return operation(opcode, socket.descriptor(), address, flags, index);
    }

    private static IoUringIoOps operation(
            final byte opcode, final int descriptor, final long address, final int flags, final long index) {
        final byte none = 0;
        final int one = opcode == ASYNC_CANCEL ? 0 : 1;
        return new IoUringIoOps(opcode, none, none, descriptor, 0, address, one, flags, index, none, none, 0, 0);
    }

    private long submit(final IoUringIoOps operation) {
        unsubmitted++;
        inKernel++;
        return registration.submit(operation);
    }

    /** Lets the next system call ask for what has arrived. */
    private void ask() {
        for (int i = 0; i < expected && !idleReceives.isEmpty() && post(idleReceives.peek()); i++) {
            idleReceives.pop();
            asking++;
        }
    }

    /** Posts a receive if there is a slot for it. */
    private boolean post(final int op) {
        final int slot = pool.acquire();
        if (slot == PacketPool.NONE) {
            return false;
        }
        receiveSlots[op] = slot;
        receives.prepare(op, pool.buffer().addressOffset() + pool.offset(slot), PacketPool.SLOT_BYTES);
        final long key = submit(receiveOps[op]);
        if (op == WAITING) {
            waitingKey = key;
        }
        return true;
    }

    private int handOver(final DatagramHandler handler, final int limit) {
        int handed = 0;
        while (handed < limit && !completed.isEmpty()) {
            final long completion = completed.poll();
            final int op = CompletionRing.op(completion);
            final int slot = receiveSlots[op];
            endReceive(op);
            if (accepts(op, CompletionRing.result(completion))) {
                handed++;
                hand(handler, op, slot, CompletionRing.result(completion));
            } else {
                pool.release(slot);
            }
        }
        return handed;
    }

    private void endReceive(final int op) {
        if (op == WAITING) {
            waiting = false;
        } else {
            idleReceives.push(op);
        }
    }

    /** Submits, and takes completions in; blocks for at most {@code waitNs} when that is above 0. */
    private void run(final long waitNs) {
        unsubmitted = 0;
        asked = asking;
        asking = 0;
        arrived = 0;
        loop.run(waitNs, -1);
        if (asked > 0) {
            expected = arrived == asked ? Math.min(expected * 2, receiveOps.length - 1) : arrived + 1;
        }
        resend();
    }

    /** Submits the datagrams of refused runs singly; the next {@link #flush} or receive takes them to the kernel. */
    private void resend() {
        if (resending || !sends.hasRefused()) {
            return;
        }
        resending = true;
        while (sends.hasRefused() && !closed) {
            final int first = sends.retryFirst();
            sendKeys[first] = submit(sendOps[first]);
            for (int i = 1; i < sends.retryCount(); i++) {
                if (areAllSendsInFlight()) {
                    sends.giveUp(i);
                } else {
                    final int op = sends.retry(i);
                    sendKeys[op] = submit(sendOps[op]);
                }
            }
        }
        sends.giveUpRefused();
        resending = false;
    }

    private boolean accepts(final int op, final int result) {
        if (result < 0) {
            receiveErrors++;
            return false;
        }
        if (receives.truncated(op) || result == PacketPool.SLOT_BYTES) {
            oversizedDrops++;
            return false;
        }
        return true;
    }

    private void hand(final DatagramHandler handler, final int op, final int slot, final int length) {
        kernelTimes[slot] = receives.kernelTimeNs(op);
        final long lostSoFar = receives.lost(op);
        if (lostSoFar != ReceiveMessages.ABSENT) {
            lost += (int) (lostSoFar - lost); // the kernel counts modulo 2^32
        }
        final int askedAt = receives.local(op);
        final int local = askedAt == ReceiveMessages.ABSENT
                ? LocalAddresses.UNSPECIFIED
                : addresses.indexOf(receives.localHigh(askedAt), receives.localLow(askedAt));
        handler.onDatagram(
                slot, length, receives.remoteHigh(op), receives.remoteLow(op), receives.remotePort(op), local);
    }

    private void endAll() {
        if (waiting) {
            cancel(waitingKey);
        }
        for (final long key : sendKeys) {
            cancel(key);
        }
        final long deadline = System.nanoTime() + CLOSE_TIMEOUT_NS;
        while (inKernel > 0 && System.nanoTime() - deadline < 0) {
            run(CLOSE_STEP_NS);
        }
    }

    /** Cancels what was once submitted; an operation that is over answers "not found", which does no harm. */
    private void cancel(final long key) {
        if (key != 0) {
            registration.submit(operation(ASYNC_CANCEL, -1, key, 0, 0));
        }
    }

    private void onReceived(final int op, final int result) {
        inKernel--;
        if (result == -EAGAIN || result == -ECANCELED) {
            pool.release(receiveSlots[op]);
            endReceive(op);
            return;
        }
        if (op == WAITING) {
            hasWoken = true;
        } else {
            arrived++;
        }
        completed.offer(op, result);
    }

    /** What Netty calls with completions. */
    private final class Handle implements IoUringIoHandle {
        @Override
        public void handle(final IoRegistration from, final IoEvent event) {
            final IoUringIoEvent completion = (IoUringIoEvent) event;
            switch (completion.opcode()) {
                case RECVMSG -> onReceived((int) completion.userData(), completion.res());
                case SENDMSG -> {
                    inKernel--;
                    sends.onCompleted((int) completion.userData(), completion.res());
                }
                default -> {
                    // a cancellation: the cancelled operation tells by itself
                }
            }
        }

        @Override
        public void close() {
            // the port is closed first, Netty's loop last
        }
    }
}
