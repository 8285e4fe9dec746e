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
    private final PacketPool pool = new PacketPool(16);
    private final RelayCounters counters = new RelayCounters();
    private final SendBatch batch = new SendBatch(pool, counters, new JitsiSrtpProvider().batch(8), 4);
    private final PathTable paths = new PathTable(4, 1);
    private final int path = paths.add(0, 1, 2, 0);
    private final List<Integer> sent = new ArrayList<>();
    private final Tagger tagger = new Tagger();

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
        for (int i = 0; i < 6; i++) {
            appendRtp(false, 10, -1);
        }
        batch.plain(pool.acquire(), 20, PathTable.NONE);
        assertThat(counters.value(DropReason.BATCH_FULL)).isEqualTo(2);
        assertThat(counters.value(DropReason.VIEWER_NOT_READY)).isEqualTo(1);
        assertThat(pool.inUse()).isEqualTo(4);
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
