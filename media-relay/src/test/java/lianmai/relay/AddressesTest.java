package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import lianmai.sim.LinkProfile;
import lianmai.sim.SimPath;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code SimRelay} fails every test in which a byte leaves towards an address that passed no check (design law 5). */
class AddressesTest {
    @Test
    void shouldTellWhenAPeerIsSilentAndWhenItIsHeardAgain() {
        try (SimRelay relay = new SimRelay(1)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.runMillis(5000);
            assertThat(relay.events())
                    .containsOnly(new RelayEvent.Connected(1), new RelayEvent.ActiveSpeaker(SimRelay.STAGE, 0, 1));
            host.sleep(true);
            relay.runMillis(2900);
            assertThat(relay.events(RelayEvent.Silent.class)).isEmpty();
            relay.runMillis(200);
            assertThat(relay.events(RelayEvent.Silent.class)).hasSize(1);
            relay.runMillis(10_000);
            host.sleep(false);
            relay.runMillis(200);
            assertThat(relay.events(RelayEvent.Heard.class)).hasSize(1);
            assertThat(relay.events(RelayEvent.Silent.class)).hasSize(1);
        }
    }

    @Test
    void shouldCallAPeerGoneWhenItsConsentExpires() {
        try (SimRelay relay = new SimRelay(2)) {
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(1, 0));
            relay.joinOnSeat(0, SimPeerSpec.publisher(2));
            relay.runMillis(10_000);
            viewer.sleep(true);
            // The last check may be six seconds old.
            relay.runUntil(() -> !relay.events(RelayEvent.Gone.class).isEmpty(), "gone", 31_000);
            assertThat(relay.events(RelayEvent.Gone.class)).containsExactly(new RelayEvent.Gone(1, "consent expired"));
            final long sent = relay.value(Counter.DATAGRAMS_OUT);
            relay.joinOnSeat(1, SimPeerSpec.publisher(3));
            assertThat(relay.value(Counter.PATHS)).isEqualTo(1);
            relay.runMillis(60_000);
            assertThat(relay.events(RelayEvent.Gone.class)).hasSize(1);
            assertThat(relay.value(Counter.DATAGRAMS_OUT)).isGreaterThan(sent);
        }
    }

    @Test
    void shouldKeepMediaFlowingThroughAnIceRestart() {
        try (SimRelay relay = new SimRelay(3)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(3000);
            viewer.restartIce();
            host.restartIce();
            relay.runMillis(3000);
            viewer.restartIce();
            relay.runMillis(40_000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(1350);
            assertThat(viewer.videoOf(0).nacks()).isZero();
            assertThat(viewer.videoOf(0).decoder().switches()).isZero();
            assertThat(relay.events(RelayEvent.Gone.class)).isEmpty();
        }
    }

    @Test
    void shouldFollowAPeerToAnotherAddressWithoutLosingItsPlace() {
        try (SimRelay relay = new SimRelay(4)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(3000);
            viewer.migrate();
            relay.runMillis(3000);
            host.migrate();
            relay.runMillis(3000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(250);
            assertThat(viewer.videoOf(0).decoder().switches()).isZero();
            relay.runMillis(35_000);
            assertThat(relay.value(Counter.PATHS)).isEqualTo(2);
        }
    }

    @Test
    void shouldForgetTheOldestOfAPeersManyAddresses() {
        try (SimRelay relay = new SimRelay(5)) {
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(1, 0));
            relay.joinOnSeat(0, SimPeerSpec.publisher(2));
            relay.runMillis(1000);
            for (int i = 0; i < 20; i++) {
                viewer.migrate();
                relay.runMillis(700);
            }
            assertThat(relay.value(Counter.PATHS)).isEqualTo(9);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(200);
        }
    }

    @Test
    void shouldKeepAnAddressForAPeerThatIsHeardThere() {
        try (SimRelay relay = new SimRelay(8)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer owner = relay.join(SimPeerSpec.viewer(2, 0));
            final SimPeer thief = relay.join(SimPeerSpec.viewer(3, 0));
            relay.runMillis(2000);
            final long frames = owner.videoOf(0).decoder().frames();
            for (int i = 0; i < 20; i++) {
                relay.inject(owner.path(), thief.check());
                relay.runMillis(100);
            }
            assertThat(relay.drops(DropReason.STUN_ADDRESS_TAKEN)).isEqualTo(20);
            assertThat(owner.videoOf(0).decoder().frames()).isGreaterThan(frames + 50);
        }
    }

    @Test
    void shouldGiveTheAddressOfASilentPeerToWhoeverProvesIt() {
        try (SimRelay relay = new SimRelay(6)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer first = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            final SimPath shared = first.path();
            final SimPeer second = relay.join(SimPeerSpec.viewer(3, 0));
            first.sleep(true);
            relay.hand(shared, second);
            relay.runMillis(12_000);
            assertThat(second.videoOf(0).decoder().frames()).isGreaterThan(60);
            assertThat(relay.value(Counter.PATHS)).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void shouldNeverAnswerAStranger() {
        try (SimRelay relay = new SimRelay(7)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.runMillis(1000);
            final SimPath stranger = relay.path(null, LinkProfile.PERFECT, LinkProfile.PERFECT);
            final byte[] check = host.check();
            for (int at = 0; at < check.length; at++) {
                final byte[] forged = check.clone();
                forged[at] ^= 1;
                relay.inject(stranger, forged);
                relay.inject(stranger, Arrays.copyOf(check, at));
            }
            relay.inject(stranger, host.rtp(96, 1, 4711, new byte[30]));
            relay.inject(stranger, new byte[] {22, (byte) 0xFE, (byte) 0xFD, 0});
            relay.runMillis(1000);
            assertThat(stranger.down().sent()).isZero();
            assertThat(relay.value(Counter.PATHS)).isEqualTo(1);
            assertThat(relay.drops(DropReason.UNVALIDATED_ADDRESS)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldSurviveGarbageFromAnywhere(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        try (SimRelay relay = new SimRelay(seed)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(1000);
            final SimPath stranger = relay.path(null, LinkProfile.PERFECT, LinkProfile.PERFECT);
            for (int i = 0; i < 20_000; i++) {
                final byte[] garbage = new byte[random.nextInt(200)];
                random.nextBytes(garbage);
                if (garbage.length > 1) {
                    garbage[0] = (byte) new int[] {0, 1, 20, 25, 63, 128, 144, 176, 191, 200}[random.nextInt(10)];
                }
                // A third of DTLS's share would end in the handshake, which is not of this test.
                relay.inject(random.nextBoolean() ? stranger : host.path(), garbage);
                if (i % 100 == 0) {
                    relay.runMillis(5);
                }
            }
            relay.runMillis(1000);
            assertThat(stranger.down().sent()).isZero();
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(70);
            assertThat(viewer.videoOf(0).decoder().switches()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldSurviveGarbageUnderTheRightKeys(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        try (SimRelay relay = new SimRelay(seed)) {
            relay.tolerateViolations();
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).watches(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(1000);
            // It would complain about the payloads that are passed on.
            viewer.sleep(true);
            for (int i = 0; i < 5000; i++) {
                final byte[] bytes = new byte[8 + 4 * random.nextInt(20)];
                random.nextBytes(bytes);
                if (random.nextBoolean()) {
                    bytes[0] = (byte) (0x80 | bytes[0] & 0x1F);
                    bytes[1] = (byte) (200 + random.nextInt(8));
                    bytes[2] = 0;
                    // A few senders, the peer's own video (1002) among them: SRTP keeps no more.
                    bytes[4] = 0;
                    bytes[5] = 0;
                    bytes[6] = 3;
                    bytes[7] = (byte) (0xE8 + random.nextInt(4));
                    bytes[3] = (byte) (bytes.length / 4 - 1);
                    relay.inject(host.path(), host.rtcp(bytes));
                } else {
                    final int ssrc = random.nextBoolean() ? host.video().rtxSsrc() : 5000 + random.nextInt(60);
                    relay.inject(host.path(), host.rtp(90 + random.nextInt(30), 20_000 + i, ssrc, bytes));
                }
            }
            relay.runMillis(1000);
            assertThat(viewer.isConnected()).isTrue();
            assertThat(relay.events(RelayEvent.Gone.class)).isEmpty();
        }
    }
}
