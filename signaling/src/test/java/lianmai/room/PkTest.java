package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lianmai.message.ClientMessage;
import lianmai.message.CloseCode;
import lianmai.message.ServerMessage;
import lianmai.message.ServerMessage.PkEnded;
import lianmai.message.ServerMessage.PkInvitationEnded;
import lianmai.message.ServerMessage.PkInvited;
import lianmai.message.ServerMessage.PkScore;
import lianmai.message.ServerMessage.PkStarted;
import lianmai.relay.RelayEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two rooms on two shards, and a third; {@code RandomScheduleTest} does the rest. */
class PkTest {
    private final TestHall hall = new TestHall(RoomLimits.DEFAULT, TestHall.tokens(), 2);
    private final TestClient ann = hall.joinWith("red", "Ann", "host/ann");
    private final TestClient bo = hall.joinWith("blue", "Bo", "host/bo");
    private final TestClient fanOfAnn = hall.joinWith("red", "Fay", "viewer/fay");
    private final TestClient fanOfBo = hall.joinWith("blue", "Flo", "viewer/flo");
    private final Room red = hall.memberOf(ann).room;
    private final Room blue = hall.memberOf(bo).room;

    /** The seat on which a room shows the host of another, or null. */
    static Seat seatOfOpponent(final Room room) {
        Seat found = null;
        for (int i = 0; i < room.stage.size(); i++) {
            if (room.stage.seat(i).state() == Seat.State.PK) {
                assertThat(found).as("one opponent at a time").isNull();
                found = room.stage.seat(i);
            }
        }
        return found;
    }

    // The machine.

    @ParameterizedTest
    @CsvSource({
        "INVITED, start, true, RUNNING",
        "INVITED, refuse, true, OVER",
        "INVITED, raise, false, INVITED",
        "INVITED, end, false, INVITED",
        "INVITED, time passes, true, INVITED",
        "INVITED, time over, true, OVER",
        "RUNNING, start, false, RUNNING",
        "RUNNING, refuse, false, RUNNING",
        "RUNNING, raise, true, RUNNING",
        "RUNNING, end, true, OVER",
        "RUNNING, time passes, true, RUNNING",
        "RUNNING, time over, true, OVER",
        "OVER, start, false, OVER",
        "OVER, refuse, false, OVER",
        "OVER, raise, false, OVER",
        "OVER, end, false, OVER",
        "OVER, time passes, true, OVER",
        "OVER, time over, true, OVER",
    })
    void shouldTakeOrRefuseEveryInputInEveryState(
            final Pk.State before, final String input, final boolean taken, final Pk.State after) {
        ann.pkInvite("blue");
        final Pk pk = red.pks.sent();
        switch (before) {
            case INVITED -> {}
            case RUNNING -> pk.start(hall.nowNs);
            case OVER -> pk.refuse("declined");
        }
        hall.drain();
        final int copiesBefore = hall.relay.copies().size();
        final long deadlineNs = pk.nextDeadlineNs();

        final boolean was =
                switch (input) {
                    case "start" -> pk.start(hall.nowNs);
                    case "refuse" -> pk.refuse("declined");
                    case "raise" -> pk.raise(red, 1, hall.nowNs);
                    case "end" -> pk.end("ended", red);
                    case "time passes" -> {
                        pk.onTime(hall.nowNs);
                        yield true;
                    }
                    default -> {
                        pk.onTime(Math.max(hall.nowNs, deadlineNs));
                        yield true;
                    }
                };
        hall.drain();

        assertThat(was).isEqualTo(taken);
        assertThat(pk.state()).isEqualTo(after);
        assertThat(red.pks.running() == pk).isEqualTo(after == Pk.State.RUNNING);
        assertThat(blue.pks.running() == pk).isEqualTo(after == Pk.State.RUNNING);
        assertThat(red.pks.sent() == pk).isEqualTo(after == Pk.State.INVITED);
        assertThat(blue.pks.from(red) == pk).isEqualTo(after == Pk.State.INVITED);
        assertThat(seatOfOpponent(red) != null).isEqualTo(after == Pk.State.RUNNING);
        assertThat(seatOfOpponent(blue) != null).isEqualTo(after == Pk.State.RUNNING);
        assertThat(pk.nextDeadlineNs() == Wakeups.NEVER).isEqualTo(after == Pk.State.OVER);
        if (!taken) {
            assertThat(pk.nextDeadlineNs()).isEqualTo(deadlineNs);
            assertThat(hall.relay.copies()).hasSize(copiesBefore);
        }
    }

    /** Every request in every situation of a room, asked by its host. */
    @ParameterizedTest
    @CsvSource({
        "nothing, pkInvite blue, ok, sent",
        "nothing, pkInvite red, badState, nothing",
        "nothing, pkInvite green, roomNotFound, nothing",
        "nothing, pkAccept, badState, nothing",
        "nothing, pkDecline, badState, nothing",
        "nothing, pkEnd, badState, nothing",
        "nothing, pkScore, badState, nothing",
        "sent, pkInvite blue, badState, sent",
        "sent, pkAccept, badState, sent",
        "sent, pkDecline, badState, sent",
        "sent, pkEnd, ok, nothing",
        "sent, pkScore, badState, sent",
        "received, pkInvite blue, ok, running",
        "received, pkInvite red, badState, received",
        "received, pkAccept, ok, running",
        "received, pkAccept blue, ok, running",
        "received, pkAccept green, badState, received",
        "received, pkDecline, ok, nothing",
        "received, pkDecline blue, ok, nothing",
        "received, pkDecline green, badState, received",
        "received, pkEnd, badState, received",
        "received, pkScore, badState, received",
        "running, pkInvite blue, badState, running",
        "running, pkInvite red, badState, running",
        "running, pkAccept, badState, running",
        "running, pkDecline, badState, running",
        "running, pkEnd, ok, nothing",
        "running, pkScore, ok, running",
    })
    void shouldAnswerEveryRequestInEverySituation(
            final String before, final String request, final String outcome, final String after) {
        switch (before) {
            case "sent" -> ann.pkInvite("blue");
            case "received" -> bo.pkInvite("red");
            case "running" -> begin();
            default -> {}
        }
        assertThat(fanOfAnn.outcome(message(fanOfAnn, request))).isEqualTo("notAllowed");
        assertThat(situation()).isEqualTo(before);
        assertThat(ann.outcome(message(ann, request))).isEqualTo(outcome);
        assertThat(situation()).isEqualTo(after);
    }

    private String situation() {
        return red.pks.running() != null
                ? "running"
                : red.pks.sent() != null ? "sent" : red.pks.received().isEmpty() ? "nothing" : "received";
    }

    private static ClientMessage message(final TestClient by, final String request) {
        final String[] words = request.split(" ");
        final String room = words.length < 2 ? null : words[1];
        return switch (words[0]) {
            case "pkInvite" -> new ClientMessage.PkInvite(by.nextId(), room, null);
            case "pkAccept" -> new ClientMessage.PkAccept(by.nextId(), room);
            case "pkDecline" -> new ClientMessage.PkDecline(by.nextId(), room);
            case "pkEnd" -> new ClientMessage.PkEnd(by.nextId());
            default -> new ClientMessage.PkScore(by.nextId(), 5);
        };
    }

    // Invitations.

    @Test
    void shouldTellTheHostsAndModeratorsOfBothRoomsOfAnInvitation() {
        final TestClient moderator = hall.joinWith("blue", "Mo", "moderator/mo");
        ann.outcome(new ClientMessage.PkInvite("i", "blue", 60_000));
        final ServerMessage.MemberInfo host = hall.memberOf(ann).info();
        assertThat(bo.last(PkInvited.class)).isEqualTo(new PkInvited("red", host, null, 60_000, 30_000));
        assertThat(moderator.last(PkInvited.class)).isEqualTo(bo.last(PkInvited.class));
        assertThat(ann.last(PkInvited.class).sent()).isTrue();
        assertThat(fanOfBo.all(PkInvited.class)).isEmpty();

        hall.advance(10_000);
        final TestClient late = hall.joinWith("blue", "Lee", "moderator/lee");
        assertThat(late.last(PkInvited.class).expiresInMs()).isEqualTo(20_000);

        assertThat(moderator.pkAccept()).isEqualTo("ok");
        assertThat(ann.last(PkInvitationEnded.class)).isEqualTo(new PkInvitationEnded("blue", true, "accepted"));
        assertThat(late.last(PkInvitationEnded.class)).isEqualTo(new PkInvitationEnded("red", null, "accepted"));
    }

    @ParameterizedTest
    @CsvSource({"declined", "cancelled", "timedOut", "roomClosed", "busy"})
    void shouldTellBothRoomsWhyNothingCameOfAnInvitation(final String reason) {
        final TestClient cy = hall.joinWith("green", "Cy", "host/cy");
        ann.pkInvite("blue");
        switch (reason) {
            case "declined" -> bo.outcome(new ClientMessage.PkDecline("d", "red"));
            case "cancelled" -> ann.pkEnd();
            case "timedOut" -> hall.advance(30_000);
            case "roomClosed" -> {
                fanOfBo.leave();
                bo.leave();
            }
            default -> {
                cy.pkInvite("blue");
                assertThat(bo.pkAccept()).isEqualTo("badState");
                assertThat(bo.outcome(new ClientMessage.PkAccept("a", "green"))).isEqualTo("ok");
            }
        }
        assertThat(ann.last(PkInvitationEnded.class)).isEqualTo(new PkInvitationEnded("blue", true, reason));
        if (!reason.equals("roomClosed")) {
            assertThat(bo.all(PkInvitationEnded.class)).contains(new PkInvitationEnded("red", null, reason));
        }
        assertThat(red.pks.sent()).isNull();
    }

    @Test
    void shouldRefuseAnInvitationThatCannotBecomeAPk() {
        final TestClient cy = hall.joinWith("green", "Cy", "host/cy");
        bo.outcome(new ClientMessage.Lock("l"));
        assertThat(ann.pkInvite("blue")).isEqualTo("roomLocked");
        bo.outcome(new ClientMessage.Unlock("u"));
        bo.outcome(new ClientMessage.LeaveSeat("s"));
        assertThat(ann.pkInvite("blue")).isEqualTo("badState");
        assertThat(bo.pkInvite("red")).isEqualTo("badState");
        bo.apply();
        assertThat(ann.pkInvite("blue")).isEqualTo("ok");
        assertThat(ann.pkInvite("green")).isEqualTo("badState");
        assertThat(bo.pkAccept()).isEqualTo("ok");
        assertThat(cy.pkInvite("blue")).isEqualTo("badState");
        assertThat(ann.pkInvite("green")).isEqualTo("badState");
    }

    @Test
    void shouldWaitWithAPkUntilBothStagesHaveAFreeSeat() {
        final List<TestClient> guests = List.of(
                hall.joinWith("red", "g1", "guest/g1"),
                hall.joinWith("red", "g2", "guest/g2"),
                hall.joinWith("red", "g3", "guest/g3"));
        assertThat(ann.pkInvite("blue")).isEqualTo("stageFull");
        assertThat(bo.pkInvite("red")).isEqualTo("ok");
        assertThat(ann.pkAccept()).isEqualTo("stageFull");
        assertThat(red.pks.received()).as("the invitation stands").hasSize(1);
        guests.getFirst().outcome(new ClientMessage.LeaveSeat("l"));
        assertThat(ann.pkAccept()).isEqualTo("ok");
        assertThat(seatOfOpponent(red).number()).isEqualTo(1);
        assertThat(guests.getFirst().apply()).isEqualTo("ok");
        assertThat(ann.accept(guests.getFirst())).isEqualTo("stageFull");
    }

    @Test
    void shouldBoundTheInvitationsThatARoomCanHave() {
        for (int i = 0; i <= Pks.MAX_RECEIVED; i++) {
            final TestClient host = hall.joinWith("r" + i, "h" + i, "host/h" + i);
            assertThat(host.pkInvite("blue")).isEqualTo(i < Pks.MAX_RECEIVED ? "ok" : "busy");
        }
        bo.pkEnd();
        assertThat(bo.pkInvite("r3")).isEqualTo("ok");
        assertThat(blue.pks.received()).isEmpty();
    }

    // While it runs.

    @Test
    void shouldShowEachRoomTheOthersHostOnAFreeSeat() {
        begin();
        final ServerMessage.Seat seat = fanOfAnn.last(ServerMessage.Seat.class);
        assertThat(seat.state()).isEqualTo("pk");
        assertThat(seat.room()).isEqualTo("blue");
        assertThat(seat.member()).isEqualTo(new ServerMessage.MemberInfo(bo.id, "Bo", "host", 1));
        final ServerMessage.PkInfo pk = fanOfAnn.last(PkStarted.class).pk();
        assertThat(pk).isEqualTo(new ServerMessage.PkInfo("blue", seat.member(), 1, 300_000, 300_000, 0, 0));
        assertThat(fanOfBo.last(PkStarted.class).pk().room()).isEqualTo("red");
        assertThat(hall.relay.seatsOn(0)).containsEntry(new RelayModel.SeatKey(red.stageId, 1), hall.peerOf(bo));
        assertThat(hall.relay.seatsOn(1)).containsEntry(new RelayModel.SeatKey(blue.stageId, 1), hall.peerOf(ann));
        assertThat(hall.relay.shardOf(hall.peerOf(ann))).isNotEqualTo(hall.relay.shardOf(hall.peerOf(bo)));
        assertThat(hall.registry.rooms()).extracting(RoomSummary::onStage).containsExactly(2, 2);
    }

    @Test
    void shouldTellALateViewerAndAResumedOneOfARunningPk() {
        begin();
        ann.pkScore(3);
        hall.advance(100_000);
        final ServerMessage.Joined joined =
                hall.joinWith("red", "Lee", "viewer/lee").last(ServerMessage.Joined.class);
        assertThat(joined.pk().endsInMs()).isEqualTo(200_000);
        assertThat(joined.pk().own()).isEqualTo(3);
        assertThat(joined.stage().get(1).state()).isEqualTo("pk");
        assertThat(joined.stage().get(1).room()).isEqualTo("blue");

        final long before = fanOfBo.lastSeq;
        fanOfBo.drop();
        hall.advance(10_000);
        final TestClient back = hall.resume(fanOfBo, before - 1);
        assertThat(back.last(PkScore.class)).isEqualTo(new PkScore(0, 3, 190_000));
        for (int i = 0; i < 200; i++) {
            ann.mute(null, i % 2 == 0, false);
            ann.unmute(null, i % 2 == 0, false);
            hall.advance(400);
        }
        final TestClient longAway = hall.resume(back, 0);
        assertThat(longAway.last(ServerMessage.Snapshot.class).pk().room()).isEqualTo("red");
    }

    @Test
    void shouldLeaveTheOtherHostToItsOwnRoom() {
        begin();
        assertThat(ann.kick(bo)).isEqualTo("notAllowed");
        assertThat(ann.mute(bo, true, true)).isEqualTo("notAllowed");
        assertThat(ann.unmute(bo, true, true)).isEqualTo("notAllowed");
        assertThat(ann.outcome(new ClientMessage.RemoveFromSeat("r", bo.id))).isEqualTo("notAllowed");
        assertThat(ann.outcome(new ClientMessage.TransferHost("t", bo.id))).isEqualTo("notAllowed");
        assertThat(ann.invite(bo, null)).isEqualTo("notAllowed");
        assertThat(ann.accept(bo)).isEqualTo("notAllowed");
        assertThat(ann.decline(bo)).isEqualTo("notAllowed");
        assertThat(ann.cancel(bo)).isEqualTo("notAllowed");
        assertThat(ann.invite(fanOfAnn, 1)).as("the seat is taken").isEqualTo("badState");
        assertThat(ann.kick(fanOfBo)).isEqualTo("noSuchMember");
        assertThat(red.pks.running()).isNotNull();
    }

    @Test
    void shouldShowBothRoomsWhetherAHostIsMutedOrAway() {
        begin();
        bo.mute(null, true, false);
        assertThat(fanOfAnn.last(ServerMessage.Muted.class))
                .isEqualTo(new ServerMessage.Muted(bo.id, true, false, bo.id));
        hall.relaySays(new RelayEvent.Silent(hall.peerOf(bo)));
        bo.answersPings = false;
        hall.advance(4_000);
        assertThat(fanOfAnn.last(ServerMessage.Presence.class))
                .isEqualTo(new ServerMessage.Presence(bo.id, "reconnecting"));
        assertThat(hall.joinWith("red", "Lee", "viewer/lee")
                        .last(ServerMessage.Joined.class)
                        .stage()
                        .get(1)
                        .audioMuted())
                .isTrue();
    }

    @Test
    void shouldTellWhenTheOtherHostSpeaks() {
        begin();
        hall.relaySays(new RelayEvent.ActiveSpeaker(red.stageId, 1, hall.peerOf(bo)));
        hall.advance(50);
        assertThat(fanOfAnn.last(ServerMessage.ActiveSpeaker.class))
                .isEqualTo(new ServerMessage.ActiveSpeaker(1, bo.id));
        assertThat(fanOfBo.all(ServerMessage.ActiveSpeaker.class)).isEmpty();
        final HttpEntry entry = hall.registry.joinWhep("red", null, "offer", new Watch.Speaker(), hall.nowNs);
        hall.drain();
        final long watcher = ((HttpEntry.Admitted) entry).peerId();
        assertThat(hall.relay.watched).containsEntry(watcher, 1);
        bo.pkEnd();
        assertThat(hall.relay.watched).containsEntry(watcher, 0);
    }

    @Test
    void shouldTellWhoCannotDecodeTheOtherHost() {
        final TestClient old = hall.connect().join("red", "Old", null, "viewer/old", "H264");
        begin();
        assertThat(old.last(ServerMessage.CodecUnsupported.class))
                .isEqualTo(new ServerMessage.CodecUnsupported(1, "VP8"));
        assertThat(fanOfAnn.all(ServerMessage.CodecUnsupported.class)).isEmpty();
        final TestClient late = hall.connect().join("red", "Late", null, "viewer/late", "H264");
        assertThat(late.all(ServerMessage.CodecUnsupported.class))
                .extracting(ServerMessage.CodecUnsupported::seat)
                .containsExactly(0, 1);
    }

    @Test
    void shouldGoOnWithANewPeerOfAHost() {
        begin();
        final long before = hall.peerOf(ann);
        assertThat(ann.outcome(new ClientMessage.Offer("o", "cert2"))).isEqualTo("ok");
        assertThat(hall.peerOf(ann)).isNotEqualTo(before);
        assertThat(red.pks.running()).isNotNull();
        for (int shard = 0; shard < 2; shard++) {
            assertThat(hall.relay.seatsOn(shard).get(new RelayModel.SeatKey(blue.stageId, 1)))
                    .isIn(null, hall.peerOf(ann));
        }
        assertThat(hall.relay.seatsOn(1)).containsEntry(new RelayModel.SeatKey(blue.stageId, 1), hall.peerOf(ann));
        bo.pkEnd();
        shouldBeAsBefore();
    }

    // Scores.

    @Test
    void shouldCountScoresInBatchesAndNameTheWinner() {
        begin();
        hall.advance(1_000);
        for (int i = 0; i < 10; i++) {
            ann.pkScore(5);
        }
        bo.pkScore(60);
        hall.advance(50);
        assertThat(fanOfAnn.all(PkScore.class)).hasSize(1);
        assertThat(fanOfAnn.last(PkScore.class)).isEqualTo(new PkScore(50, 60, 299_000));
        assertThat(fanOfBo.last(PkScore.class).own()).isEqualTo(60);
        hall.advance(299_000);
        assertThat(fanOfAnn.last(PkEnded.class)).isEqualTo(new PkEnded("timeOver", null, 50, 60, "blue"));
        assertThat(fanOfBo.last(PkEnded.class)).isEqualTo(new PkEnded("timeOver", null, 60, 50, "blue"));
        shouldBeAsBefore();
    }

    @Test
    void shouldCountARepeatedScoreOnceAndNoneThatComesTooOften() {
        begin();
        final ClientMessage gift = new ClientMessage.PkScore("gift", 100);
        ann.ask(gift);
        ann.ask(gift);
        hall.advance(60);
        assertThat(ann.last(PkScore.class).own()).isEqualTo(100);
        hall.advance(10_000);
        int taken = 0;
        for (int i = 0; i < 60; i++) {
            taken += ann.pkScore(1).equals("ok") ? 1 : 0;
        }
        assertThat(taken).isEqualTo(40);
        hall.advance(60);
        assertThat(ann.last(PkScore.class).own()).isEqualTo(140);
        assertThat(bo.pkScore(1)).as("the other room has its own allowance").isEqualTo("ok");
        ann.pkEnd();
        assertThat(bo.last(PkEnded.class)).isEqualTo(new PkEnded("ended", "red", 1, 140, "red"));
    }

    @Test
    void shouldNameNoWinnerOfEqualScores() {
        begin();
        bo.pkEnd();
        assertThat(ann.last(PkEnded.class)).isEqualTo(new PkEnded("ended", "blue", 0, 0, null));
    }

    // Ends.

    @ParameterizedTest
    @CsvSource({
        "pkEnd, ended",
        "other pkEnd, ended",
        "time, timeOver",
        "leave, hostLeft",
        "leaveSeat, hostLeft",
        "removed, hostLeft",
        "gone, hostLeft",
        "media, mediaLost",
        "no uplink, mediaLost",
        "transfer, hostChanged",
        "close, roomClosed",
    })
    void shouldEndForBothRoomsHoweverItEnds(final String way, final String reason) {
        begin();
        hall.advance(1_000);
        final TestClient second = hall.joinWith("red", "Mo", "moderator/mo");
        switch (way) {
            case "pkEnd" -> ann.pkEnd();
            case "other pkEnd" -> bo.pkEnd();
            case "time" -> hall.advance(300_000);
            case "leave" -> ann.leave();
            case "leaveSeat" -> ann.outcome(new ClientMessage.LeaveSeat("l"));
            case "removed" -> ann.outcome(new ClientMessage.RemoveFromSeat("r", ann.id));
            case "gone" -> {
                ann.drop();
                hall.advance(31_000);
            }
            case "media" -> hall.relaySays(new RelayEvent.Gone(hall.peerOf(ann), "consent expired"));
            case "no uplink" -> ann.outcome(new ClientMessage.Offer("o", "cert2 recvonly"));
            case "transfer" -> ann.outcome(new ClientMessage.TransferHost("t", second.id));
            default -> red.close("roomClosed", CloseCode.ROOM_CLOSED);
        }
        hall.drain();
        assertThat(fanOfBo.all(PkEnded.class)).singleElement().satisfies(ended -> {
            assertThat(ended.reason()).isEqualTo(reason);
            assertThat(ended.by()).isEqualTo(way.equals("time") ? null : way.startsWith("other") ? "blue" : "red");
        });
        assertThat(fanOfAnn.all(PkEnded.class)).hasSize(1);
        assertThat(fanOfBo.last(ServerMessage.Seat.class).state()).isEqualTo("empty");
        assertThat(hall.memberOf(bo).isSeated()).as("the other room goes on").isTrue();
        shouldBeAsBefore();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeAbleToBeginAnotherAfterOne(final boolean crossing) {
        begin();
        ann.pkEnd();
        ann.pkInvite("blue");
        assertThat(crossing ? bo.pkInvite("red") : bo.pkAccept()).isEqualTo("ok");
        assertThat(ann.all(PkStarted.class)).hasSize(2);
        hall.registry.close();
        hall.drain();
        assertThat(hall.relay.copies()).isEmpty();
        assertThat(hall.relay.peers).isEmpty();
        assertThat(hall.registry.census()).isEqualTo(new RoomRegistry.Census(0, 0, 0, 0, 0));
    }

    private void begin() {
        assertThat(ann.pkInvite("blue")).isEqualTo("ok");
        assertThat(bo.pkAccept()).isEqualTo("ok");
    }

    /** No trace is left of a PK: each stage shows its own, and is copied only to where its own members are. */
    private void shouldBeAsBefore() {
        for (final Room room : List.of(red, blue)) {
            assertThat(room.pks.running()).isNull();
            assertThat(seatOfOpponent(room)).isNull();
        }
        for (int shard = 0; shard < 2; shard++) {
            assertThat(hall.relay.seatsOn(shard).values()).doesNotHaveDuplicates();
            hall.relay.seatsOn(shard).keySet().forEach(key -> assertThat(key.seat())
                    .isZero());
        }
        hall.relay.copies().forEach(copy -> {
            final Member copied = hall.registry.everyRoom().stream()
                    .flatMap(room -> room.members().stream())
                    .filter(member -> member.peerId() == copy.peerId())
                    .findAny()
                    .orElseThrow();
            assertThat(hall.relay.shardsOf(copied.room.stageId)).contains(copy.toShard());
        });
    }
}
