package lianmai.relay;

/** What a relay shard tells signaling (hand-over H2, design §5). Immutable. */
public sealed interface RelayEvent {
    /** DTLS is done: media can flow. Once for each peer. */
    record Connected(long peerId) implements RelayEvent {}

    /** Nothing authentic has come from the peer's address for 3 s. */
    record Silent(long peerId) implements RelayEvent {}

    /** The peer is heard again after {@link Silent}. */
    record Heard(long peerId) implements RelayEvent {}

    /** The peer is over (consent expired, DTLS closed or failed); signaling answers with {@code RemovePeer}. */
    record Gone(long peerId, String reason) implements RelayEvent {}

    /**
     * The loudest seat of a stage has changed, by the publishers' audio levels (RFC 6464).
     *
     * @param seat the seat, or -1 when nobody speaks
     * @param peerId its occupant, or 0
     */
    record ActiveSpeaker(long stageId, int seat, long peerId) implements RelayEvent {}
}
