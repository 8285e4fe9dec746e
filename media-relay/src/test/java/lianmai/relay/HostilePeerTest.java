package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Peers with valid keys who want to cost the shard more than they send. */
class HostilePeerTest {
    private static final int LEVEL_ID = 1;

    @Test
    void shouldKeepSlotsForOthersWhenHistoriesAreFull() {
        final int slots = 1024;
        try (SimRelay relay = new SimRelay(51, slots, slots)) {
            final SimPeer first = relay.joinOnSeat(0, SimPeerSpec.publisher(1).packetsPerFrame(30));
            final SimPeer second = relay.joinOnSeat(1, SimPeerSpec.publisher(2).packetsPerFrame(30));
            relay.joinOnSeat(2, SimPeerSpec.publisher(3));
            relay.runMillis(4000);
            assertThat(relay.pool().inUse()).isLessThan(slots * 7 / 8);
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(4, 2));
            relay.runMillis(2000);
            assertThat(relay.drops(DropReason.POOL_EMPTY)).isZero();
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(40);

            relay.gate(first, true, false);
            second.video().pause(true);
            relay.runMillis(12_000);
            assertThat(relay.pool().inUse())
                    .as("kept for publishers who are silent")
                    .isLessThan(slots / 2);
        }
    }

    @Test
    void shouldForgetTheHistoryOfAPublisherWhoStopsSending() {
        try (SimRelay relay = new SimRelay(52)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.runMillis(1000);
            assertThat(relay.pool().inUse()).isPositive();
            host.video().pause(true);
            relay.runMillis(12_000);
            assertThat(relay.pool().inUse()).isZero();
        }
    }

    @Test
    void shouldRefuseHeadersThatNoSenderHas() {
        try (SimRelay relay = new SimRelay(53)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.runMillis(1000);
            relay.inject(host.path(), host.rtpWithHeader(levels(host, 300), 9000, (byte) 1));
            assertThat(relay.drops(DropReason.RTP_MALFORMED)).isEqualTo(1);
        }
    }

    @Test
    void shouldForwardEachKindOfExtensionOnceAtMost() {
        try (SimRelay relay = new SimRelay(54)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(1000);
            final long before = relay.value(Counter.BYTES_OUT);
            relay.inject(
                    host.path(),
                    host.rtpWithHeader(levels(host, 60), host.audio().sequence() + 1, (byte) 1));
            // Fixed header, extension block, three elements, payload, tag.
            assertThat(relay.value(Counter.BYTES_OUT) - before).isBetween(1L, 12L + 4 + 12 + 1 + 16);
        }
    }

    /** A header with the same audio level many times, in the two-byte form, the last without data. */
    private static byte[] levels(final SimPeer host, final int count) {
        final int words = (3 * count + 2 + 3) / 4;
        final ByteBuffer header = ByteBuffer.allocate(12 + 4 + 4 * words);
        header.put((byte) 0x90)
                .put((byte) 111)
                .putShort((short) 0)
                .putInt(1)
                .putInt(host.audio().ssrc());
        header.putShort((short) 0x1000).putShort((short) words);
        for (int i = 0; i < count; i++) {
            header.put((byte) LEVEL_ID).put((byte) 1).put((byte) 30);
        }
        header.put((byte) LEVEL_ID).put((byte) 0);
        return header.array();
    }

    @Test
    void shouldLookUpOnlySoManyNumbersOfOneCompound() {
        try (SimRelay relay = new SimRelay(55)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(1000);
            final int entries = 280;
            final UnsafeBuffer bomb = new UnsafeBuffer(ByteBuffer.allocate(12 + 4 * entries));
            bomb.byteBuffer().put((byte) 0x81).put((byte) 205).putShort((short) (2 + entries));
            bomb.byteBuffer().putInt(1).putInt(viewer.videoOf(0).ssrc());
            for (int i = 0; i < entries; i++) {
                bomb.byteBuffer().putShort((short) (17 * i)).putShort((short) -1);
            }
            viewer.sendRtcp(bomb, bomb.capacity());
            relay.runMillis(100);
            assertThat(relay.value(Counter.NACKS_RECEIVED)).isBetween(1024L, 1100L);
            assertThat(relay.drops(DropReason.NACK_LIMIT)).isPositive();
        }
    }

    @Test
    void shouldNotBeginAnewWithEveryPacketWhenSsrcsTakeTurns() {
        try (SimRelay relay = new SimRelay(56)) {
            relay.tolerateViolations();
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(1000);
            final long requests = relay.value(Counter.KEY_FRAME_REQUESTS_SENT);
            for (int i = 0; i < 500; i++) {
                relay.inject(host.path(), host.rtp(96, 100 + i, 4711 + i % 2, (byte) 0x10, (byte) 0));
                relay.runMillis(1);
            }
            assertThat(relay.drops(DropReason.UNKNOWN_SSRC)).isGreaterThan(200);
            assertThat(relay.value(Counter.KEY_FRAME_REQUESTS_SENT) - requests).isLessThan(5);
        }
    }

    @Test
    void shouldNotNameAMutedMemberAsSpeaker() {
        try (SimRelay relay = new SimRelay(57)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).audioLevel(20));
            relay.runMillis(2000);
            assertThat(relay.events(RelayEvent.ActiveSpeaker.class).getLast().peerId())
                    .isEqualTo(1);
            relay.gate(host, false, true);
            relay.runMillis(150);
            assertThat(relay.events(RelayEvent.ActiveSpeaker.class).getLast())
                    .isEqualTo(new RelayEvent.ActiveSpeaker(SimRelay.STAGE, -1, 0));
        }
    }
}
