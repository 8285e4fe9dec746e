package lianmai.io;

/**
 * How one relay shard is set up. Validated once, frozen, printed at start.
 *
 * @param io which socket implementation
 * @param port UDP, 1 … 65535, or 0 for any free one; default 8090
 * @param slots packet slots of 2 KiB, 1,024 … 2^20 − 1; default 32,768 (64 MiB: histories of a few dozen publishers and
 *     the bursts of a few hundred viewers)
 * @param batchCapacity packets that one turn can send in each lane; default 16,384, a burst of 80 to 200 viewers
 */
public record RelayConfig(UdpPorts.Mode io, int port, int slots, int batchCapacity) {
    public static final int DEFAULT_PORT = 8090;
    public static final int DEFAULT_SLOTS = 1 << 15;
    public static final int DEFAULT_BATCH = 1 << 14;

    public RelayConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("the UDP port must be 0..65535, not " + port);
        }
        if (slots < 1024 || slots >= 1 << 20) {
            throw new IllegalArgumentException("the number of packet slots must be 1024..1048575, not " + slots);
        }
    }

    /** Defaults for all but the socket. */
    public static RelayConfig of(final UdpPorts.Mode io, final int port) {
        return new RelayConfig(io, port, DEFAULT_SLOTS, DEFAULT_BATCH);
    }
}
