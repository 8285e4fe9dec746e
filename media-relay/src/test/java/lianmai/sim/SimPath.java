package lianmai.sim;

/**
 * One address of a simulated peer, with the network between it and the relay.
 *
 * <p>Thread: one.
 */
public final class SimPath {
    private final int shard;
    private final long low;
    private final int port;
    private final SimLink up;
    private final SimLink down;
    private boolean checked;

    SimPath(
            final int shard,
            final int host,
            final int port,
            final LinkProfile up,
            final LinkProfile down,
            final long seed) {
        this.shard = shard;
        low = 0xFFFFL << 32 | 10L << 24 | host;
        this.port = port;
        this.up = new SimLink(up, seed);
        this.down = new SimLink(down, ~seed);
    }

    /** The address's lower half (IPv4, mapped). */
    public long low() {
        return low;
    }

    public int port() {
        return port;
    }

    /** Which shard it leads to. */
    int shard() {
        return shard;
    }

    /** Towards the relay. */
    public SimLink up() {
        return up;
    }

    /** From the relay. */
    public SimLink down() {
        return down;
    }

    /** Whether an authentic check has reached the relay from here, so that it may send here. */
    boolean isChecked() {
        return checked;
    }

    void markChecked() {
        checked = true;
    }
}
