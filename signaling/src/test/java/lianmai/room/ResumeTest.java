package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.message.ClientMessage;
import lianmai.message.CloseCode;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import lianmai.relay.RelayEvent;
import org.junit.jupiter.api.Test;

class ResumeTest {
    private final TestHall hall = new TestHall();
    private final TestClient host = hall.join("tea", "Ann", Role.HOST);
    private final TestClient viewer = hall.join("tea", "Bo", null);

    @Test
    void shouldComeBackToTheSameSeatWithWhatWasMissed() {
        viewer.apply();
        host.accept(viewer);
        final int commands = hall.relay.log.size();
        viewer.drop();
        host.mute(viewer, true, false);
        host.outcome(new ClientMessage.Lock("l"));
        hall.advance(29_000);

        final TestClient back = hall.resume(viewer, viewer.lastSeq);

        assertThat(back.last(ServerMessage.Resumed.class).replayed()).isEqualTo(2);
        assertThat(back.inbox)
                .containsSubsequence(
                        back.last(ServerMessage.Resumed.class),
                        new ServerMessage.Muted(back.id, true, false, host.id),
                        new ServerMessage.Locked(true));
        assertThat(hall.memberOf(back).seat).isEqualTo(1);
        assertThat(hall.relay.log).hasSize(commands + 1);
        assertThat(host.all(ServerMessage.Presence.class)).isEmpty();
    }

    @Test
    void shouldBeGoneAfter30SecondsWithoutAWebSocket() {
        viewer.apply();
        host.accept(viewer);
        viewer.drop();
        hall.advance(29_999);
        assertThat(hall.memberOf(viewer)).isNotNull();
        hall.advance(1);
        assertThat(host.last(ServerMessage.MemberLeft.class).reason()).isEqualTo("gone");
        assertThat(host.last(ServerMessage.Seat.class).state()).isEqualTo("empty");
        assertThat(hall.connect().outcome(new ClientMessage.Resume("1", viewer.resumeToken, 1)))
                .isEqualTo("resumeExpired");
        assertThat(hall.relay.peers).hasSize(1);
    }

    @Test
    void shouldSendASnapshotWhenTooMuchWasMissed() {
        viewer.drop();
        for (int i = 0; i < 65; i++) {
            host.outcome(new ClientMessage.Lock(host.nextId()));
            host.outcome(new ClientMessage.Unlock(host.nextId()));
            hall.advance(401);
        }
        final TestClient back = hall.resume(viewer, viewer.lastSeq);
        final ServerMessage.Snapshot snapshot = back.last(ServerMessage.Snapshot.class);
        assertThat(snapshot.stage()).hasSize(4);
        assertThat(snapshot.room().locked()).isFalse();
        assertThat(snapshot.you().id()).isEqualTo(back.id);
        host.outcome(new ClientMessage.Lock(host.nextId()));
        assertThat(back.lastSeq).isEqualTo(snapshot.resume().seq() + 1);
    }

    @Test
    void shouldSendASnapshotForANumberFromTheFuture() {
        viewer.drop();
        assertThat(hall.resume(viewer, 1_000_000).last(ServerMessage.Snapshot.class))
                .isNotNull();
    }

    @Test
    void shouldReplaceAConnectionThatIsStillOpen() {
        final TestClient back = hall.resume(viewer, viewer.lastSeq);
        assertThat(viewer.closed).isEqualTo(CloseCode.REPLACED);
        assertThat(back.chat("hi")).isEqualTo("ok");
        hall.lose(viewer);
        assertThat(back.chat("still here")).isEqualTo("ok");
    }

    @Test
    void shouldRememberRepliesAcrossAResume() {
        viewer.apply();
        viewer.drop();
        final TestClient back = hall.resume(viewer, viewer.lastSeq);
        assertThat(back.outcome(new ClientMessage.Apply("r2"))).isEqualTo("ok");
        assertThat(host.all(ServerMessage.Application.class)).hasSize(1);
    }

    @Test
    void shouldNotResumeAfterLeaving() {
        viewer.leave();
        assertThat(hall.connect().outcome(new ClientMessage.Resume("1", viewer.resumeToken, 1)))
                .isEqualTo("resumeExpired");
    }

    @Test
    void shouldTellOthersAfter3SecondsOfSilenceAndWhenHeardAgain() {
        host.drop();
        hall.relaySays(new RelayEvent.Silent(hall.peerOf(host)));
        assertThat(viewer.all(ServerMessage.Presence.class)).isEmpty();
        hall.advance(2_999);
        assertThat(viewer.all(ServerMessage.Presence.class)).isEmpty();
        hall.advance(1);
        assertThat(viewer.last(ServerMessage.Presence.class))
                .isEqualTo(new ServerMessage.Presence(host.id, "reconnecting"));
        hall.relaySays(new RelayEvent.Heard(hall.peerOf(host)));
        assertThat(viewer.last(ServerMessage.Presence.class).state()).isEqualTo("online");
        hall.relaySays(new RelayEvent.Silent(hall.peerOf(host)));
        assertThat(viewer.last(ServerMessage.Presence.class).state()).isEqualTo("reconnecting");
        hall.resume(host, host.lastSeq);
        assertThat(viewer.last(ServerMessage.Presence.class).state()).isEqualTo("online");
    }

    @Test
    void shouldSayNothingWhileMediaOrWebSocketIsHeard() {
        host.drop();
        hall.advance(20_000);
        final TestClient back = hall.resume(host, host.lastSeq);
        hall.relaySays(new RelayEvent.Silent(hall.peerOf(back)));
        hall.advance(20_000);
        assertThat(viewer.all(ServerMessage.Presence.class)).isEmpty();
        assertThat(back.closed).isNull();
    }

    @Test
    void shouldFindOutThatAnOpenWebSocketIsDead() {
        host.answersPings = false;
        hall.relaySays(new RelayEvent.Silent(hall.peerOf(host)));
        hall.advance(4_000);
        assertThat(viewer.last(ServerMessage.Presence.class).state()).isEqualTo("reconnecting");
        hall.advance(27_000);
        assertThat(host.closed).isEqualTo(CloseCode.SILENT);
        assertThat(viewer.last(ServerMessage.MemberLeft.class).reason()).isEqualTo("gone");
        assertThat(viewer.last(ServerMessage.Host.class).member()).isNull();
    }

    @Test
    void shouldTellWhoSpeaksToWhoComesAndWhoComesBack() {
        hall.relaySays(new RelayEvent.ActiveSpeaker(1, 0, hall.peerOf(host)));
        hall.advance(60);
        final ServerMessage.ActiveSpeaker speaking = new ServerMessage.ActiveSpeaker(0, host.id);
        assertThat(hall.join("tea", "Cy", null).last(ServerMessage.ActiveSpeaker.class))
                .isEqualTo(speaking);
        viewer.drop();
        assertThat(hall.resume(viewer, viewer.lastSeq).last(ServerMessage.ActiveSpeaker.class))
                .isEqualTo(speaking);
    }
}
