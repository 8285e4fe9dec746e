package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import lianmai.rtp.RtpHeader;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshPacketsTest {
    private static final int ROOM = 2048;
    private static final byte PAYLOAD = 0x55;

    private final UnsafeBuffer slab = new UnsafeBuffer(new byte[300 * ROOM]);
    private final FreshPackets fresh = new FreshPackets();

    private void add(final int payloadLength) {
        final int i = fresh.count();
        final int offset = i * ROOM;
        RtpHeader.write(slab, offset, false, 96, i, 0, 1);
        slab.setMemory(offset + RtpHeader.MIN_LENGTH, payloadLength, PAYLOAD);
        slab.setMemory(offset + RtpHeader.MIN_LENGTH + payloadLength, 16, (byte) 0x77); // SRTP's tag was there
        fresh.add(i, offset, RtpHeader.MIN_LENGTH, payloadLength, i, false);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 0",
        "1000 1000 1000, 0 0 0",
        "1000 1000 1001 1001, 1 1 0 0",
        "1001 1001 1000 1000, 0 0 1 0",
        "1000 1001 1000 1001, 1 0 1 0",
        "1000 1008, 8 0",
        "1000 1009, 0 0",
        "1000 1004 1008 1009, 8 4 0 0",
        "1200 1200 300, 0 0 0",
        "300 301 1200 1200 20 21, 1 0 0 0 1 0"
    })
    void shouldMakePacketsOfNearlyOneLengthOneRun(final String lengths, final String paddings) {
        for (final String length : lengths.split(" ")) {
            add(Integer.parseInt(length));
        }
        fresh.pad(slab);
        final int[] found =
                IntStream.range(0, fresh.count()).map(fresh::padding).toArray();
        assertThat(found)
                .containsExactly(Arrays.stream(paddings.split(" "))
                        .mapToInt(Integer::parseInt)
                        .toArray());
    }

    @Test
    void shouldWritePaddingThatAReceiverFinds() {
        add(1000);
        add(1005);
        fresh.pad(slab);
        RtpHeader.padding(slab, fresh.offset(0), true);
        final int length = fresh.headerLength(0) + fresh.payloadLength(0) + fresh.padding(0);
        assertThat(RtpHeader.paddingLength(slab, fresh.offset(0), length)).isEqualTo(5);
        assertThat(slab.getByte(RtpHeader.MIN_LENGTH + 999)).isEqualTo(PAYLOAD);
        assertThat(IntStream.range(1000, 1005).map(i -> slab.getByte(RtpHeader.MIN_LENGTH + i)))
                .containsExactly(0, 0, 0, 0, 5);
    }

    @Test
    void shouldForgetPaddingWithThePackets() {
        add(1000);
        add(1001);
        fresh.pad(slab);
        fresh.clear();
        add(1000);
        add(1000);
        assertThat(fresh.padding(0)).isZero();
        fresh.pad(slab);
        assertThat(fresh.padding(0)).isZero();
    }

    @Test
    void shouldTellWhatLeavesOnce() {
        add(10);
        fresh.leaves(0, 3);
        fresh.leaves(0, 4);
        assertThat(fresh.takeLeaving(0)).isEqualTo(7);
        assertThat(fresh.takeLeaving(0)).isZero();
    }
}
