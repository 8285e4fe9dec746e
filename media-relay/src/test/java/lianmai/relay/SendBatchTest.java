package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import lianmai.jitter.PacketPool;
import lianmai.srtp.JitsiSrtpProvider;
import lianmai.srtp.SrtpStatus;
import lianmai.srtp.SrtpTransform;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

class SendBatchTest {
    private static final int LANE = 100;

    private final PacketPool pool = new PacketPool(128);
    private final RelayCounters counters = new RelayCounters();
    private final SendBatch batch = new SendBatch(pool, counters, new JitsiSrtpProvider().batch(256), LANE);
    private final PathTable paths = new PathTable(4, 1);
    private final int path = paths.add(0, 1, 2, 0);
    private final List<Integer> sent = new ArrayList<>();
    private final Tagger tagger = new Tagger();
    private int taken = Integer.MAX_VALUE;

    /** Adds one byte to each packet, or refuses; counts its end. */
    private static final class Tagger implements SrtpTransform {
        private boolean refuses;
        private boolean isClosed;

        @Override
        public int unprotectRtp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length;
        }

        @Override
        public int unprotectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length;
        }

        @Override
        public int protectRtp(
                final MutableDirectBuffer dst,
                final int dstOffset,
                final int headerLength,
                final DirectBuffer src,
                final int srcOffset,
                final int payloadLength,
                final long extendedSequence) {
            assertThat(isClosed).isFalse();
            return refuses ? SrtpStatus.REPLAYED : headerLength + payloadLength + 1;
        }

        @Override
        public int protectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return refuses ? SrtpStatus.KEY_EXHAUSTED : length + 1;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private void flush(final boolean takes) {
        batch.protect();
        batch.drain(paths, (slot, length, table, to) -> {
            if (takes) {
                sent.add(length);
                pool.release(slot);
            }
            return takes;
        });
    }

    private void appendRtp(final boolean urgent, final int payloadLength, final int source) {
        final int slot = pool.acquire();
        batch.rtp(urgent, slot, 12, source < 0 ? slot : source, 0, payloadLength, 7, path, tagger);
    }

    @Test
    void shouldSendTheUrgentLaneFirstInOrder() {
        appendRtp(false, 500, -1);
        appendRtp(true, 100, -1);
        batch.plain(pool.acquire(), 20, path);
        batch.rtcp(pool.acquire(), 40, path, tagger);
        assertThat(batch.size()).isEqualTo(4);
        flush(true);
        assertThat(sent).containsExactly(113, 20, 41, 513);
        assertThat(batch.size()).isZero();
        assertThat(pool.inUse()).isZero();
        assertThat(counters.value(Counter.DATAGRAMS_OUT)).isEqualTo(4);
        assertThat(counters.value(Counter.BYTES_OUT)).isEqualTo(113 + 20 + 41 + 513);
    }

    /** "count*length+last" to a path. */
    private List<String> runs() {
        final List<String> runs = new ArrayList<>();
        batch.protect();
        batch.drain(paths, new SendBatch.Sink() {
            @Override
            public boolean send(final int slot, final int length, final PathTable table, final int to) {
                throw new AssertionError("everything goes as a run");
            }

            @Override
            public int sendRun(
                    final int[] slots,
                    final int count,
                    final int length,
                    final int last,
                    final PathTable table,
                    final int to) {
                runs.add(to + ": " + count + "*" + length + (last == length ? "" : "+" + last));
                for (int i = 0; i < Math.min(count, taken); i++) {
                    pool.release(slots[i]);
                }
                return Math.min(count, taken);
            }
        });
        return runs;
    }

    private void plain(final int length, final int to) {
        batch.plain(pool.acquire(), length, to);
    }

    @Test
    void shouldGatherEachPathsPacketsIntoRunsWithAShorterLast() {
        final int other = paths.add(0, 1, 3, 0);
        for (final int length : new int[] {100, 100, 101, 101, 60, 60}) {
            plain(length, path);
            plain(length, other);
        }
        assertThat(runs())
                .containsExactly(
                        path + ": 2*100",
                        path + ": 3*101+60",
                        path + ": 1*60",
                        other + ": 2*100",
                        other + ": 3*101+60",
                        other + ": 1*60");
        assertThat(counters.value(Counter.DATAGRAMS_OUT)).isEqualTo(12);
        assertThat(counters.value(Counter.BYTES_OUT)).isEqualTo(2 * 522);
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void shouldNotMixTheLanes() {
        appendRtp(false, 87, -1);
        plain(100, path);
        appendRtp(false, 87, -1);
        plain(100, path);
        assertThat(runs()).containsExactly(path + ": 2*100", path + ": 2*100");
    }

    @Test
    void shouldEndARunAtItsLimits() {
        for (int i = 0; i < 65; i++) {
            plain(10, path);
        }
        assertThat(runs()).containsExactly(path + ": 64*10", path + ": 1*10");
        for (int i = 0; i < 40; i++) {
            plain(2000, path);
        }
        assertThat(runs()).containsExactly(path + ": 32*2000", path + ": 8*2000");
    }

    @Test
    void shouldLeaveOutOfARunWhatTheCipherRefuses() {
        appendRtp(true, 10, -1);
        tagger.refuses = true;
        appendRtp(true, 10, -1);
        batch.protect();
        tagger.refuses = false;
        plain(23, path);
        assertThat(runs()).hasSize(1);
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void shouldDropAndCountTheRestOfARunThatIsNotTaken() {
        taken = 2;
        for (int i = 0; i < 5; i++) {
            plain(i == 4 ? 30 : 50, path);
        }
        assertThat(runs()).containsExactly(path + ": 5*50+30");
        assertThat(counters.value(DropReason.SEND_REFUSED)).isEqualTo(3);
        assertThat(counters.value(Counter.DATAGRAMS_OUT)).isEqualTo(2);
        assertThat(counters.value(Counter.BYTES_OUT)).isEqualTo(100);
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void shouldFindPathsOfAnyNumber() {
        final PathTable many = new PathTable(1 << 12, 1);
        int last = 0;
        for (int i = 0; i < 1 << 12; i++) {
            last = many.add(0, 1, i, 0);
        }
        plain(10, last);
        plain(10, 0);
        plain(10, last);
        assertThat(runs()).containsExactly(last + ": 2*10", "0: 1*10");
        assertThat(runs()).isEmpty();
    }

    @Test
    void shouldKeepThePayloadsSlotUntilItIsProtected() {
        final int source = pool.acquire();
        appendRtp(false, 10, source);
        appendRtp(false, 10, source);
        pool.release(source);
        assertThat(pool.inUse()).isEqualTo(3);
        batch.protect();
        assertThat(pool.inUse()).isEqualTo(2);
        flush(true);
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void shouldCountWhatDoesNotFitAndWhatHasNowhereToGo() {
        for (int i = 0; i < LANE + 2; i++) {
            appendRtp(false, 10, -1);
        }
        batch.plain(pool.acquire(), 20, PathTable.NONE);
        assertThat(counters.value(DropReason.BATCH_FULL)).isEqualTo(2);
        assertThat(counters.value(DropReason.VIEWER_NOT_READY)).isEqualTo(1);
        assertThat(pool.inUse()).isEqualTo(LANE);
        flush(true);
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void shouldDropWhatTheCipherOrTheSocketRefuses() {
        tagger.refuses = true;
        appendRtp(true, 10, -1);
        flush(true);
        assertThat(counters.value(DropReason.PROTECT_REFUSED)).isEqualTo(1);
        tagger.refuses = false;
        appendRtp(true, 10, -1);
        flush(false);
        assertThat(counters.value(DropReason.SEND_REFUSED)).isEqualTo(1);
        assertThat(sent).isEmpty();
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void shouldCloseKeysOnlyWhenWhatWasAppendedUnderThemIsProtected() {
        appendRtp(true, 10, -1);
        batch.closeLater(tagger);
        assertThat(tagger.isClosed).isFalse();
        flush(true);
        assertThat(tagger.isClosed).isTrue();
        assertThat(sent).hasSize(1);
    }
}
