package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import lianmai.sim.LinkProfile;
import lianmai.sim.SimPath;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every reason to drop a packet is provoked by name (design law 4). */
class DropReasonsTest {
    private static final byte[] DTLS = {22, (byte) 0xFE, (byte) 0xFD, 0};
    private static final int UNKNOWN_TYPE = 33;

    @ParameterizedTest
    @EnumSource(
            names = {"STUN_NO_PATH", "SHED", "PROTECT_REFUSED", "BATCH_FULL", "POOL_EMPTY", "NO_KEYS", "FAULT"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldCountWhatItDropsUnderItsReason(final DropReason reason) {
        try (SimRelay relay = SimRelay.ofShards(reason.ordinal(), reason.name().startsWith("REPLICA") ? 2 : 1)) {
            relay.tolerateViolations();
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(1500);
            final long before = relay.drops(reason);
            provoke(reason, relay, host, viewer);
            assertThat(relay.drops(reason)).isGreaterThan(before);
        }
    }

    private static void provoke(
            final DropReason reason, final SimRelay relay, final SimPeer host, final SimPeer viewer) {
        switch (reason) {
            case UNKNOWN_KIND -> relay.inject(host.path(), new byte[] {70, 1, 2, 3});
            case UNVALIDATED_ADDRESS -> relay.inject(stranger(relay), DTLS);
            case STUN_MALFORMED, STUN_UNKNOWN_USER, STUN_BAD_INTEGRITY -> provokeStun(reason, relay, host);
            case STUN_ADDRESS_TAKEN -> relay.inject(host.path(), viewer.check());
            case DTLS_REFUSED -> {
                relay.leave(viewer);
                relay.inject(viewer.path(), DTLS);
            }
            case SRTP_FORGED, SRTP_REPLAYED, SRTP_MALFORMED, RTP_MALFORMED, RTCP_MALFORMED ->
                provokeSrtp(reason, relay, host);
            case UNKNOWN_SSRC -> relay.inject(host.path(), host.rtp(UNKNOWN_TYPE, 1, 99, (byte) 1));
            case UNKNOWN_PAYLOAD_TYPE, DUPLICATE, TOO_OLD, RTX_MALFORMED, PADDING_ONLY ->
                provokeStream(reason, relay, host);
            case NACK_UNKNOWN, NACK_LIMIT, NACK_WITHOUT_RTX -> provokeNack(reason, relay, viewer);
            case REPLICA_QUEUE_FULL, REPLICA_AWAITING_KEY_FRAME, REPLICA_OVER -> provokeReplica(reason, relay, host);
            default -> provokeForwarding(reason, relay, host, viewer);
        }
    }

    private static SimPath stranger(final SimRelay relay) {
        return relay.path(null, LinkProfile.PERFECT, LinkProfile.PERFECT);
    }

    private static void provokeStun(final DropReason reason, final SimRelay relay, final SimPeer host) {
        final byte[] check = host.check();
        switch (reason) {
            case STUN_MALFORMED -> relay.inject(host.path(), Arrays.copyOf(check, check.length - 3));
            // The first letter of our fragment stands behind header and attribute header.
            case STUN_UNKNOWN_USER -> relay.inject(host.path(), with(check, 24, check[24] == 'A' ? 'B' : 'A'));
            default -> relay.inject(host.path(), with(check, check.length - 12, ~check[check.length - 12]));
        }
    }

    private static byte[] with(final byte[] bytes, final int at, final int value) {
        final byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static void provokeSrtp(final DropReason reason, final SimRelay relay, final SimPeer host) {
        final long next = host.video().sequence() + 1;
        switch (reason) {
            case SRTP_FORGED -> {
                final byte[] packet = host.rtp(96, next, host.video().ssrc(), new byte[40]);
                relay.inject(host.path(), with(packet, 20, ~packet[20]));
            }
            case SRTP_REPLAYED -> {
                final byte[] packet = host.rtp(96, next, 4711, new byte[40]);
                relay.inject(host.path(), packet);
                relay.inject(host.path(), packet);
            }
            case SRTP_MALFORMED -> relay.inject(host.path(), new byte[] {(byte) 0x80, 96, 0, 1, 0, 0});
            case RTP_MALFORMED -> relay.inject(host.path(), host.paddedRtp(96, next, 4711, (byte) 1, (byte) 0));
            default ->
                relay.inject(
                        host.path(),
                        host.rtcp((byte) 0x80, (byte) 201, (byte) 0, (byte) 9, (byte) 0, (byte) 0, (byte) 0, (byte) 1));
        }
    }

    private static void provokeStream(final DropReason reason, final SimRelay relay, final SimPeer host) {
        final int ssrc = host.video().ssrc();
        final int rtxSsrc = host.video().rtxSsrc();
        switch (reason) {
            case UNKNOWN_PAYLOAD_TYPE ->
                relay.inject(host.path(), host.rtp(UNKNOWN_TYPE, host.video().sequence() + 1, ssrc, (byte) 1));
            case DUPLICATE -> {
                host.video().resend((int) host.video().sequence() - 8 & 0xFFFF);
                relay.runMillis(50);
            }
            case TOO_OLD -> relay.inject(host.path(), host.rtp(97, 30_000, rtxSsrc, (byte) 0x70, (byte) 0, (byte) 1));
            case RTX_MALFORMED -> relay.inject(host.path(), host.rtp(97, 30_000, rtxSsrc, (byte) 1));
            default -> relay.inject(host.path(), host.rtp(97, 30_000, rtxSsrc));
        }
    }

    private static void provokeNack(final DropReason reason, final SimRelay relay, final SimPeer viewer) {
        final int number = (int) viewer.videoOf(0).highest() & 0xFFFF;
        switch (reason) {
            case NACK_UNKNOWN -> viewer.sendNack(viewer.videoOf(0).ssrc(), number + 5000 & 0xFFFF);
            case NACK_LIMIT -> viewer.sendNack(viewer.videoOf(0).ssrc(), number, number, number, number);
            default -> viewer.sendNack(viewer.audioOf(0).ssrc(), 1);
        }
        if (reason == DropReason.NACK_LIMIT) {
            for (int i = 0; i < 4; i++) {
                viewer.sendNack(viewer.videoOf(0).ssrc(), number);
            }
        }
        relay.runMillis(50);
    }

    private static void provokeReplica(final DropReason reason, final SimRelay relay, final SimPeer host) {
        relay.replicate(host, 1);
        relay.runMillis(100);
        if (reason == DropReason.REPLICA_OVER) {
            relay.forgetReplicaOf(host, 1);
        } else {
            relay.slowDown(1, 0);
        }
        relay.runMillis(100);
    }

    private static void provokeForwarding(
            final DropReason reason, final SimRelay relay, final SimPeer host, final SimPeer viewer) {
        switch (reason) {
            case UPLINK_CLOSED -> relay.gate(host, false, false);
            case AWAITING_KEY_FRAME -> relay.join(SimPeerSpec.viewer(3, 0));
            case CODEC_UNSUPPORTED -> relay.join(SimPeerSpec.viewer(3, 0).receives(Codec.AV1));
            case VIEWER_NOT_READY -> relay.join(SimPeerSpec.viewer(3, 0)).sleep(true);
            case SEND_REFUSED -> relay.refuseSends(true);
            case BEFORE_SWITCH -> {
                // Held back before a viewer starts, so that it comes late.
                final byte[] late = host.rtp(
                        96,
                        host.video().sequence(),
                        host.video().ssrc(),
                        (byte) 0x90,
                        (byte) 0x80,
                        (byte) 1,
                        (byte) 1,
                        (byte) 1);
                host.video().skip();
                relay.runMillis(100);
                relay.join(SimPeerSpec.viewer(3, 0));
                relay.runMillis(400);
                relay.inject(host.path(), late);
            }
            default -> throw new AssertionError("nothing provokes " + reason + " for " + viewer.id());
        }
        relay.runMillis(200);
        relay.refuseSends(false);
    }

    @Test
    void shouldDropMediaThatComesBeforeKeys() {
        try (SimRelay relay = new SimRelay(50)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.runUntil(() -> relay.value(Counter.STUN_CHECKS) > 0, "a check", 100);
            relay.inject(host.path(), new byte[] {(byte) 0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            relay.inject(host.path(), new byte[] {(byte) 0x80, (byte) 200, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            assertThat(relay.drops(DropReason.NO_KEYS)).isEqualTo(2);
        }
    }

    @Test
    void shouldCountWhatTheCipherRefuses() {
        try (SimRelay relay = new SimRelay(51)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            // More streams than SRTP takes under one key.
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, new int[40]));
            relay.runMillis(2000);
            assertThat(relay.drops(DropReason.PROTECT_REFUSED)).isPositive();
            assertThat(viewer.videoOf(0).decoder().frames()).isPositive();
        }
    }

    @Test
    void shouldCountWhatDoesNotFitTheBatch() {
        try (SimRelay relay = new SimRelay(52, 4096, 10)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).packetsPerFrame(12));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(3000);
            assertThat(relay.drops(DropReason.BATCH_FULL)).isPositive();
            assertThat(viewer.videoOf(0).decoder().frames()).isPositive();
        }
    }

    @Test
    void shouldRunOutOfSlotsAndRecover() {
        try (SimRelay relay = new SimRelay(53, 96, 1024)) {
            final SimPeer host = relay.joinOnSeat(
                    0,
                    SimPeerSpec.publisher(1)
                            .packetsPerFrame(16)
                            .network(LinkProfile.PERFECT.withDelay(10, 20), LinkProfile.PERFECT));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(6000);
            assertThat(relay.drops(DropReason.POOL_EMPTY)).isPositive();
            relay.gate(host, true, false);
            relay.runMillis(100);
            assertThat(relay.pool().inUse()).isLessThan(20);
            relay.gate(host, true, true);
            final long frames = viewer.videoOf(0).decoder().frames();
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(frames + 5);
        }
    }

    @Test
    void shouldRefuseAnAddressWhenTheTableIsFull() {
        try (SimRelay relay = new SimRelay(54)) {
            final byte[][] checks = new byte[8200][];
            long strangers = 0;
            for (int i = 0; i < checks.length && relay.drops(DropReason.STUN_NO_PATH) == 0; i++) {
                final SimPeer peer = relay.joinSilently(new SimPeerSpec(i + 1L));
                final byte[] check = peer.check();
                for (int address = 0; address < 8; address++) {
                    relay.arrive(check, 0xFFFFL << 32 | 11L << 24 | strangers++, 1000);
                }
            }
            assertThat(relay.drops(DropReason.STUN_NO_PATH)).isPositive();
            assertThat(relay.value(Counter.PATHS)).isEqualTo(1 << 16);
        }
    }
}
