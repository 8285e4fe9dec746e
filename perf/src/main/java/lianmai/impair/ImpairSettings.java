package lianmai.impair;

import java.util.concurrent.TimeUnit;

/**
 * How a relay treats its clients. Each client has links of its own, as if each had its own access line; the profiles
 * are the same for all, the dice are not.
 *
 * @param up client to server
 * @param down server to client
 * @param seed the same seed, arrivals and order of clients give the same fate to each packet
 * @param maxClients how many client addresses at the same time; each takes a socket
 * @param slots how many packets may be under way at the same time; each takes 2 KiB
 * @param idleNs a client that is silent in both directions for that long is forgotten
 */
public record ImpairSettings(ImpairProfile up, ImpairProfile down, long seed, int maxClients, int slots, long idleNs) {
    /** Enough for the load generator's viewers, below the usual limit of 1,024 open files. */
    public static final int DEFAULT_MAX_CLIENTS = 900;
    /** 32 MiB: 100 Mbit/s of video for more than 1.5 s. */
    public static final int DEFAULT_SLOTS = 16_384;
    /** Four times what ICE needs to give a peer up (consent, RFC 7675 §5.1). */
    public static final long DEFAULT_IDLE_NS = TimeUnit.SECONDS.toNanos(120);

    public ImpairSettings {
        if (maxClients < 1 || slots < 1 || idleNs < 1) {
            throw new IllegalArgumentException("maxClients, slots and idleNs must be positive");
        }
    }

    public static ImpairSettings of(final ImpairProfile up, final ImpairProfile down, final long seed) {
        return new ImpairSettings(up, down, seed, DEFAULT_MAX_CLIENTS, DEFAULT_SLOTS, DEFAULT_IDLE_NS);
    }
}
