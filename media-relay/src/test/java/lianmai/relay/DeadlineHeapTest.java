package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lianmai.dtls.Fingerprint;
import lianmai.jitter.PacketPool;
import lianmai.srtp.JitsiSrtpProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineHeapTest {
    private final DeadlineHeap heap = new DeadlineHeap();
    private final List<Peer> peers = new ArrayList<>();

    private void makePeers(final int count) {
        final PacketPool pool = new PacketPool(1);
        final RelayCounters counters = new RelayCounters();
        final SendBatch batch = new SendBatch(pool, counters, new JitsiSrtpProvider().batch(2), 1);
        final Shard shard = new Shard(
                pool,
                batch,
                new Fanout(),
                counters,
                new Faults(counters, batch),
                new PathTable(1, 1),
                Neighbours.NONE,
                new LoadShedder(counters),
                () -> 1,
                0);
        for (int i = 0; i < count; i++) {
            final PeerSpec.Ice ice = new PeerSpec.Ice("abcdefgh", "x".repeat(24), "peer");
            final Fingerprint fingerprint = new Fingerprint("sha-256", "00");
            peers.add(new Peer(shard, heap, new PeerSpec(i + 1, 1, ice, fingerprint, null, null, List.of()), 0));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldBehaveLikeASortedModel(final long seed) {
        makePeers(200);
        final SplittableRandom random = new SplittableRandom(seed);
        final Map<Peer, Long> model = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            final Peer peer = peers.get(random.nextInt(peers.size()));
            if (random.nextInt(4) == 0) {
                heap.remove(peer);
                model.remove(peer);
            } else {
                final long deadline = random.nextLong(100);
                heap.schedule(peer, deadline);
                model.put(peer, deadline);
            }
            assertThat(heap.size()).isEqualTo(model.size());
            final long first =
                    model.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
            assertThat(heap.nextDeadlineNs()).isEqualTo(first);
            if (!model.isEmpty()) {
                assertThat(model.get(heap.first())).isEqualTo(first);
            }
        }
        long last = Long.MIN_VALUE;
        while (heap.size() > 0) {
            assertThat(heap.nextDeadlineNs()).isGreaterThanOrEqualTo(last);
            last = heap.nextDeadlineNs();
            heap.remove(heap.first());
        }
    }

    @Test
    void shouldIgnoreTheRemovalOfOneThatIsNotThere() {
        makePeers(2);
        heap.remove(peers.get(0));
        heap.schedule(peers.get(1), 5);
        heap.remove(peers.get(0));
        assertThat(heap.first()).isSameAs(peers.get(1));
        heap.remove(peers.get(1));
        assertThat(heap.first()).isNull();
        assertThat(heap.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }
}
