package lianmai.message;

/** What a client asks; every field has been checked for type and size. See {@code docs/protocol.md}. */
public sealed interface ClientMessage {
    /** The client's own name for the request, 1 … 64 characters. */
    String id();

    /**
     * @param role the wish, or null
     * @param token a JWT, or null
     */
    record Join(String id, String room, String name, Role role, String token, String offer) implements ClientMessage {}

    /** A {@code join} with {@code resume}: {@code seq} is the last event that the client saw. */
    record Resume(String id, String token, long seq) implements ClientMessage {}

    record Offer(String id, String offer) implements ClientMessage {}

    record Apply(String id) implements ClientMessage {}

    /** {@code member} null: one's own application. */
    record Cancel(String id, String member) implements ClientMessage {}

    /** {@code seat} null: the first free one. */
    record Invite(String id, String member, Integer seat) implements ClientMessage {}

    /** {@code member} null: one's own invitation. */
    record Accept(String id, String member) implements ClientMessage {}

    /** {@code member} null: one's own invitation. */
    record Decline(String id, String member) implements ClientMessage {}

    record LeaveSeat(String id) implements ClientMessage {}

    record RemoveFromSeat(String id, String member) implements ClientMessage {}

    /** {@code reason} may be null. */
    record Kick(String id, String member, String reason) implements ClientMessage {}

    /** {@code member} null: oneself; {@code audio} and {@code video} say which is meant. */
    record Mute(String id, String member, boolean audio, boolean video) implements ClientMessage {}

    /** {@code member} null: oneself; {@code audio} and {@code video} say which is meant. */
    record Unmute(String id, String member, boolean audio, boolean video) implements ClientMessage {}

    record TransferHost(String id, String member) implements ClientMessage {}

    record Lock(String id) implements ClientMessage {}

    record Unlock(String id) implements ClientMessage {}

    /** Asks another room for a PK; {@code durationMs} null: the usual time. */
    record PkInvite(String id, String room, Integer durationMs) implements ClientMessage {}

    /** {@code room} null: the only one that has invited. */
    record PkAccept(String id, String room) implements ClientMessage {}

    /** {@code room} null: the only one that has invited. */
    record PkDecline(String id, String room) implements ClientMessage {}

    record PkEnd(String id) implements ClientMessage {}

    /** Raises the score of one's own room. */
    record PkScore(String id, int points) implements ClientMessage {}

    record Chat(String id, String text) implements ClientMessage {}

    record Reaction(String id, String kind) implements ClientMessage {}

    /** {@code after} null: from the start. */
    record Participants(String id, String after, int limit) implements ClientMessage {}

    record Ping(String id) implements ClientMessage {}

    record Leave(String id) implements ClientMessage {}
}
