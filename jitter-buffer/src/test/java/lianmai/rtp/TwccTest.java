package lianmai.rtp;

import static lianmai.rtp.Hex.AT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwccTest {
    private static final long MS = 1_000_000L;
    private static final long NO = Twcc.NOT_RECEIVED;
    private static final int CAPACITY = 1200;

    private final UnsafeBuffer b = new UnsafeBuffer(new byte[AT + CAPACITY]);
    private final TwccWriter writer = new TwccWriter();

    @Test
    void shouldWriteARunOfSmallDeltasAsTheDraftDrawsIt() {
        // Reference 1 is 64 ms; 65 ms is 4 ticks behind it, 66 ms another 4.
        final int length = write(65_534, new long[] {65 * MS, 66 * MS, 66 * MS});
        assertThat(Hex.of(b, AT, length))
                .isEqualTo("8fcd0006" + "00000001" + "00000002" + "fffe0003" + "00000109" + "20030404" + "00000000");
    }

    @ParameterizedTest
    @CsvSource({
        "20070001, deltas cut off",
        "40010001, a large delta cut off and statuses missing",
        "00010001, chunks cut off",
        "00000000, runs of no status",
        "60070000, the reserved symbol in a run",
        "ffff0000, the reserved symbol in a vector",
    })
    void shouldRefuseWhatIsMalformed(final String rest, final String what) {
        final UnsafeBuffer packet = Hex.buffer("8fcd0005 00000001 00000002 00000007 00000109" + rest);
        assertThat(Twcc.isValid(packet, AT)).as(what).isTrue();
        assertThat(Twcc.read(packet, AT, new long[100])).as(what).isEqualTo(Twcc.MALFORMED);
    }

    @Test
    void shouldNotReadMoreThanTheCallerHasRoomFor() {
        write(0, new long[] {MS, MS, MS});
        assertThat(Twcc.read(b, AT, new long[2])).isEqualTo(Twcc.MALFORMED);
        assertThat(Twcc.read(b, AT, new long[3])).isEqualTo(3);
    }

    @Test
    void shouldWriteNothingWhenNothingHasArrived() {
        assertThat(writer.write(b, AT, CAPACITY, 1, 2, 0, 0, new long[] {NO, NO}, 0, 2))
                .isEqualTo(TwccWriter.NOTHING);
        assertThat(writer.write(b, AT, CAPACITY, 1, 2, 0, 0, new long[0], 0, 0)).isEqualTo(TwccWriter.NOTHING);
        assertThat(writer.write(b, AT, 20, 1, 2, 0, 0, new long[] {MS}, 0, 1)).isEqualTo(TwccWriter.NOTHING);
    }

    @Test
    void shouldEndAPacketWhereADeltaIsTooLarge() {
        final long[] arrivals = {MS, 2 * MS, 10_000 * MS, 10_001 * MS};
        final long written = writer.write(b, AT, CAPACITY, 1, 2, 0, 100, arrivals, 0, 4);
        assertThat(TwccWriter.covered(written)).isEqualTo(2);
        final long rest = writer.write(b, AT, CAPACITY, 1, 2, 1, 102, arrivals, 2, 2);
        assertThat(TwccWriter.covered(rest)).isEqualTo(2);
        final long[] read = new long[2];
        assertThat(Twcc.read(b, AT, read)).isEqualTo(2);
        assertThat(read).containsExactly(10_000 * MS, 10_001 * MS);
        assertThat(Twcc.baseSequence(b, AT)).isEqualTo(102);
        assertThat(Twcc.feedbackCount(b, AT)).isEqualTo(1);
    }

    @Test
    void shouldNeverWriteMoreThanThereIsRoomFor() {
        final long[] arrivals = new long[TwccWriter.MAX_STATUSES + 100];
        final SplittableRandom random = new SplittableRandom(3);
        Arrays.setAll(arrivals, i -> random.nextInt(2_000) * MS);
        for (int capacity = 24; capacity < CAPACITY; capacity += 7) {
            final long written = writer.write(b, AT, capacity, 1, 2, 0, 0, arrivals, 0, arrivals.length);
            assertThat(TwccWriter.length(written)).isLessThanOrEqualTo(capacity);
            if (written != TwccWriter.NOTHING) {
                final int covered = TwccWriter.covered(written);
                final long[] read = new long[covered];
                assertThat(Twcc.read(b, AT, read)).isEqualTo(covered);
                assertThat(read).containsExactly(Arrays.copyOf(arrivals, covered));
            }
        }
    }

    @Test
    void shouldCompressLongRuns() {
        final long[] arrivals = new long[1000];
        Arrays.fill(arrivals, NO);
        arrivals[0] = MS;
        arrivals[999] = 2 * MS;
        assertThat(write(0, arrivals)).isEqualTo(28);
        final long[] read = new long[1000];
        assertThat(Twcc.read(b, AT, read)).isEqualTo(1000);
        assertThat(read).containsExactly(arrivals);
    }

    @Test
    void shouldReadAVectorOfEitherKind() {
        // 1-bit: received, lost, received, eleven lost; 2-bit: small, large negative, five lost. Reference time is -1.
        final UnsafeBuffer packet = Hex.buffer(
                "8fcd0007 00000001 00000002 00000015 ffffff05" + "a800 d800" + "0401 01 fffe 000000" + "00000000");
        final long[] read = new long[21];
        assertThat(Twcc.read(packet, AT, read)).isEqualTo(21);
        assertThat(read[0]).isEqualTo(-64 * MS + MS);
        assertThat(read[1]).isEqualTo(NO);
        assertThat(read[2]).isEqualTo(-64 * MS + MS + MS / 4);
        assertThat(read[14]).isEqualTo(-64 * MS + MS + MS / 2);
        assertThat(read[15]).isEqualTo(-64 * MS + MS);
        assertThat(read[16]).isEqualTo(NO);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldReadWhateverItWrites(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            final long[] arrivals = new long[1 + random.nextInt(300)];
            final double loss = random.nextDouble() * random.nextDouble();
            final int spreadTicks = 1 << random.nextInt(12);
            long ticks = random.nextInt(1 << 28);
            for (int i = 0; i < arrivals.length; i++) {
                ticks += random.nextInt(spreadTicks) - (random.nextInt(8) == 0 ? spreadTicks : 0);
                arrivals[i] = random.nextDouble() < loss ? NO : ticks * Twcc.TICK_NS;
            }
            readBack(seed, round, arrivals);
        }
    }

    private void readBack(final long seed, final int round, final long[] arrivals) {
        int from = 0;
        while (from < arrivals.length) {
            final int count = arrivals.length - from;
            final long written = writer.write(b, AT, CAPACITY, 1, 2, round, 65_500 + from, arrivals, from, count);
            if (written == TwccWriter.NOTHING) {
                assertThat(Arrays.stream(arrivals).skip(from)).allMatch(a -> a == NO);
                return;
            }
            final int covered = TwccWriter.covered(written);
            assertThat(RtcpHeader.isValidCompound(b, AT, TwccWriter.length(written)))
                    .isTrue();
            assertThat(Twcc.isValid(b, AT)).isTrue();
            assertThat(Twcc.baseSequence(b, AT)).isEqualTo(65_500 + from & 0xFFFF);
            final long[] read = new long[covered];
            assertThat(Twcc.read(b, AT, read)).isEqualTo(covered);
            assertThat(read)
                    .as("seed %d, round %d", seed, round)
                    .containsExactly(Arrays.copyOfRange(arrivals, from, from + covered));
            from += covered;
        }
    }

    private int write(final int baseSequence, final long[] arrivals) {
        final long written = writer.write(b, AT, CAPACITY, 1, 2, 9, baseSequence, arrivals, 0, arrivals.length);
        assertThat(TwccWriter.covered(written)).isEqualTo(arrivals.length);
        return TwccWriter.length(written);
    }
}
