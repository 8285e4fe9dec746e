package lianmai.dtls;

import java.io.IOException;
import lianmai.srtp.SrtpKeys;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsTimeoutException;

/**
 * One DTLS 1.2 association in BouncyCastle's engine. It blocks by nature, so it is the one part of the core that is not
 * a pure state machine: it runs on a virtual thread of its own.
 *
 * <pre>
 *            handshake() returns keys               close_notify, fatal alert, close()
 *   NEW ────────────────────────────▶ ESTABLISHED ───────────────────────────────────▶ CLOSED
 *    └──────────── handshake() returns null: timeout, alert, wrong certificate ─────────▲
 * </pre>
 *
 * <p>There is no cookie exchange (RFC 6347 §4.2.1): addresses reach the engine only after an authenticated STUN check,
 * and the engine's cookie code cannot read a ClientHello of two fragments, which today's browsers send.
 *
 * <p>Thread: one at a time, virtual; the caller serialises. Owns: the record layer and its keys.
 */
final class BouncyCastleEngine {
    private enum State {
        NEW,
        ESTABLISHED,
        CLOSED
    }

    /** Post-handshake records hold no application data of ours; the buffer only has to satisfy the engine. */
    private static final int SCRATCH_BYTES = DtlsGate.MAX_DATAGRAM_BYTES;
    /** The engine takes 0 for "for ever"; the shortest wait there is. Unit: ms. */
    private static final int SHORTEST_WAIT_MS = 1;

    private final DtlsTerms terms;
    private final DtlsRole role;
    private State state = State.NEW;
    private DTLSTransport transport;

    BouncyCastleEngine(final DtlsRole role, final DtlsTerms terms) {
        this.role = role;
        this.terms = terms;
    }

    /**
     * Runs the handshake, at most {@link DtlsTerms#HANDSHAKE_TIMEOUT_MS}; null when it failed, see {@link #ending()}.
     */
    SrtpKeys handshake(final DtlsPipe pipe) {
        try {
            transport = switch (role) {
                case SERVER -> new DTLSServerProtocol().accept(new DtlsServerRole(terms), pipe);
                case CLIENT -> new DTLSClientProtocol().connect(new DtlsClientRole(terms), pipe);
            };
            state = State.ESTABLISHED;
            return terms.keys();
        } catch (final TlsTimeoutException e) {
            terms.end("handshake timed out");
        } catch (final IOException | RuntimeException e) {
            terms.end("handshake failed: " + causes(e));
        }
        state = State.CLOSED;
        return null;
    }

    /**
     * Feeds what has arrived since the handshake: a repeated last flight of the peer is answered with ours
     * (RFC 6347 §4.2.4), alerts may close the association, all else is ignored.
     */
    void drain(final DtlsPipe pipe) {
        final byte[] scratch = new byte[SCRATCH_BYTES];
        try {
            do {
                transport.receive(scratch, 0, scratch.length, SHORTEST_WAIT_MS);
            } while (!pipe.isEmpty() && !pipe.isClosed());
        } catch (final IOException e) {
            terms.end("association failed: " + causes(e));
            state = State.CLOSED;
        }
        if (pipe.isClosed()) {
            terms.end("closed");
            state = State.CLOSED;
        }
    }

    /** The engine wraps what went wrong in an alert; the cause is what a reader of logs needs. */
    private static String causes(final Throwable e) {
        return e.getCause() == null ? e.getMessage() : e.getMessage() + ", " + e.getCause();
    }

    /** Sends close_notify if there is an association to close. */
    void close() {
        if (state == State.ESTABLISHED) {
            try {
                transport.close();
            } catch (final IOException e) {
                terms.end("close failed: " + e.getMessage());
            }
        }
        state = State.CLOSED;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Why it is closed. */
    String ending() {
        return terms.ending();
    }
}
