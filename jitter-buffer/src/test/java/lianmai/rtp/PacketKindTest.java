package lianmai.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketKindTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1, STUN",
        "3, 255, STUN",
        "4, 0, UNKNOWN",
        "16, 0, UNKNOWN",
        "19, 0, UNKNOWN",
        "20, 254, DTLS",
        "22, 254, DTLS",
        "63, 254, DTLS",
        "64, 0, UNKNOWN",
        "79, 0, UNKNOWN",
        "127, 200, UNKNOWN",
        "128, 0, RTP",
        "128, 96, RTP",
        "144, 191, RTP",
        "128, 192, RTCP",
        "129, 200, RTCP",
        "143, 206, RTCP",
        "128, 223, RTCP",
        "128, 224, RTP",
        "191, 255, RTP",
        "192, 200, UNKNOWN",
        "255, 255, UNKNOWN",
    })
    void shouldTellKindsByTheirFirstBytes(final int first, final int second, final PacketKind kind) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[] {0, (byte) first, (byte) second});
        assertThat(PacketKind.of(buffer, 1, 2)).isEqualTo(kind);
    }

    @Test
    void shouldNotGuessWhatIsTooShort() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1]);
        assertThat(PacketKind.of(buffer, 0, 1)).isEqualTo(PacketKind.UNKNOWN);
        assertThat(PacketKind.of(buffer, 1, 0)).isEqualTo(PacketKind.UNKNOWN);
    }
}
