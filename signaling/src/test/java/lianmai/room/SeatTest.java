package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Predicate;
import lianmai.message.Role;
import lianmai.room.Seat.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeatTest {
    private final TestHall hall = new TestHall();
    private final Member kept = hall.memberOf(hall.join("r", "kept", Role.HOST));
    private final Member other = hall.memberOf(hall.join("r", "other", Role.VIEWER));

    /** Every state and every input, with whoever it is about: the one it is kept for (or who sits), or another. */
    @ParameterizedTest
    @CsvSource({
        "EMPTY, reserve kept, true, RESERVED",
        "EMPTY, occupy kept, true, OCCUPIED",
        "EMPTY, release, false, EMPTY",
        "EMPTY, vacate, false, EMPTY",
        "RESERVED, reserve kept, false, RESERVED",
        "RESERVED, reserve other, false, RESERVED",
        "RESERVED, occupy kept, true, OCCUPIED",
        "RESERVED, occupy other, false, RESERVED",
        "RESERVED, release, true, EMPTY",
        "RESERVED, vacate, false, RESERVED",
        "OCCUPIED, reserve kept, false, OCCUPIED",
        "OCCUPIED, reserve other, false, OCCUPIED",
        "OCCUPIED, occupy kept, false, OCCUPIED",
        "OCCUPIED, occupy other, false, OCCUPIED",
        "OCCUPIED, release, false, OCCUPIED",
        "OCCUPIED, vacate, true, EMPTY",
        "EMPTY, show kept, true, PK",
        "EMPTY, hide, false, EMPTY",
        "RESERVED, show kept, false, RESERVED",
        "RESERVED, hide, false, RESERVED",
        "OCCUPIED, show kept, false, OCCUPIED",
        "OCCUPIED, hide, false, OCCUPIED",
        "PK, reserve kept, false, PK",
        "PK, reserve other, false, PK",
        "PK, occupy kept, false, PK",
        "PK, occupy other, false, PK",
        "PK, release, false, PK",
        "PK, vacate, false, PK",
        "PK, show kept, false, PK",
        "PK, show other, false, PK",
        "PK, hide, true, EMPTY",
    })
    void shouldTakeOrRefuseEveryInputInEveryState(
            final State before, final String input, final boolean taken, final State after) {
        final Seat seat = seatIn(before);
        final Member memberBefore = seat.member();
        final long untilBefore = seat.reservedUntilNs();
        final Predicate<Seat> act =
                switch (input) {
                    case "reserve kept" -> s -> s.reserve(kept, 99);
                    case "reserve other" -> s -> s.reserve(other, 99);
                    case "occupy kept" -> s -> s.occupy(kept);
                    case "occupy other" -> s -> s.occupy(other);
                    case "release" -> Seat::release;
                    case "show kept" -> s -> s.show(kept);
                    case "show other" -> s -> s.show(other);
                    case "hide" -> Seat::hide;
                    default -> Seat::vacate;
                };

        assertThat(act.test(seat)).isEqualTo(taken);

        assertThat(seat.state()).isEqualTo(after);
        if (!taken) {
            assertThat(seat.member()).isSameAs(memberBefore);
            assertThat(seat.reservedUntilNs()).isEqualTo(untilBefore);
        }
        assertThat(seat.member() == null).isEqualTo(after == State.EMPTY);
        assertThat(seat.reservedUntilNs() != Wakeups.NEVER).isEqualTo(after == State.RESERVED);
    }

    private Seat seatIn(final State state) {
        final Seat seat = new Seat(2);
        switch (state) {
            case RESERVED -> seat.reserve(kept, 7);
            case OCCUPIED -> seat.occupy(kept);
            case PK -> seat.show(kept);
            case EMPTY -> {}
        }
        return seat;
    }
}
