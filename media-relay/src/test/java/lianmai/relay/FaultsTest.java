package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import lianmai.dtls.Fingerprint;
import lianmai.jitter.PacketPool;
import lianmai.rtp.ExtensionIds;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import lianmai.srtp.JitsiSrtpProvider;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpTransform;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

/** A bug that one peer finds ends that peer, and nothing else. SimRelay's end sees to it that no slot is lost. */
class FaultsTest {
    @Test
    void shouldGiveUpAPublisherWhosePacketsBringAnException() {
        try (SimRelay relay = new SimRelay(41)) {
            final SimPeer hostile = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.joinOnSeat(1, SimPeerSpec.publisher(2));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0, 1));
            relay.runMillis(1000);
            relay.breakSrtpFor(hostile.video().ssrc());
            final long frames = viewer.videoOf(1).decoder().frames();
            relay.runMillis(1000);
            assertThat(relay.events(RelayEvent.Gone.class)).containsExactly(new RelayEvent.Gone(1, "fault"));
            assertThat(relay.drops(DropReason.FAULT)).isPositive().isEqualTo(relay.value(Counter.FAULTS));
            assertThat(viewer.videoOf(1).decoder().frames() - frames).isGreaterThan(25);
            assertThat(viewer.audioOf(0).received()).isGreaterThan(50);
        }
    }

    @Test
    void shouldGiveUpAViewerThatCannotBeEncryptedTo() {
        try (SimRelay relay = new SimRelay(42)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer broken = relay.join(SimPeerSpec.viewer(2, 0));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0));
            relay.runMillis(1000);
            relay.breakSrtpFor(broken.videoOf(0).ssrc());
            final long frames = viewer.videoOf(0).decoder().frames();
            relay.runMillis(1000);
            assertThat(relay.events(RelayEvent.Gone.class)).containsExactly(new RelayEvent.Gone(2, "fault"));
            assertThat(relay.drops(DropReason.PROTECT_REFUSED)).isGreaterThanOrEqualTo(relay.value(Counter.FAULTS));
            assertThat(relay.value(Counter.FAULTS)).isPositive();
            assertThat(viewer.videoOf(0).decoder().frames() - frames).isGreaterThan(25);
        }
    }

    @Test
    void shouldGiveUpAPeerThatCannotBeMade() {
        try (SimRelay relay = new SimRelay(43)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.command(new RelayCommand.AddPeer(withFormats(List.of())));
            relay.runMillis(1000);
            assertThat(relay.events(RelayEvent.Gone.class)).containsExactly(new RelayEvent.Gone(9, "fault"));
            assertThat(host.isConnected()).isTrue();
        }
    }

    /** The fault shows when the publisher's stream begins anew: the publisher and the other viewers must not notice. */
    @Test
    void shouldBlameTheViewerNotThePublisherThatItWatches() {
        try (SimRelay relay = new SimRelay(44)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final Formats formats = new Formats();
            relay.command(new RelayCommand.AddPeer(withFormats(formats)));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0));
            relay.runMillis(1000);
            formats.broken = true;
            relay.gate(host, true, false);
            relay.gate(host, true, true);
            relay.runMillis(1000);
            assertThat(relay.events(RelayEvent.Gone.class)).containsExactly(new RelayEvent.Gone(9, "fault"));
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(50);
            relay.command(new RelayCommand.RemovePeer(9));
        }
    }

    @Test
    void shouldFreeTheSlotThatAnExceptionLeftInHand() {
        final PacketPool pool = new PacketPool(4);
        final SendBatch batch = new SendBatch(pool, new RelayCounters(), new JitsiSrtpProvider().batch(4), 4);
        batch.acquire();
        batch.abandon();
        batch.abandon();
        assertThat(pool.inUse()).isZero();
        batch.plain(batch.acquire(), 1, 0);
        batch.abandon();
        assertThat(pool.inUse()).isEqualTo(1);
    }

    @Test
    void shouldSendNothingThatMayBeInPlainTextWhenTheBatchFails() {
        final PacketPool pool = new PacketPool(4);
        final RelayCounters counters = new RelayCounters();
        final SrtpTransform transform = new LeavesEncryptionToTheBatch();
        final SendBatch batch = new SendBatch(pool, counters, new FailingBatch(transform), 4);
        batch.plain(batch.acquire(), 20, 0);
        batch.rtcp(batch.acquire(), 28, 0, transform);
        final int source = pool.acquire();
        batch.rtp(false, batch.acquire(), 12, source, pool.offset(source), 5, 7, 0, transform);
        pool.release(source);
        batch.protect();
        assertThat(batch.takeFault()).isInstanceOf(IllegalStateException.class);
        final List<Integer> sent = new ArrayList<>();
        batch.drain(new PathTable(1, 1), (slot, length, paths, path) -> {
            pool.release(slot);
            return sent.add(length);
        });
        assertThat(sent).containsExactly(20);
        assertThat(counters.value(DropReason.PROTECT_REFUSED)).isEqualTo(2);
        assertThat(pool.inUse()).isZero();
    }

    private record FailingBatch(SrtpTransform transform) implements SrtpBatch {
        @Override
        public SrtpTransform transform(final SrtpKeys keys) {
            return transform;
        }

        @Override
        public int encrypt() {
            throw new IllegalStateException("broken on purpose");
        }
    }

    private static final class LeavesEncryptionToTheBatch implements SrtpTransform {
        @Override
        public int unprotectRtp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length;
        }

        @Override
        public int unprotectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length;
        }

        @Override
        public int protectRtp(
                final MutableDirectBuffer dst,
                final int dstOffset,
                final int headerLength,
                final DirectBuffer src,
                final int srcOffset,
                final int payloadLength,
                final long extendedSequence) {
            return headerLength + payloadLength;
        }

        @Override
        public int protectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length;
        }

        @Override
        public void close() {}
    }

    private static PeerSpec withFormats(final List<PeerSpec.Format> formats) {
        final PeerSpec.Line line = new PeerSpec.Line("1", 77, 0, "lianmai", formats, ExtensionIds.NONE, true, true);
        return new PeerSpec(
                9,
                SimRelay.STAGE,
                new PeerSpec.Ice("ninthone", "x".repeat(24), "peer"),
                new Fingerprint("sha-256", "00"),
                null,
                null,
                List.of(new PeerSpec.Downlink(0, null, line)));
    }

    /** One format until it breaks. */
    private static final class Formats extends AbstractList<PeerSpec.Format> {
        private boolean broken;

        @Override
        public PeerSpec.Format get(final int index) {
            if (broken) {
                throw new IllegalStateException("broken on purpose");
            }
            return new PeerSpec.Format(Codec.VP8, 96, -1, "");
        }

        @Override
        public int size() {
            return 1;
        }
    }
}
