package lianmai.room;

/** What became of a WHIP or WHEP request to enter. */
public sealed interface HttpEntry {
    /**
     * @param resource the secret by which the member is found again; goes into {@code Location}
     * @param answer SDP
     */
    record Admitted(String resource, String memberId, long peerId, String answer) implements HttpEntry {}

    record Refused(Refusal refusal) implements HttpEntry {}
}
