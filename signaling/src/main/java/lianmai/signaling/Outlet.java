package lianmai.signaling;

import io.netty.buffer.ByteBuf;
import lianmai.message.CloseCode;

/** The sending half of a client's connection. Thread: signaling. */
public interface Outlet {
    /**
     * Sends a message, or drops it when the client is slow and it may be lost; a client too slow for the rest is
     * closed.
     *
     * @param json one object in UTF-8; the outlet releases it
     * @param seq the number of a replayable event, or 0
     * @param mayBeLost whether it may be dropped
     */
    void send(ByteBuf json, long seq, boolean mayBeLost);

    /** Asks for a sign of life. */
    void ping();

    /** Closes after what was sent. */
    void close(CloseCode code);
}
