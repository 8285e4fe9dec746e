package lianmai.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import lianmai.message.ServerMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small parts of the room machine, each by itself. */
class MechanismsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldGiveABurstAndThenTheRate() {
        final RateBucket bucket = new RateBucket(5, 10, 0);
        int taken = 0;
        for (int i = 0; i < 20; i++) {
            taken += bucket.take(0) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(10);
        assertThat(bucket.take(SECOND / 5 - 1)).isFalse();
        assertThat(bucket.take(SECOND / 5)).isTrue();
        taken = 0;
        for (int i = 0; i < 1000; i++) {
            taken += bucket.take(SECOND / 5 + i * (SECOND / 100)) ? 1 : 0;
        }
        assertThat(taken).isBetween(49, 50);
    }

    @Test
    void shouldNotSaveUpMoreThanTheBurst() {
        final RateBucket bucket = new RateBucket(5, 10, 0);
        int taken = 0;
        for (int i = 0; i < 50; i++) {
            taken += bucket.take(3600 * SECOND) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(10);
    }

    @Test
    void shouldKeepTheSumOfBatchesUnderTheCap() {
        final WriteBudget budget = new WriteBudget(20_000);
        long now = 0;
        long writes = 0;
        while (now < 10 * SECOND) {
            budget.spend(3_000, now);
            writes += 3_000;
            now = budget.readyAtNs(now);
        }
        assertThat(writes).isBetween(199_000L, 203_000L);
    }

    @Test
    void shouldWakeEachSleeperAtItsTimeAndOnce() {
        final Wakeups wakeups = new Wakeups();
        final List<String> woken = new ArrayList<>();
        final Alarm late = new Alarm("late", 30, woken);
        final Alarm early = new Alarm("early", 10, woken);
        wakeups.arm(late);
        wakeups.arm(early);
        wakeups.arm(early);
        assertThat(wakeups.size()).isEqualTo(2);
        assertThat(wakeups.nextDeadlineNs()).isEqualTo(10);
        wakeups.onTime(9);
        assertThat(woken).isEmpty();
        wakeups.onTime(40);
        assertThat(woken).containsExactly("early@40", "late@40");
        assertThat(wakeups.size()).isZero();
        assertThat(wakeups.nextDeadlineNs()).isEqualTo(Wakeups.NEVER);
    }

    @Test
    void shouldFollowADeadlineThatMovesAndForgetASleeper() {
        final Wakeups wakeups = new Wakeups();
        final List<String> woken = new ArrayList<>();
        final Alarm alarm = new Alarm("a", 30, woken);
        wakeups.arm(alarm);
        alarm.atNs = 20;
        wakeups.arm(alarm);
        assertThat(wakeups.nextDeadlineNs()).isEqualTo(20);
        alarm.atNs = 50;
        wakeups.arm(alarm);
        assertThat(wakeups.nextDeadlineNs()).isEqualTo(50);
        wakeups.forget(alarm);
        wakeups.onTime(100);
        assertThat(woken).isEmpty();
        assertThat(wakeups.size()).isZero();
    }

    @Test
    void shouldReturnFromASleeperThatNeverGetsAhead() {
        final Wakeups wakeups = new Wakeups();
        final List<String> woken = new ArrayList<>();
        final Alarm stuck = new Alarm("stuck", 10, woken);
        stuck.stuck = true;
        wakeups.arm(stuck);
        wakeups.onTime(20);
        assertThat(woken).hasSize(1);
        assertThat(wakeups.nextDeadlineNs()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, true",
        "128, 0, true",
        "129, 0, false",
        "129, 1, true",
        "500, 371, false",
        "500, 372, true",
        "3, 4, false"
    })
    void shouldReplayWhatTheRingStillHas(final int events, final long seq, final boolean reached) {
        final EventRing ring = new EventRing();
        for (int i = 1; i <= events; i++) {
            ring.add(new ServerMessage.OnStage(i));
        }
        assertThat(ring.lastSeq()).isEqualTo(events);
        assertThat(ring.reaches(seq)).isEqualTo(reached);
        if (reached) {
            final List<Long> replayed = new ArrayList<>();
            ring.replay(seq, (event, number) -> {
                assertThat(((ServerMessage.OnStage) event).seat()).isEqualTo((int) number);
                replayed.add(number);
            });
            assertThat(replayed).hasSize((int) (events - seq));
        }
    }

    @Test
    void shouldRememberTheLast64RepliesAndTheNewestLargeOneForAWhile() {
        final ReplyMemory memory = new ReplyMemory();
        for (int i = 0; i < 65; i++) {
            memory.put(new ServerMessage.Ok("r" + i), 0);
        }
        assertThat(memory.find("r0")).isNull();
        assertThat(memory.find("r1")).isNotNull();
        final ServerMessage.Answer answer = new ServerMessage.Answer("big", "sdp", List.of());
        memory.put(answer, 0);
        memory.put(new ServerMessage.Pong("pong", 1), 0);
        assertThat(memory.find("big")).isSameAs(answer);
        assertThat(memory.find("pong")).isNull();
        assertThat(memory.nextDeadlineNs()).isEqualTo(ReplyMemory.LARGE_NS);
        memory.onTime(ReplyMemory.LARGE_NS);
        assertThat(memory.find("big")).isNull();
        assertThat(memory.nextDeadlineNs()).isEqualTo(Wakeups.NEVER);
    }

    @Test
    void shouldForgetABanAfterTenMinutes() {
        final Bans bans = new Bans();
        bans.add("r", "x", 0);
        assertThat(bans.holds("r", "x", Bans.BAN_NS - 1)).isTrue();
        assertThat(bans.holds("other", "x", 1)).isFalse();
        bans.add("r", "x", 5);
        assertThat(bans.holds("r", "x", Bans.BAN_NS)).isTrue();
        assertThat(bans.holds("r", "x", Bans.BAN_NS + 5)).isFalse();
    }

    @Test
    void shouldPlaceRoomsOnTheLeastLoadedShard() {
        final ShardPlacement placement = ShardPlacement.leastLoaded(3, 2, 0, Headroom.ENDLESS);
        assertThat(placement.place(1)).isZero();
        placement.onPeers(0, 1);
        assertThat(placement.place(2)).isEqualTo(1);
        placement.onPeers(1, 2);
        placement.onPeers(2, 2);
        assertThat(placement.place(3)).isZero();
        placement.onPeers(0, 1);
        assertThat(placement.place(4)).isEqualTo(ShardPlacement.NONE);
        placement.onPeers(2, -1);
        assertThat(placement.place(5)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1, 100", "13, 1, 1, 100", "4, 0, 1, 100", "4, 1, 0, 100", "4, 1, 1, 99"})
    void shouldRefuseLimitsOutOfRange(final int seats, final int members, final int rooms, final int writes) {
        assertThatThrownBy(() -> new RoomLimits(seats, members, rooms, writes))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final class Alarm extends Wakeups.Sleeper {
        private final String name;
        private final List<String> woken;
        private long atNs;
        private boolean stuck;

        Alarm(final String name, final long atNs, final List<String> woken) {
            this.name = name;
            this.atNs = atNs;
            this.woken = woken;
        }

        @Override
        long nextDeadlineNs() {
            return atNs;
        }

        @Override
        void onTime(final long nowNs) {
            woken.add(name + "@" + nowNs);
            atNs = stuck ? atNs : Wakeups.NEVER;
        }
    }
}
