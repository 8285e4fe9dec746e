package lianmai.load;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import lianmai.door.Session;
import lianmai.srtp.SrtpKeys;

/** What other threads tell the load agent. */
sealed interface LoadCommand {
    /** A client begins to join. */
    record Enter(LoadClient client, long nowNs) implements LoadCommand {}

    /** The door let it in. */
    record Joined(LoadClient client, Session session) implements LoadCommand {}

    /** The door did not. */
    record Refused(LoadClient client, String reason) implements LoadCommand {}

    /** A DTLS datagram to send. */
    record DtlsOut(long client, byte[] datagram) implements LoadCommand {}

    record Keys(long client, SrtpKeys keys) implements LoadCommand {}

    record DtlsOver(long client, String reason) implements LoadCommand {}

    /** Takes up to so many viewers, the newest first, out of a room; those are answered. */
    record RemoveViewers(String room, int count, CompletableFuture<java.util.List<LoadClient>> taken)
            implements LoadCommand {}

    /** All publishers fall silent. */
    record Pause(CompletableFuture<Void> done) implements LoadCommand {}

    /** Publishers of these rooms send, all others fall silent. */
    record Send(Set<String> rooms, CompletableFuture<Void> done) implements LoadCommand {}

    /** Where the clients stand, and how many packets have arrived: asked often, so without histograms. */
    record Look(CompletableFuture<Standing> seen) implements LoadCommand {}

    /** What a {@link Look} sees. */
    record Standing(LoadFigures.Clients clients, long arrived) {}

    /** Hands out who took over which line since the last time. */
    record TakeTakeovers(CompletableFuture<java.util.List<Takeover>> taken) implements LoadCommand {}

    record Interval(CompletableFuture<LoadFigures> taken) implements LoadCommand {}

    record Total(CompletableFuture<LoadFigures> read) implements LoadCommand {}
}
