package lianmai.room;

/** Which seat a WHEP viewer is shown. */
public sealed interface Watch {
    /** The host's seat, wherever it is. */
    record HostSeat() implements Watch {}

    record FixedSeat(int seat) implements Watch {}

    /** Whoever speaks; the host's seat until somebody does. */
    record Speaker() implements Watch {}
}
