package lianmai.sdp;

import java.util.function.Function;

/** Either a value or the one reason why there is none. */
public sealed interface SdpOutcome<T> {
    /** It worked. */
    record Ok<T>(T value) implements SdpOutcome<T> {}

    /** It was refused. */
    record Refused<T>(SdpError error) implements SdpOutcome<T> {}

    static <T> SdpOutcome<T> ok(final T value) {
        return new Ok<>(value);
    }

    static <T> SdpOutcome<T> refused(final SdpError error) {
        return new Refused<>(error);
    }

    /** Goes on with the value, or hands the refusal on. */
    default <R> SdpOutcome<R> then(final Function<T, SdpOutcome<R>> next) {
        return switch (this) {
            case Ok<T>(final T value) -> next.apply(value);
            case Refused<T>(final SdpError error) -> refused(error);
        };
    }
}
