package lianmai.load;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where clients put what they send. A datagram may be encrypted only when the turn ends, so its bytes stay untouched
 * once sent.
 *
 * <p>Thread: the load agent's (confined).
 */
interface Outbox {
    /** Where datagrams are written. */
    UnsafeBuffer buffer();

    /** Where in {@link #buffer} the next one goes; it has {@value MmsgSend#SLOT_BYTES} bytes. */
    int slot();

    /** Takes the datagram in the slot. */
    void send(int length, int local, int address, int port);
}
