package lianmai.port;

/** A way to send. Thread: one, construction and close included. */
interface Sender extends AutoCloseable {
    /** Packets between two looks at the clock, as in the C loops. */
    int GROUP = 64;

    /** Bytes of a packet, as in the C loops. */
    int PACKET_BYTES = 1200;

    /** Sends {@link #GROUP} packets; answers how many were given to the kernel, or will be by {@link #finish()}. */
    int sendGroup();

    /** Returns when the kernel has all of them. */
    void finish();

    /** Packets that were not sent after all; total since the start. */
    long errors();

    @Override
    void close();
}
