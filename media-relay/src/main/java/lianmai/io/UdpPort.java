package lianmai.io;

import lianmai.relay.PathTable;
import lianmai.relay.SendBatch;

/**
 * One shard's UDP socket (SPI): bytes in and out of {@link lianmai.jitter.PacketPool} slots, no protocol.
 *
 * <p>Receiving: the port acquires slots, the kernel fills them, {@link DatagramHandler#onDatagram} takes each over.
 * While the pool is empty, datagrams wait in the kernel's buffer. One that does not fit a slot is dropped and counted.
 * Sending: {@link #send} takes a slot over and releases it when the kernel is done with it, sent or not.
 *
 * <p>Thread: everything but {@link #wakeup()} is the relay thread's, construction and close included; it must not be
 * interrupted. No method allocates once warm. Owns: the socket, the slots that it posted or was given.
 */
public interface UdpPort extends AutoCloseable {
    /** The kernel did not tell when a datagram came. */
    long UNKNOWN_TIME = Long.MIN_VALUE;

    /** What the socket's buffers are asked to hold: about 50 ms of 500 Mbit/s, as one turn may be late by that. */
    int SOCKET_BUFFER_BYTES = 4 << 20;

    /** Runs what has completed, at most {@code limit} datagrams; answers how many datagrams were handed over. */
    int receive(DatagramHandler handler, int limit);

    /**
     * When the datagram that was handed over in this slot reached the kernel, ns of the wall clock since 1970, or
     * {@link #UNKNOWN_TIME}. To be asked while the slot is still the handler's.
     */
    long kernelTimeNs(int slot);

    /**
     * Sends {@code length} bytes at {@code offset} of the slot to a path, in order of the calls; goes out at the latest
     * with {@link #flush()}.
     *
     * @return false when no more can be in flight: the slot stays the caller's and is to be dropped and counted
     */
    boolean send(int slot, int offset, int length, PathTable paths, int path);

    /**
     * Sends a run of datagrams to one path, as {@link #send} would one after the other, in one piece if it can. They
     * begin at their slots' first byte.
     *
     * @param slots the first {@code count} of them; the array stays the caller's
     * @param count 1 … {@link SendBatch#LONGEST_RUN}, together at most {@link SendBatch#MOST_RUN_BYTES}
     * @param length of each datagram but the last
     * @param lastLength at most {@code length}
     * @return how many of them, from the first, were taken over; the others stay the caller's
     */
    default int sendRun(
            final int[] slots,
            final int count,
            final int length,
            final int lastLength,
            final PathTable paths,
            final int path) {
        for (int i = 0; i < count; i++) {
            if (!send(slots[i], 0, i == count - 1 ? lastLength : length, paths, path)) {
                return i;
            }
        }
        return count;
    }

    /** Submits what was given to {@link #send}. */
    void flush();

    /**
     * Blocks until a datagram or a completion is there, {@link #wakeup()} was called, or the time has passed; may
     * return early, and late by what the system's timer is coarse (NIO: 1 ms).
     */
    void await(long timeoutNs);

    /** Ends an {@link #await} of now or the next one. Thread: any. */
    void wakeup();

    /** Which implementation this is, for logs and counters: {@code io_uring} or {@code nio}. */
    String name();

    /** The port number that it is bound to, the same for every local address. */
    int port();

    /** Datagrams the kernel refused to send; total since the start. */
    long sendErrors();

    /** Runs of two or more datagrams that the kernel took in one piece; total since the start. */
    default long runs() {
        return 0;
    }

    /** The datagrams of {@link #runs()}; total since the start. */
    default long runDatagrams() {
        return 0;
    }

    /** Runs that the kernel would not cut into datagrams, so that they were sent singly; total since the start. */
    default long refusedRuns() {
        return 0;
    }

    /** Whether runs leave in one piece; false also when the kernel has refused too many. */
    default boolean takesRuns() {
        return false;
    }

    /** Datagrams lost because the kernel's receive buffer was full, as far as the port is told. */
    default long receiveBufferDrops() {
        return 0;
    }

    /** Receives that failed; total since the start. */
    long receiveErrors();

    /** Datagrams dropped because they do not fit a slot; total since the start. */
    long oversizedDrops();

    /** What the kernel really gave, bytes; the limit of the system may be below what was asked. */
    int receiveBufferBytes();

    /** What the kernel really gave, bytes; the limit of the system may be below what was asked. */
    int sendBufferBytes();

    /** Ends what is in flight and returns every slot; {@link #wakeup()} does nothing from now on. Repeatable. */
    @Override
    void close();

    /** Takes datagrams. */
    @FunctionalInterface
    interface DatagramHandler {
        /**
         * One datagram; the slot is the handler's from now on, its bytes start at the slot's first byte.
         *
         * @param remoteHigh first half of the sender's IPv6 address, or 0 for IPv4
         * @param remoteLow second half, or {@code 0xFFFF << 32 | IPv4} (RFC 4291 §2.5.5.2)
         * @param remotePort the sender's port, 1 … 65535
         * @param localIndex which of this machine's addresses was asked ({@link LocalAddresses}), so that the answer
         *     leaves from there
         */
        void onDatagram(int slot, int length, long remoteHigh, long remoteLow, int remotePort, int localIndex);
    }
}
