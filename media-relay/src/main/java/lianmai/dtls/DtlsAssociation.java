package lianmai.dtls;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import lianmai.srtp.SrtpKeys;
import org.agrona.DirectBuffer;

/**
 * One association between the relay thread and the engine's virtual threads: gate, inbox, and the rule that at most one
 * task at a time touches the engine.
 *
 * <pre>
 *          first datagram, admitted           keys                    close_notify, alert, close()
 * WAITING ─────────────────────────▶ HANDSHAKE ────────▶ ESTABLISHED ──────────────────────────────▶ OVER
 *    │ close(), busy for 10 s             └── timeout, alert, certificate, close() ────────────────────▲
 *    └──────────────────────────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>The owner that called {@link #close()} hears nothing more but the close_notify to send.
 *
 * <p>Thread: offer, close and start relay; run virtual, serialised by {@link #scheduled}. Owns: its engine and pipe.
 */
final class DtlsAssociation implements DtlsEndpoint {
    /** A peer we had no room for may try that long; its DTLS resends by itself. Unit: ns. */
    private static final long BUSY_PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private enum Phase {
        WAITING,
        HANDSHAKE,
        ESTABLISHED,
        OVER
    }

    private final DtlsHandshakes owner;
    private final BouncyCastleEngine engine;
    private final long peerId;
    private final DtlsListener listener;
    private final DtlsPipe pipe;
    private final DtlsGate gate = new DtlsGate();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private boolean refusedBefore;
    private long firstRefusalNs;
    private volatile Phase phase = Phase.WAITING;

    DtlsAssociation(
            final DtlsHandshakes owner,
            final BouncyCastleEngine engine,
            final long peerId,
            final DtlsListener listener) {
        this.owner = owner;
        this.engine = engine;
        this.peerId = peerId;
        this.listener = listener;
        this.pipe = new DtlsPipe(peerId, listener);
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int offset, final int length) {
        if (phase == Phase.OVER || pipe.isStopped()) {
            return false;
        }
        final long nowNs = System.nanoTime();
        final int status = gate.check(buffer, offset, length, nowNs);
        if (status != DtlsGate.PASS) {
            owner.counters().refused(status);
            return false;
        }
        if (phase == Phase.WAITING && !reserve(nowNs)) {
            return false;
        }
        final byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        if (!pipe.put(copy)) {
            owner.counters().add(DtlsCounters.Event.INBOX_FULL);
            return false;
        }
        signal();
        return true;
    }

    /** Begins the handshake without a datagram from the peer: the client's way. */
    void start(final long nowNs) {
        if (reserve(nowNs)) {
            signal();
        }
    }

    @Override
    public void close() {
        if (pipe.isStopped()) {
            return;
        }
        pipe.stop();
        if (phase == Phase.WAITING) {
            over();
        } else {
            signal();
        }
    }

    private boolean reserve(final long nowNs) {
        if (owner.admit()) {
            phase = Phase.HANDSHAKE;
            return true;
        }
        owner.counters().add(DtlsCounters.Event.BUSY);
        if (!refusedBefore) {
            refusedBefore = true;
            firstRefusalNs = nowNs;
        } else if (nowNs - firstRefusalNs > BUSY_PATIENCE_NS) {
            over();
            listener.onDtlsClosed(peerId, "busy");
        }
        return false;
    }

    private void signal() {
        if (!pipe.wakeSleeper() && scheduled.compareAndSet(false, true) && !owner.execute(this::run)) {
            scheduled.set(false);
        }
    }

    private void run() {
        do {
            try {
                step();
            } catch (final RuntimeException e) {
                // A listener's or our own bug: the association must not stay as a zombie that nothing can wake.
                over();
                throw e;
            }
            scheduled.set(false);
        } while (hasWork() && scheduled.compareAndSet(false, true));
    }

    private boolean hasWork() {
        return phase != Phase.OVER && (!pipe.isEmpty() || pipe.isStopped());
    }

    private void step() {
        if (phase == Phase.HANDSHAKE) {
            shakeHands();
        }
        if (phase != Phase.ESTABLISHED) {
            return;
        }
        if (pipe.isStopped()) {
            engine.close();
            over();
            return;
        }
        engine.drain(pipe);
        pipe.flush();
        if (engine.isClosed()) {
            end(DtlsCounters.Event.CLOSED);
        }
    }

    private void shakeHands() {
        owner.counters().add(DtlsCounters.Event.STARTED);
        final SrtpKeys keys;
        try {
            keys = engine.handshake(pipe);
        } finally {
            owner.handshakeOver();
        }
        pipe.flush();
        if (keys == null) {
            end(DtlsCounters.Event.FAILED);
            return;
        }
        pipe.established();
        phase = Phase.ESTABLISHED;
        owner.counters().add(DtlsCounters.Event.ESTABLISHED);
        if (!pipe.isStopped()) {
            listener.onDtlsKeys(peerId, keys);
        }
    }

    private void end(final DtlsCounters.Event event) {
        owner.counters().add(event);
        final boolean ours = pipe.isStopped();
        over();
        if (!ours) {
            listener.onDtlsClosed(peerId, engine.ending());
        }
    }

    private void over() {
        phase = Phase.OVER;
        owner.forget(this);
    }
}
