package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onvoid.webrtc.RTCPeerConnectionState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import lianmai.sim.OwnNetwork;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Real libwebrtc clients, without a browser, against a whole server. */
@OwnNetwork
class LibwebrtcTest {
    private static final String ROOM = "native";

    @Test
    void shouldPublishSubscribeAndSwitchSeatsWithoutNegotiating() throws IOException {
        try (RunningServer server = RunningServer.start();
                Cast cast = new Cast(server)) {
            final Member host = cast.enter("Mei", "host");
            host.peer.publish();
            final Member viewer = cast.enterAudience("Ada");
            until("the viewer sees the host", () -> viewer.frames(0) > 5);
            until("the viewer hears the host", () -> viewer.energy(0) > 0);

            final Member guest = cast.enter("Bo", "viewer");
            promote(host, guest);
            until("the viewer sees the guest", () -> viewer.frames(1) > 5);
            until("the viewer hears the guest", () -> viewer.energy(1) > 0);
            until("the guest sees the host", () -> guest.frames(0) > 5);
            until("the host sees the guest", () -> host.frames(1) > 5);

            guest.signaling.request("leaveSeat", Map.of());
            viewer.signaling.event("seat", seat -> isSeat(seat, "empty"));
            final Member next = cast.enter("Cy", "viewer");
            final long before = viewer.frames(1);
            final long keysBefore = viewer.peer.keyFramesDecoded(viewer.videoMid(1));
            promote(host, next);
            until("the viewer sees the next guest on the same line", () -> viewer.frames(1) > before + 25);
            assertThat(viewer.peer.keyFramesDecoded(viewer.videoMid(1))).isGreaterThan(keysBefore);
            until("the former guest sees the next", () -> guest.frames(1) > 5);
            for (final Member member : new Member[] {host, viewer, guest, next}) {
                assertThat(member.peer.negotiations()).isEqualTo(1);
                assertThat(member.peer.state()).isEqualTo(RTCPeerConnectionState.CONNECTED);
            }
        }
    }

    @Test
    void shouldKeepMediaThroughResumeAndIceRestart() throws IOException {
        try (RunningServer server = RunningServer.start();
                Cast cast = new Cast(server)) {
            final Member host = cast.enter("Mei", "host");
            host.peer.publish();
            final Member viewer = cast.enterAudience("Ada");
            until("the viewer sees the host", () -> viewer.frames(0) > 5);

            viewer.signaling.drop();
            host.signaling.drop();
            final long cut = viewer.frames(0);
            until("frames go on without WebSockets", () -> viewer.frames(0) > cut + 25);
            assertThat(host.signaling.resume().get("type").asString()).isEqualTo("resumed");
            assertThat(viewer.signaling.resume().get("type").asString()).isEqualTo("resumed");

            restartIce(viewer);
            restartIce(host);
            final long restarted = viewer.frames(0);
            until("frames go on after the ICE restarts", () -> viewer.frames(0) > restarted + 25);
            assertThat(viewer.peer.state()).isEqualTo(RTCPeerConnectionState.CONNECTED);
            assertThat(host.peer.state()).isEqualTo(RTCPeerConnectionState.CONNECTED);
        }
    }

    private static void restartIce(final Member member) {
        final String before = member.ufrag;
        final String answer = member.signaling
                .request("offer", Map.of("offer", member.peer.offer(true)))
                .get("answer")
                .asString();
        member.peer.answer(answer);
        assertThat(ufrag(answer)).isNotEqualTo(before);
    }

    private static void promote(final Member host, final Member guest) {
        guest.signaling.request("apply", Map.of());
        host.signaling.event("application", e -> true);
        host.signaling.request("accept", Map.of("member", guest.signaling.member()));
        assertThat(guest.signaling.event("onStage", e -> true).get("seat").asInt())
                .isEqualTo(1);
        guest.peer.publish();
    }

    private static boolean isSeat(final JsonNode event, final String state) {
        return event.get("seat").asInt() == 1 && state.equals(event.get("state").asString());
    }

    private static String ufrag(final String answer) {
        return answer.substring(answer.indexOf("a=ice-ufrag:"))
                .lines()
                .findFirst()
                .orElseThrow();
    }

    private static void until(final String what, final BooleanSupplier condition) {
        final long start = System.nanoTime();
        Patience.until(what, condition);
        System.out.printf("libwebrtc: %s after %d ms%n", what, (System.nanoTime() - start) / 1_000_000);
    }

    /** One participant: its media and its signaling. */
    private record Member(NativePeer peer, SignalingClient signaling, String ufrag) {
        String videoMid(final int seat) {
            return mid(seat, "videoMid");
        }

        long frames(final int seat) {
            return peer.framesDecoded(videoMid(seat));
        }

        double energy(final int seat) {
            return peer.audioEnergy(mid(seat, "audioMid"));
        }

        private String mid(final int seat, final String field) {
            return signaling.joined().get("seats").get(seat).get(field).asString();
        }
    }

    /** Everybody in the room. */
    private static final class Cast implements AutoCloseable {
        private final List<Member> members = new ArrayList<>();
        private final RunningServer server;

        private Cast(final RunningServer server) {
            this.server = server;
        }

        Member enter(final String name, final String role) {
            return enter(name, role, false);
        }

        /** Enters somebody who only watches, and listens. */
        Member enterAudience(final String name) {
            return enter(name, "viewer", true);
        }

        private Member enter(final String name, final String role, final boolean hears) {
            final NativePeer peer = new NativePeer(hears);
            final SignalingClient signaling = new SignalingClient(server.url());
            final String answer = signaling.join(ROOM, name, role, peer.offer(false));
            peer.answer(answer);
            final Member member = new Member(peer, signaling, LibwebrtcTest.ufrag(answer));
            members.add(member);
            return member;
        }

        @Override
        public void close() {
            for (final Member member : members) {
                member.signaling.close();
                member.peer.close();
            }
        }
    }
}
