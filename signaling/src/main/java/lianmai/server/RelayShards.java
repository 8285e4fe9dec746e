package lianmai.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import lianmai.dtls.DtlsEndpoints;
import lianmai.io.LocalAddresses;
import lianmai.io.RelayConfig;
import lianmai.io.RelayEvents;
import lianmai.io.RelayExchange;
import lianmai.io.RelayShard;
import lianmai.io.UdpPorts;
import lianmai.relay.Counter;
import lianmai.relay.RelayCommand;
import lianmai.srtp.SrtpProvider;

/**
 * All relay shards of the server, joined by one exchange: shard n has the first one's UDP port plus n.
 *
 * <p>Thread: any. Owns: the shards until {@link #close()}.
 */
final class RelayShards implements AutoCloseable {
    private final List<RelayShard> shards;
    private final CountDownLatch failed = new CountDownLatch(1);

    private RelayShards(final List<RelayShard> shards) {
        this.shards = List.copyOf(shards);
        shards.forEach(shard -> shard.onFailure(failed::countDown));
    }

    /**
     * Starts them.
     *
     * @param firstPort 0 for any free ones
     * @throws IOException with a sentence for the user when a socket cannot be had; none runs then
     */
    static RelayShards start(
            final int count,
            final UdpPorts.Mode io,
            final int firstPort,
            final LocalAddresses addresses,
            final SrtpProvider srtp,
            final DtlsEndpoints dtls,
            final RelayEvents events)
            throws IOException {
        final RelayExchange exchange = new RelayExchange(count);
        final List<RelayShard> started = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                final RelayConfig config = RelayConfig.of(io, firstPort == 0 ? 0 : firstPort + i);
                started.add(RelayShard.start(i, exchange, config, addresses, srtp, dtls, events));
            }
        } catch (final IOException | RuntimeException e) {
            started.forEach(RelayShard::close);
            throw e;
        }
        return new RelayShards(started);
    }

    List<RelayShard> all() {
        return shards;
    }

    RelayShard first() {
        return shards.getFirst();
    }

    int size() {
        return shards.size();
    }

    /** The counter of all shards together. */
    long sum(final Counter counter) {
        return shards.stream()
                .mapToLong(shard -> shard.counters().value(counter))
                .sum();
    }

    /** Hands a command over; false when it may be refused, and was. */
    boolean offer(final int shard, final RelayCommand command) {
        if (command instanceof RelayCommand.AddPeer) {
            return shards.get(shard).commands().tryAdd(command);
        }
        shards.get(shard).commands().add(command);
        return true;
    }

    /** Waits until one has failed; answers which one. */
    RelayShard awaitFailure() throws InterruptedException {
        failed.await();
        return shards.stream()
                .filter(shard -> shard.failure() != null)
                .findFirst()
                .orElseThrow();
    }

    boolean areAlive() {
        return shards.stream().allMatch(RelayShard::isAlive);
    }

    /** {@code 8090}, or {@code 8090 to 8092}. */
    String ports() {
        final int first = shards.getFirst().port();
        final int last = shards.getLast().port();
        return first == last ? Integer.toString(first) : first + " to " + last;
    }

    @Override
    public void close() {
        shards.forEach(RelayShard::close);
    }
}
