package lianmai.rtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import lianmai.sim.RandomBytes;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** No bytes may make a reader of RTP headers throw, read beyond its packet, or loop. */
class RtpFuzzTest {
    private static final long SEED = 20_252;
    private static final int ROUNDS = 100_000;

    private static final byte[][] SAMPLES = {
        Hex.bytes("80e1fffe 89abcdef f0000001 01020304"),
        Hex.bytes("900000000000000000000000 bede0004 10aa 22123456 31ffff 417630 502a 0000 01020304"),
        Hex.bytes("920000000000000000000000 1111111122222222 10000002 0100 0f02aabb 0000 ff"),
        Hex.bytes("b00000000000000000000000 bede0001 1f0a0000 00000004"),
    };

    @FuzzTest
    void shouldSurviveAnyPacket(final byte[] bytes) {
        RandomBytes.parse(bytes, RtpFuzzTest::readAll);
    }

    @Test
    void shouldSurviveNoiseAndSpoiltSamples() {
        RandomBytes.feed(SEED, ROUNDS, RtpFuzzTest::readAll, SAMPLES);
    }

    private static void readAll(final DirectBuffer b, final int offset, final int length) {
        PacketKind.of(b, offset, length);
        final int header = RtpHeader.length(b, offset, length);
        if (header == RtpHeader.MALFORMED) {
            return;
        }
        final int padding = RtpHeader.paddingLength(b, offset, length);
        if (header < RtpHeader.MIN_LENGTH || padding < 0 || header + padding > length) {
            throw new IllegalStateException("header " + header + " and padding " + padding + " of " + length);
        }
        long element = RtpExtensions.first(b, offset, header);
        while (element != RtpExtensions.NONE) {
            if (RtpExtensions.offset(element) + RtpExtensions.length(element) > offset + header) {
                throw new IllegalStateException("an element reaches beyond the header");
            }
            RtpExtensionValues.audioLevel(b, element);
            RtpExtensionValues.voice(b, element);
            RtpExtensionValues.absSendTime(b, element);
            RtpExtensionValues.transportSequence(b, element);
            RtpExtensionValues.isText(b, element, new byte[RtpExtensions.length(element)]);
            element = RtpExtensions.next(b, offset, header, element);
        }
        RtpExtensions.find(b, offset, header, 3);
    }
}
