package lianmai.port;

/** A way to receive and send back to whom it came from. Thread: one, construction and close included. */
interface Forwarder extends AutoCloseable {
    /** How long a turn waits for packets, ns. */
    long WAIT_NS = 2_000_000;

    /** Where packets are awaited, at 127.0.0.1. */
    int port();

    /** Forwards what there is; waits for a moment when there is nothing. */
    void turn();

    /** Packets so far. */
    long forwarded();

    @Override
    void close();
}
