package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lianmai.message.ClientMessage;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import lianmai.message.ServerMessage.ApplicationEnded;
import lianmai.message.ServerMessage.InvitationEnded;
import lianmai.relay.RelayCommand;
import org.junit.jupiter.api.Test;

class StageTest {
    private final TestHall hall = new TestHall();
    private final TestClient host = hall.join("tea", "Ann", Role.HOST);
    private final TestClient viewer = hall.join("tea", "Bo", null);
    private final TestClient other = hall.join("tea", "Cy", Role.VIEWER);

    @Test
    void shouldSeatTheHostAtOnceAndTellItSo() {
        final ServerMessage.Joined joined = host.last(ServerMessage.Joined.class);
        assertThat(joined.you().role()).isEqualTo("host");
        assertThat(joined.you().seat()).isZero();
        assertThat(joined.stage().getFirst().state()).isEqualTo("occupied");
        assertThat(joined.media().codecs()).containsExactly("opus", "VP8");
        assertThat(joined.seats()).hasSize(4);
        assertThat(host.last(ServerMessage.OnStage.class).seat()).isZero();
        assertThat(host.all(ServerMessage.Seat.class)).isEmpty();
        assertThat(gateOf(host)).isEqualTo(new RelayModel.Gate(true, true));
    }

    @Test
    void shouldMakeEverybodyElseAViewerWhoSeesTheStage() {
        final ServerMessage.Joined joined = viewer.last(ServerMessage.Joined.class);
        assertThat(joined.you().role()).isEqualTo("viewer");
        assertThat(joined.members()).hasSize(1);
        assertThat(joined.members().getFirst().role()).isEqualTo("host");
        assertThat(joined.audience().count()).isEqualTo(1);
    }

    @Test
    void shouldSeatAnApplicantWhomTheHostAccepts() {
        hall.relay.log.clear();
        assertThat(viewer.apply()).isEqualTo("ok");
        assertThat(host.last(ServerMessage.Application.class).member().id()).isEqualTo(viewer.id);
        assertThat(host.last(ServerMessage.Application.class).expiresInMs()).isEqualTo(60_000);
        assertThat(other.all(ServerMessage.Application.class)).isEmpty();

        assertThat(host.accept(viewer)).isEqualTo("ok");

        assertThat(viewer.last(ServerMessage.OnStage.class).seat()).isEqualTo(1);
        assertThat(other.last(ServerMessage.Seat.class).member().id()).isEqualTo(viewer.id);
        assertThat(other.last(ServerMessage.RoleChanged.class).role()).isEqualTo("guest");
        assertThat(viewer.last(ApplicationEnded.class).reason()).isEqualTo("accepted");
        assertThat(hall.relay.log)
                .containsExactly(
                        new RelayCommand.SetSeat(1, 1, hall.peerOf(viewer)),
                        new RelayCommand.GateUplink(hall.peerOf(viewer), true, true));
    }

    @Test
    void shouldTakeAGuestOffTheStage() {
        seat(viewer);
        assertThat(viewer.outcome(new ClientMessage.LeaveSeat("l"))).isEqualTo("ok");
        assertThat(viewer.last(ServerMessage.OffStage.class).reason()).isEqualTo("left");
        assertThat(other.last(ServerMessage.Seat.class).state()).isEqualTo("empty");
        assertThat(other.last(ServerMessage.RoleChanged.class).role()).isEqualTo("viewer");
        assertThat(gateOf(viewer)).isEqualTo(new RelayModel.Gate(false, false));
        assertThat(hall.relay.seats).doesNotContainKey(new RelayModel.SeatKey(1, 1));

        seat(viewer);
        assertThat(host.outcome(new ClientMessage.RemoveFromSeat("x", viewer.id)))
                .isEqualTo("ok");
        assertThat(viewer.last(ServerMessage.OffStage.class).reason()).isEqualTo("removed");
    }

    @Test
    void shouldEndAnApplicationByCancelDeclineTimeOrLeaving() {
        viewer.apply();
        assertThat(viewer.cancel(null)).isEqualTo("ok");
        assertThat(host.last(ApplicationEnded.class).reason()).isEqualTo("cancelled");

        viewer.apply();
        assertThat(host.decline(viewer)).isEqualTo("ok");
        assertThat(viewer.last(ApplicationEnded.class).reason()).isEqualTo("declined");

        viewer.apply();
        hall.advance(59_999);
        assertThat(host.last(ApplicationEnded.class).reason()).isEqualTo("declined");
        hall.advance(1);
        assertThat(host.last(ApplicationEnded.class).reason()).isEqualTo("timedOut");
        assertThat(host.accept(viewer)).isEqualTo("badState");

        viewer.apply();
        viewer.leave();
        assertThat(host.last(ApplicationEnded.class).reason()).isEqualTo("left");
    }

    @Test
    void shouldSeatTheInvitedWhoAccepts() {
        assertThat(host.invite(viewer, 2)).isEqualTo("ok");
        assertThat(viewer.last(ServerMessage.Invited.class).seat()).isEqualTo(2);
        assertThat(other.last(ServerMessage.Seat.class).state()).isEqualTo("reserved");
        assertThat(viewer.accept(null)).isEqualTo("ok");
        assertThat(viewer.last(ServerMessage.OnStage.class).seat()).isEqualTo(2);
        assertThat(host.last(InvitationEnded.class).reason()).isEqualTo("accepted");
    }

    @Test
    void shouldEndAnInvitationByCancelDeclineTimeOrLeaving() {
        host.invite(viewer, null);
        assertThat(host.cancel(viewer)).isEqualTo("ok");
        assertThat(viewer.last(InvitationEnded.class).reason()).isEqualTo("cancelled");

        host.invite(viewer, null);
        assertThat(viewer.decline(null)).isEqualTo("ok");
        assertThat(host.last(InvitationEnded.class).reason()).isEqualTo("declined");

        host.invite(viewer, null);
        hall.advance(29_999);
        assertThat(other.last(ServerMessage.Seat.class).state()).isEqualTo("reserved");
        hall.advance(1);
        assertThat(host.last(InvitationEnded.class).reason()).isEqualTo("timedOut");
        assertThat(other.last(ServerMessage.Seat.class).state()).isEqualTo("empty");
        assertThat(viewer.accept(null)).isEqualTo("badState");

        host.invite(viewer, null);
        viewer.leave();
        assertThat(host.last(InvitationEnded.class).reason()).isEqualTo("left");
        assertThat(other.last(ServerMessage.Seat.class).state()).isEqualTo("empty");
    }

    @Test
    void shouldSeatAtOnceWhenBothSidesAsk() {
        viewer.apply();
        assertThat(host.invite(viewer, 3)).isEqualTo("ok");
        assertThat(viewer.last(ServerMessage.OnStage.class).seat()).isEqualTo(3);
        assertThat(viewer.last(ApplicationEnded.class).reason()).isEqualTo("invited");

        host.invite(other, null);
        assertThat(other.apply()).isEqualTo("ok");
        assertThat(other.last(ServerMessage.OnStage.class).seat()).isEqualTo(1);
    }

    @Test
    void shouldLetAnApplicationStandWhileTheStageIsFull() {
        for (int i = 0; i < 3; i++) {
            seat(hall.join("tea", "guest" + i, Role.VIEWER));
        }
        viewer.apply();
        assertThat(host.accept(viewer)).isEqualTo("stageFull");
        assertThat(host.invite(other, null)).isEqualTo("stageFull");
        host.outcome(new ClientMessage.LeaveSeat("l"));
        assertThat(host.accept(viewer)).isEqualTo("ok");
        assertThat(viewer.last(ServerMessage.OnStage.class).seat()).isZero();
    }

    @Test
    void shouldLetTheHostBackOnTheStageByApplying() {
        host.outcome(new ClientMessage.LeaveSeat("l"));
        assertThat(host.last(ServerMessage.OffStage.class).reason()).isEqualTo("left");
        assertThat(hall.registry.rooms().getFirst().host()).isEqualTo("Ann");
        assertThat(host.apply()).isEqualTo("ok");
        assertThat(host.last(ServerMessage.OnStage.class).seat()).isZero();
    }

    @Test
    void shouldRefuseWhatDoesNotFitTheStateOrTheRole() {
        assertThat(viewer.accept(null)).isEqualTo("badState");
        assertThat(viewer.decline(null)).isEqualTo("badState");
        assertThat(viewer.cancel(null)).isEqualTo("badState");
        assertThat(viewer.outcome(new ClientMessage.LeaveSeat("l"))).isEqualTo("badState");
        assertThat(host.accept(viewer)).isEqualTo("badState");
        assertThat(host.cancel(viewer)).isEqualTo("badState");
        assertThat(host.invite(viewer, 4)).isEqualTo("noSuchSeat");
        assertThat(host.invite(viewer, 0)).isEqualTo("badState");
        assertThat(host.invite(host, null)).isEqualTo("badState");
        assertThat(host.outcome(new ClientMessage.Invite("i", "m999", null))).isEqualTo("noSuchMember");
        assertThat(host.outcome(new ClientMessage.Invite("j", "nonsense", null)))
                .isEqualTo("noSuchMember");
        assertThat(viewer.invite(other, null)).isEqualTo("notAllowed");
        assertThat(viewer.accept(other)).isEqualTo("notAllowed");
        assertThat(viewer.outcome(new ClientMessage.RemoveFromSeat("r", host.id)))
                .isEqualTo("notAllowed");
        viewer.apply();
        assertThat(viewer.apply()).isEqualTo("badState");
    }

    @Test
    void shouldNotSeatSomebodyWithoutAnUplink() {
        final TestClient watcher = hall.connect().join("tea", "Di", Role.VIEWER, null, "recvonly");
        assertThat(watcher.apply()).isEqualTo("cannotPublish");
        assertThat(host.invite(watcher, null)).isEqualTo("cannotPublish");
        assertThat(watcher.last(ServerMessage.Joined.class).media().uplinkVideoMid())
                .isNull();
    }

    @Test
    void shouldSayWhichSeatAViewerCannotDecode() {
        final TestClient old = hall.connect().join("tea", "Di", Role.VIEWER, null, "H264");
        assertThat(old.all(ServerMessage.CodecUnsupported.class))
                .containsExactly(new ServerMessage.CodecUnsupported(0, "VP8"));
        seat(viewer);
        assertThat(old.last(ServerMessage.CodecUnsupported.class))
                .isEqualTo(new ServerMessage.CodecUnsupported(1, "VP8"));
        assertThat(other.all(ServerMessage.CodecUnsupported.class)).isEmpty();
    }

    @Test
    void shouldTellANewHostOfOpenApplications() {
        viewer.apply();
        hall.advance(20_000);
        host.outcome(new ClientMessage.TransferHost("t", other.id));
        assertThat(other.all(ServerMessage.Application.class)).hasSize(1);
        assertThat(other.last(ServerMessage.Application.class).member().id()).isEqualTo(viewer.id);
        assertThat(other.last(ServerMessage.Application.class).expiresInMs()).isEqualTo(40_000);
        assertThat(other.accept(viewer)).isEqualTo("ok");
    }

    @Test
    void shouldBoundTheApplicationsOfARoom() {
        for (int i = 0; i < Stage.MAX_APPLICATIONS; i++) {
            assertThat(hall.join("tea", "v" + i, Role.VIEWER).apply()).isEqualTo("ok");
        }
        assertThat(viewer.apply()).isEqualTo("busy");
    }

    @Test
    void shouldDoARepeatedRequestOnce() {
        viewer.apply();
        final ClientMessage accept = new ClientMessage.Accept("same", viewer.id);
        final ServerMessage.Reply first = host.ask(accept);
        final List<RelayCommand> commands = List.copyOf(hall.relay.log);
        final int told = other.inbox.size();
        assertThat(host.ask(accept)).isSameAs(first);
        assertThat(hall.relay.log).isEqualTo(commands);
        assertThat(other.inbox).hasSize(told);

        final ServerMessage.Reply refused = host.ask(new ClientMessage.Accept("bad", viewer.id));
        assertThat(host.ask(new ClientMessage.Accept("bad", viewer.id))).isSameAs(refused);
    }

    private RelayModel.Gate gateOf(final TestClient client) {
        return hall.relay.gates.get(hall.peerOf(client));
    }

    private void seat(final TestClient client) {
        assertThat(client.apply()).isEqualTo("ok");
        assertThat(host.accept(client)).isEqualTo("ok");
    }
}
