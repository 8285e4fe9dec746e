package lianmai.room;

import java.util.Map;
import lianmai.message.ErrorCode;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import lianmai.relay.PeerSpec;
import lianmai.relay.RelayCommand;

/**
 * Moves members on and off the seats of a stage, and tells relay and room of it.
 *
 * <p>Holds throughout: the relay shows a peer on a seat iff its member sits there or is the opponent of a PK shown
 * there, and its gate is open for a kind iff the member is seated and not muted in it.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Seating {
    private final House house;
    private final Room room;
    private int speakerSeat = -1;
    /** As last told to everybody; null before anybody has spoken. */
    private ServerMessage.ActiveSpeaker activeSpeaker;

    Seating(final House house, final Room room) {
        this.house = house;
        this.room = room;
    }

    /** Puts a member on a seat that is empty or kept for it. */
    void occupy(final Member member, final Seat seat, final long nowNs) {
        if (!seat.occupy(member)) {
            throw new IllegalStateException("seat " + seat.number() + " is " + seat.state());
        }
        member.seat = seat.number();
        member.seatedAtNs = nowNs;
        member.mutes(Mutes.NONE);
        room.spread.seat(seat.number(), member.peerId(), member.shard);
        relayGate(member);
        room.refreshProminence(member);
        tellSeat(seat);
        if (member.role == Role.VIEWER) {
            room.changeRole(member, Role.GUEST);
        }
        room.tell(member, new ServerMessage.OnStage(seat.number()));
        tellAllUnsupported(seat);
        rebindWatchers();
        house.wakeups.arm(member);
    }

    /** Takes a member off its seat, if it has one; {@code reason} as in {@code offStage}. */
    void vacate(final Member member, final String reason) {
        if (!member.isSeated()) {
            return;
        }
        room.pks.onUnseated(member, reason);
        final Seat seat = room.stage.seat(member.seat);
        seat.vacate();
        member.seat = Member.NO_SEAT;
        member.mutes(Mutes.NONE);
        room.spread.vacate(seat.number());
        if (member.spec != null) {
            relay(member, new RelayCommand.GateUplink(member.peerId(), false, false));
        }
        room.tell(member, new ServerMessage.OffStage(reason));
        tellSeat(seat);
        if (member.role == Role.GUEST && !member.gone) {
            room.changeRole(member, Role.VIEWER);
        }
        room.refreshProminence(member);
        rebindWatchers();
    }

    /** Shows the host of another room on an empty seat; it stays on its own, and its gates are its room's business. */
    void showOpponent(final Member opponent, final Seat seat) {
        if (!seat.show(opponent)) {
            throw new IllegalStateException("seat " + seat.number() + " is " + seat.state());
        }
        room.spread.seat(seat.number(), opponent.peerId(), opponent.shard);
        tellSeat(seat);
        tellAllUnsupported(seat);
        rebindWatchers();
    }

    /** Shows the host of another room no longer. */
    void hideOpponent(final Seat seat) {
        seat.hide();
        room.spread.vacate(seat.number());
        tellSeat(seat);
        rebindWatchers();
    }

    /** Keeps a seat for somebody invited. */
    void invite(final Member by, final Member invited, final Seat seat, final long nowNs) {
        seat.reserve(invited, nowNs + Stage.INVITATION_NS);
        final long expiresInMs = Stage.INVITATION_NS / 1_000_000;
        room.tell(invited, new ServerMessage.Invited(by.info(), seat.number(), expiresInMs));
        tellSeat(seat);
        house.wakeups.arm(room);
    }

    /** Seats somebody who was invited. */
    void acceptInvitation(final Member invited, final Seat seat, final long nowNs) {
        occupy(invited, seat, nowNs);
        room.tellModerators(new ServerMessage.InvitationEnded(invited.info(), "accepted"), invited);
    }

    /** Ends the invitation of a member, if there is one. */
    boolean endInvitation(final Member invited, final String reason) {
        final Seat seat = room.stage.keptFor(invited);
        if (seat == null) {
            return false;
        }
        seat.release();
        room.tellModerators(new ServerMessage.InvitationEnded(invited.info(), reason), invited);
        tellSeat(seat);
        return true;
    }

    /** Opens an application. */
    void apply(final Member applicant, final long nowNs) {
        room.stage.applications().put(applicant, nowNs + Stage.APPLICATION_NS);
        final long expiresInMs = Stage.APPLICATION_NS / 1_000_000;
        room.tellModerators(new ServerMessage.Application(applicant.info(), expiresInMs), null);
        house.wakeups.arm(room);
    }

    /** Ends the application of a member, if there is one. */
    boolean endApplication(final Member applicant, final String reason) {
        if (room.stage.applications().remove(applicant) == null) {
            return false;
        }
        room.tellModerators(new ServerMessage.ApplicationEnded(applicant.info(), reason), applicant);
        return true;
    }

    /** Tells a new moderator of the applications that are open. */
    void tellApplications(final Member moderator, final long nowNs) {
        for (final Map.Entry<Member, Long> application :
                room.stage.applications().entrySet()) {
            final long expiresInMs = (application.getValue() - nowNs) / 1_000_000;
            room.tell(
                    moderator,
                    new ServerMessage.Application(application.getKey().info(), expiresInMs));
        }
    }

    void onTime(final long nowNs) {
        Member applicant = room.stage.overdueApplicant(nowNs);
        while (applicant != null) {
            endApplication(applicant, "timedOut");
            applicant = room.stage.overdueApplicant(nowNs);
        }
        Seat seat = room.stage.overdueReservation(nowNs);
        while (seat != null) {
            endInvitation(seat.member(), "timedOut");
            seat = room.stage.overdueReservation(nowNs);
        }
    }

    /** Sets what of a seated member is muted. */
    void mute(final Member member, final Mutes mutes, final Member by) {
        final boolean changed = mutes.audio() != member.mutes().audio()
                || mutes.video() != member.mutes().video();
        member.mutes(mutes);
        if (changed) {
            relayGate(member);
            final ServerMessage.Muted muted = new ServerMessage.Muted(member.id, mutes.audio(), mutes.video(), by.id);
            room.tellAll(muted);
            room.pks.tellElsewhere(member, muted);
        }
    }

    /** A seated member has a new peer. */
    void replacePeer(final Member member) {
        if (member.isSeated()) {
            room.spread.seat(member.seat, member.peerId(), member.shard);
            relayGate(member);
            room.pks.onNewPeer(member);
        }
        tellUnsupported(member);
    }

    /** Tells a viewer which of the seats it cannot decode. */
    void tellUnsupported(final Member viewer) {
        for (int seat = 0; seat < room.stage.size(); seat++) {
            if (room.stage.seat(seat).isTaken()) {
                tellUnsupported(viewer, room.stage.seat(seat));
            }
        }
    }

    /** Tells those viewers who cannot decode what a seat sends. */
    void tellAllUnsupported(final Seat seat) {
        for (final Member viewer : room.members()) {
            tellUnsupported(viewer, seat);
        }
    }

    void onSpeaker(final int seat, final long peerId) {
        final Member speaker = house.directory.memberByPeer(peerId);
        // The relay may name somebody who has just left the seat.
        final boolean stillThere = speaker != null && seat >= 0 && isShown(speaker, seat);
        activeSpeaker = new ServerMessage.ActiveSpeaker(stillThere ? seat : null, stillThere ? speaker.id : null);
        room.fanout.speaker(activeSpeaker);
        if (stillThere) {
            speakerSeat = seat;
            rebindWatchers();
        }
        house.wakeups.arm(room);
    }

    /** Tells who comes, or comes back, what is else told only when it changes. */
    void tellSpeaker(final Member member) {
        if (activeSpeaker != null) {
            house.effects.send(member.connection, 0, activeSpeaker);
        }
    }

    /** Shows every WHEP viewer the seat it watches. */
    void rebindWatchers() {
        for (final Member member : room.members()) {
            if (member.watch != null) {
                bind(member);
            }
        }
    }

    /** Shows a WHEP viewer the seat it watches; 0 while there is nobody to watch. */
    void bind(final Member viewer) {
        final int seat =
                switch (viewer.watch) {
                    case Watch.FixedSeat fixed -> fixed.seat();
                    case Watch.HostSeat _ -> hostSeat();
                    case Watch.Speaker _ -> speakerIsSeated() ? speakerSeat : hostSeat();
                };
        if (seat != viewer.watchedSeat) {
            viewer.watchedSeat = seat;
            relay(viewer, new RelayCommand.BindDownlink(viewer.peerId(), 0, seat));
        }
    }

    /** Why a member may not be seated, or null. */
    static Refusal whyNotSeated(final Member member) {
        if (!member.claims.publish()) {
            return new Refusal(ErrorCode.CANNOT_PUBLISH, "The member's token does not allow it to send media.");
        }
        return member.canPublish() ? null : Refusal.of(ErrorCode.CANNOT_PUBLISH);
    }

    private boolean speakerIsSeated() {
        return speakerSeat >= 0 && room.stage.seat(speakerSeat).isTaken();
    }

    private boolean isShown(final Member member, final int seat) {
        return seat < room.stage.size()
                && room.stage.seat(seat).isTaken()
                && room.stage.seat(seat).member() == member;
    }

    private int hostSeat() {
        if (room.host() != null && room.host().isSeated()) {
            return room.host().seat;
        }
        final Seat first = room.stage.firstOccupied();
        return first == null ? 0 : first.number();
    }

    private void tellUnsupported(final Member viewer, final Seat seat) {
        final Member publisher = seat.member();
        if (viewer == publisher || viewer.spec == null || publisher.spec == null) {
            return;
        }
        final PeerSpec.Format sent = Formats.unsupported(publisher.spec, viewer.spec, seat.number());
        if (sent != null) {
            room.tell(
                    viewer,
                    new ServerMessage.CodecUnsupported(
                            seat.number(), sent.codec().encodingName()));
        }
    }

    private void tellSeat(final Seat seat) {
        final ServerMessage.SeatState state = room.stage.state(seat.number());
        room.tellAll(new ServerMessage.Seat(
                state.seat(), state.state(), state.member(), state.audioMuted(), state.videoMuted(), state.room()));
    }

    private void relayGate(final Member member) {
        relay(
                member,
                new RelayCommand.GateUplink(
                        member.peerId(),
                        !member.mutes().audio(),
                        !member.mutes().video()));
    }

    private void relay(final Member of, final RelayCommand command) {
        house.effects.relay(of.shard, command);
    }
}
