package lianmai.room;

import lianmai.message.ServerMessage;
import lianmai.message.ServerMessage.PkInfo;

/**
 * A PK between two rooms, from the invitation to the result. While it runs each room shows the other's host on a seat,
 * and both count scores.
 *
 * <pre>
 *             start: accepted, or both have invited each other
 *   INVITED ───────────────────────────────────────────────────► RUNNING ──┐ raise
 *      │                                                          │   ▲    │
 *      │ refuse: declined · cancelled · 30 s ·                    │   └────┘
 *      │ a room closed or began another PK                        │ end: asked for · time over · a host off its stage,
 *      │                                                          │ without media or no longer host · a room closed
 *      └──────────────────────────► OVER ◄────────────────────────┘
 * </pre>
 *
 * Every other input is refused and changes nothing. Whether a start is possible is asked before, by {@link PkRequests}.
 *
 * <p>Thread: signaling (confined). Owns: that each {@code Seating.showOpponent} has its {@code hideOpponent}. Units:
 * ns.
 */
final class Pk extends Wakeups.Sleeper {
    /** As long as a seat is kept for somebody invited. */
    static final long INVITATION_NS = 30_000_000_000L;
    /** What most PKs of the large streaming sites last. */
    static final int DEFAULT_DURATION_MS = 300_000;

    private static final int RAISES_PER_SECOND = 20;
    private static final int RAISES_AT_ONCE = 40;

    enum State {
        INVITED,
        RUNNING,
        OVER
    }

    /** One of the two rooms. */
    static final class Side {
        final Room room;
        private final RateBucket raises;
        /** Whom the other room sees; null before it runs. */
        private Member host;
        /** Where this room shows the other's host; null before it runs. */
        private Seat seat;

        private long score;

        private Side(final Room room, final long nowNs) {
            this.room = room;
            raises = new RateBucket(RAISES_PER_SECOND, RAISES_AT_ONCE, nowNs);
        }

        /** The host whom the other room sees. */
        Member host() {
            return host;
        }

        /** The seat on which this room shows the other's host. */
        Seat seat() {
            return seat;
        }
    }

    private final House house;
    private final Side inviting;
    private final Side invited;
    private final long durationNs;
    private State state = State.INVITED;
    private long untilNs;

    private Pk(final House house, final Room from, final Room to, final long durationNs, final long nowNs) {
        this.house = house;
        this.durationNs = durationNs;
        inviting = new Side(from, nowNs);
        invited = new Side(to, nowNs);
        untilNs = nowNs + INVITATION_NS;
    }

    /** One room asks another; both must be free to do so. */
    static void invite(final House house, final Room from, final Room to, final long durationNs, final long nowNs) {
        final Pk pk = new Pk(house, from, to, durationNs, nowNs);
        from.pks.sent(pk);
        to.pks.received(pk);
        to.tellModerators(pk.invitation(to, nowNs), null);
        from.tellModerators(pk.invitation(from, nowNs), null);
        house.wakeups.arm(pk);
    }

    State state() {
        return state;
    }

    /** The side of one of the two rooms. */
    Side of(final Room room) {
        return room == inviting.room ? inviting : invited;
    }

    /** The side of the other room. */
    Side against(final Room room) {
        return room == inviting.room ? invited : inviting;
    }

    /** Begins: both hosts sit on their stages, and both stages have a free seat. */
    boolean start(final long nowNs) {
        return switch (state) {
            case INVITED -> {
                endInvitation("accepted");
                transitionTo(State.RUNNING, nowNs + durationNs);
                inviting.room.pks.start(this);
                invited.room.pks.start(this);
                inviting.host = inviting.room.host();
                invited.host = invited.room.host();
                show(inviting, invited.host);
                show(invited, inviting.host);
                inviting.room.tellAll(new ServerMessage.PkStarted(info(inviting.room, nowNs)));
                invited.room.tellAll(new ServerMessage.PkStarted(info(invited.room, nowNs)));
                yield true;
            }
            case RUNNING, OVER -> false;
        };
    }

    /** Nothing comes of the invitation: {@code reason} as in {@code pkInvitationEnded}. */
    boolean refuse(final String reason) {
        return switch (state) {
            case INVITED -> {
                endInvitation(reason);
                transitionTo(State.OVER, Wakeups.NEVER);
                yield true;
            }
            case RUNNING, OVER -> false;
        };
    }

    /** Adds to the score of a room; false too when it comes too often. */
    boolean raise(final Room room, final int points, final long nowNs) {
        return switch (state) {
            case RUNNING -> {
                final Side side = of(room);
                if (!side.raises.take(nowNs)) {
                    yield false;
                }
                side.score += points;
                announceScore(inviting);
                announceScore(invited);
                yield true;
            }
            case INVITED, OVER -> false;
        };
    }

    /** Ends it: {@code reason} as in {@code pkEnded}, {@code by} null when neither room is the cause. */
    boolean end(final String reason, final Room by) {
        return switch (state) {
            case RUNNING -> {
                transitionTo(State.OVER, Wakeups.NEVER);
                inviting.room.pks.end();
                invited.room.pks.end();
                inviting.room.seating.hideOpponent(inviting.seat);
                invited.room.seating.hideOpponent(invited.seat);
                tellEnded(inviting, invited, reason, by);
                tellEnded(invited, inviting, reason, by);
                yield true;
            }
            case INVITED, OVER -> false;
        };
    }

    @Override
    long nextDeadlineNs() {
        return untilNs;
    }

    @Override
    void onTime(final long nowNs) {
        if (untilNs > nowNs) {
            return;
        }
        switch (state) {
            case INVITED -> refuse("timedOut");
            case RUNNING -> end("timeOver", null);
            case OVER -> {}
        }
    }

    /** The open invitation as one of the two rooms is told of it. */
    ServerMessage.PkInvited invitation(final Room to, final long nowNs) {
        final Room other = against(to).room;
        return new ServerMessage.PkInvited(
                other.name,
                other.host() == null ? null : other.host().info(),
                to == inviting.room ? true : null,
                durationNs / 1_000_000,
                leftMs(nowNs));
    }

    /** The running PK as one of the two rooms sees it. */
    PkInfo info(final Room seenBy, final long nowNs) {
        final Side own = of(seenBy);
        final Side other = against(seenBy);
        return new PkInfo(
                other.room.name,
                own.seat.info(),
                own.seat.number(),
                durationNs / 1_000_000,
                leftMs(nowNs),
                own.score,
                other.score);
    }

    ServerMessage.PkScore score(final Room seenBy, final long nowNs) {
        return new ServerMessage.PkScore(of(seenBy).score, against(seenBy).score, leftMs(nowNs));
    }

    private long leftMs(final long nowNs) {
        return Math.max(0, untilNs - nowNs) / 1_000_000;
    }

    private static void show(final Side side, final Member opponent) {
        side.seat = side.room.stage.firstEmpty();
        side.room.seating.showOpponent(opponent, side.seat);
    }

    private void announceScore(final Side side) {
        side.room.fanout.pkScoreChanged();
        house.wakeups.arm(side.room);
    }

    private void endInvitation(final String reason) {
        inviting.room.pks.forget(this);
        invited.room.pks.forget(this);
        inviting.room.tellModerators(new ServerMessage.PkInvitationEnded(invited.room.name, true, reason), null);
        invited.room.tellModerators(new ServerMessage.PkInvitationEnded(inviting.room.name, null, reason), null);
    }

    private static void tellEnded(final Side own, final Side other, final String reason, final Room by) {
        final Room winner = own.score == other.score ? null : own.score > other.score ? own.room : other.room;
        own.room.tellAll(new ServerMessage.PkEnded(
                reason, by == null ? null : by.name, own.score, other.score, winner == null ? null : winner.name));
    }

    private void transitionTo(final State next, final long nextUntilNs) {
        state = next;
        untilNs = nextUntilNs;
        house.wakeups.arm(this);
    }
}
