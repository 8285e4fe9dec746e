package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetransmitterTest {
    private final Retransmitter retransmitter = new Retransmitter(100);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 32_767, 32_768, 65_534, 65_535, 1 << 20})
    void shouldSendOnePacketAgainThreeTimes(final long sequence) {
        for (int i = 0; i < 3; i++) {
            assertThat(retransmitter.allows(sequence, i)).isTrue();
        }
        assertThat(retransmitter.allows(sequence, 3)).isFalse();
        assertThat(retransmitter.allows(sequence + 1, 3)).isTrue();
    }

    @Test
    void shouldSpendItsBudgetAndEarnItBack() {
        int allowed = 0;
        for (int i = 0; i < 1000; i++) {
            allowed += retransmitter.allows(i, 0) ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(300);
        allowed = 0;
        for (int i = 0; i < 1000; i++) {
            allowed += retransmitter.allows(2000 + i, 500_000_000L) ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(150);
        allowed = 0;
        for (int i = 0; i < 1000; i++) {
            allowed += retransmitter.allows(4000 + i, 3_600_000_000_000L) ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(300);
    }

    @Test
    void shouldNumberItsOwnStream() {
        assertThat(retransmitter.nextSequence()).isEqualTo(100);
        assertThat(retransmitter.nextSequence()).isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 65_534, 65_535})
    void shouldWriteTheOriginalsNumberInNetworkOrder(final int sequence) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4]);
        Retransmitter.writeOriginalSequence(buffer, 1, 65_536L + sequence);
        assertThat(Retransmitter.readOriginalSequence(buffer, 1)).isEqualTo(sequence);
        assertThat(buffer.getByte(1) & 0xFF).isEqualTo(sequence >>> 8);
    }
}
