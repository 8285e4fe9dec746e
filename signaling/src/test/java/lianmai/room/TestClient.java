package lianmai.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lianmai.message.ClientMessage;
import lianmai.message.CloseCode;
import lianmai.message.Role;
import lianmai.message.ServerMessage;

/** One client in virtual time: what it was told, in order. */
final class TestClient {
    final TestHall hall;
    final long connection;
    final List<ServerMessage> inbox = new ArrayList<>();
    final List<Long> seqs = new ArrayList<>();
    CloseCode closed;
    boolean answersPings = true;
    String id;
    String resumeToken;
    long lastSeq;
    /** The stage as it was told. */
    final Map<Integer, ServerMessage.SeatState> stage = new HashMap<>();
    /** The room that its own is in a PK with, as it was told; null when none. */
    String pkRoom;

    private int lastRequest;

    TestClient(final TestHall hall, final long connection) {
        this.hall = hall;
        this.connection = connection;
    }

    void receive(final ServerMessage message, final long seq) {
        if (closed != null) {
            throw new AssertionError("told after close: " + message);
        }
        inbox.add(message);
        if (seq != 0) {
            if (lastSeq != 0 && seq != lastSeq + 1) {
                throw new AssertionError("event " + seq + " after " + lastSeq + ": " + message);
            }
            lastSeq = seq;
            seqs.add(seq);
        }
        switch (message) {
            case ServerMessage.Joined joined -> {
                id = joined.you().id();
                resumeToken = joined.resume().token();
                lastSeq = joined.resume().seq();
                joined.stage().forEach(seat -> stage.put(seat.seat(), seat));
                pkRoom = joined.pk() == null ? null : joined.pk().room();
            }
            case ServerMessage.Snapshot snapshot -> {
                id = snapshot.you().id();
                lastSeq = snapshot.resume().seq();
                snapshot.stage().forEach(seat -> stage.put(seat.seat(), seat));
                pkRoom = snapshot.pk() == null ? null : snapshot.pk().room();
            }
            case ServerMessage.Seat seat ->
                stage.put(
                        seat.seat(),
                        new ServerMessage.SeatState(
                                seat.seat(),
                                seat.state(),
                                seat.member(),
                                seat.audioMuted(),
                                seat.videoMuted(),
                                seat.room()));
            case ServerMessage.Muted muted -> stage.replaceAll((_, seat) -> muted(seat, muted));
            case ServerMessage.PkStarted started -> pkRoom = started.pk().room();
            case ServerMessage.PkEnded _ -> pkRoom = null;
            default -> {}
        }
    }

    private static ServerMessage.SeatState muted(final ServerMessage.SeatState seat, final ServerMessage.Muted muted) {
        final boolean meant = seat.member() != null
                && seat.member().id().equals(muted.member())
                && !seat.state().equals("reserved");
        return meant
                ? new ServerMessage.SeatState(
                        seat.seat(), seat.state(), seat.member(), muted.audio(), muted.video(), seat.room())
                : seat;
    }

    String nextId() {
        return "r" + ++lastRequest;
    }

    /** Sends a request and answers its reply; null when there was none. */
    ServerMessage.Reply ask(final ClientMessage message) {
        hall.registry.onMessage(connection, message, hall.nowNs);
        hall.drain();
        for (int i = inbox.size() - 1; i >= 0; i--) {
            if (inbox.get(i) instanceof ServerMessage.Reply reply
                    && message.id().equals(reply.id())) {
                return reply;
            }
        }
        return null;
    }

    /** The outcome of a request: {@code ok}, or the error's code. */
    String outcome(final ClientMessage message) {
        return switch (ask(message)) {
            case ServerMessage.Failed failed -> failed.code();
            case null -> "nothing";
            default -> "ok";
        };
    }

    TestClient join(final String room, final String name, final Role wish) {
        return join(room, name, wish, null, "offer");
    }

    TestClient join(final String room, final String name, final Role wish, final String token, final String offer) {
        final ServerMessage.Reply reply = ask(new ClientMessage.Join(nextId(), room, name, wish, token, offer));
        if (!(reply instanceof ServerMessage.Joined)) {
            throw new AssertionError(name + " could not join: " + reply);
        }
        return this;
    }

    String apply() {
        return outcome(new ClientMessage.Apply(nextId()));
    }

    String accept(final TestClient other) {
        return outcome(new ClientMessage.Accept(nextId(), other == null ? null : other.id));
    }

    String decline(final TestClient other) {
        return outcome(new ClientMessage.Decline(nextId(), other == null ? null : other.id));
    }

    String cancel(final TestClient other) {
        return outcome(new ClientMessage.Cancel(nextId(), other == null ? null : other.id));
    }

    String invite(final TestClient other, final Integer seat) {
        return outcome(new ClientMessage.Invite(nextId(), other.id, seat));
    }

    String kick(final TestClient other) {
        return outcome(new ClientMessage.Kick(nextId(), other.id, null));
    }

    String mute(final TestClient other, final boolean audio, final boolean video) {
        return outcome(new ClientMessage.Mute(nextId(), other == null ? null : other.id, audio, video));
    }

    String unmute(final TestClient other, final boolean audio, final boolean video) {
        return outcome(new ClientMessage.Unmute(nextId(), other == null ? null : other.id, audio, video));
    }

    String pkInvite(final String room) {
        return outcome(new ClientMessage.PkInvite(nextId(), room, null));
    }

    String pkAccept() {
        return outcome(new ClientMessage.PkAccept(nextId(), null));
    }

    String pkEnd() {
        return outcome(new ClientMessage.PkEnd(nextId()));
    }

    String pkScore(final int points) {
        return outcome(new ClientMessage.PkScore(nextId(), points));
    }

    String chat(final String text) {
        return outcome(new ClientMessage.Chat(nextId(), text));
    }

    String leave() {
        return outcome(new ClientMessage.Leave(nextId()));
    }

    /** Loses its connection without a word. */
    void drop() {
        hall.lose(this);
    }

    /** Everything of a kind that it was told. */
    <T extends ServerMessage> List<T> all(final Class<T> kind) {
        return inbox.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The newest of a kind; null when there is none. */
    <T extends ServerMessage> T last(final Class<T> kind) {
        final List<T> all = all(kind);
        return all.isEmpty() ? null : all.getLast();
    }

    void forgetInbox() {
        inbox.clear();
    }
}
