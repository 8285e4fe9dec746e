package lianmai.dtls;

import org.agrona.DirectBuffer;

/**
 * One peer's DTLS association as the relay sees it: datagrams go in here, everything else comes back through
 * {@link DtlsListener}.
 *
 * <p>Thread: both methods are called by the relay thread and never block.
 */
public interface DtlsEndpoint {
    /**
     * Hands over one datagram from a validated address; its bytes are copied.
     *
     * @return false when it was dropped because the hand-over is full; DTLS sends again
     */
    boolean offer(DirectBuffer buffer, int offset, int length);

    /**
     * Ends the association; if it was established, a close_notify comes soon after as a last datagram through
     * {@link DtlsListener#onDtlsDatagram}. {@link DtlsListener#onDtlsClosed} is not called. Later calls do nothing.
     */
    void close();
}
