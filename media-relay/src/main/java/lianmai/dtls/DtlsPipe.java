package lianmai.dtls;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * What the engine takes for its socket: hand-over H3 (a bounded queue of copied datagrams) on the way in, the listener
 * on the way out. Records sent without a wait between them travel in one datagram (RFC 6347 §4.1.1), so a flight is
 * one packet to lose instead of five.
 *
 * <p>The consumer announces that it sleeps by {@link #sleeper}; only then does the producer pay for an unpark.
 *
 * <p>Thread: {@link #put} and {@link #wakeSleeper} relay; {@link #stop} any; the rest the endpoint's virtual thread.
 * Units: bytes, ms as named.
 */
final class DtlsPipe implements DatagramTransport {
    /** What every path carries, IPv6 and a tunnel's overhead taken off. */
    static final int SEND_LIMIT_BYTES = 1200;
    /** Two flights of the most fragmented ClientHello; more is dropped and comes again. Unit: datagrams. */
    static final int INBOX_DATAGRAMS = 32;

    private static final int RECORD_HEADER_BYTES = 13;

    private final long peerId;
    private final DtlsListener listener;
    private final SpscVarHandleArrayQueue<byte[]> inbox = new SpscVarHandleArrayQueue<>(INBOX_DATAGRAMS);
    private final byte[] outgoing = new byte[SEND_LIMIT_BYTES];

    /** The datagram whose records are being handed out, and where the next one starts. */
    private byte[] arrived;

    private int arrivedAt;
    private int outgoingLength;
    private boolean closed;
    private boolean handshaking = true;
    private volatile Thread sleeper;
    private volatile boolean stopped;

    DtlsPipe(final long peerId, final DtlsListener listener) {
        this.peerId = peerId;
        this.listener = listener;
    }

    /** Puts a datagram, the pipe's from now on, into the inbox; false when that is full. */
    boolean put(final byte[] datagram) {
        return inbox.offer(datagram);
    }

    /** Ends the handshake that may be waiting here. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Wakes a consumer that sleeps in {@link #receive}; false when none does and a task may have to be started. */
    boolean wakeSleeper() {
        // Between the store into the inbox and the load of sleeper: else both sides may miss each other.
        VarHandle.fullFence();
        final Thread waiting = sleeper;
        if (waiting == null) {
            return false;
        }
        LockSupport.unpark(waiting);
        return true;
    }

    /** From now on {@link #stop} no longer breaks {@link #receive}: the association wants to say goodbye. */
    void established() {
        handshaking = false;
    }

    /** Whether the engine has seen all that has come. Thread: the endpoint's virtual thread. */
    boolean isEmpty() {
        return arrived == null && inbox.isEmpty();
    }

    /** Whether the engine has given the association up. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public int getReceiveLimit() {
        return DtlsGate.MAX_DATAGRAM_BYTES;
    }

    @Override
    public int getSendLimit() {
        return SEND_LIMIT_BYTES;
    }

    @Override
    public int receive(final byte[] buffer, final int offset, final int length, final int waitMillis)
            throws TlsFatalAlert {
        flush();
        if (handshaking && stopped) {
            throw new TlsFatalAlert(AlertDescription.user_canceled);
        }
        if (arrived == null) {
            arrived = inbox.poll();
        }
        if (arrived == null) {
            sleep(waitMillis);
            arrived = inbox.poll();
        }
        return arrived == null ? -1 : nextRecord(buffer, offset, length);
    }

    /**
     * Hands the engine one record at a time: it drops a whole datagram whose first record is of another epoch, and with
     * it the Finished at the end of a repeated flight, the one record that it still lacks. {@link DtlsGate} has checked
     * the lengths.
     */
    private int nextRecord(final byte[] buffer, final int offset, final int length) {
        final int bodyBytes = (arrived[arrivedAt + 11] & 0xFF) << 8 | arrived[arrivedAt + 12] & 0xFF;
        final int from = arrivedAt;
        final int to = from + RECORD_HEADER_BYTES + bodyBytes;
        if (to - from <= length) {
            System.arraycopy(arrived, from, buffer, offset, to - from);
        }
        arrivedAt = to;
        if (to == arrived.length) {
            arrived = null;
            arrivedAt = 0;
        }
        return to - from <= length ? to - from : -1;
    }

    /** Waits for the inbox to fill, the time to pass or {@link #stop}; may return early, the engine asks again. */
    private void sleep(final int waitMillis) {
        sleeper = Thread.currentThread();
        if (inbox.isEmpty() && !(handshaking && stopped)) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(waitMillis));
        }
        sleeper = null;
    }

    @Override
    public void send(final byte[] buffer, final int offset, final int length) {
        if (outgoingLength + length > SEND_LIMIT_BYTES) {
            flush();
        }
        System.arraycopy(buffer, offset, outgoing, outgoingLength, length);
        outgoingLength += length;
    }

    /** Sends what has gathered. */
    void flush() {
        if (outgoingLength > 0) {
            listener.onDtlsDatagram(peerId, Arrays.copyOf(outgoing, outgoingLength));
            outgoingLength = 0;
        }
    }

    @Override
    public void close() {
        closed = true;
        flush();
    }
}
