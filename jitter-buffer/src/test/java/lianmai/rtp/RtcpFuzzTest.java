package lianmai.rtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import lianmai.sim.RandomBytes;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** No bytes may make an RTCP reader throw, read beyond its packet, or loop. */
class RtcpFuzzTest {
    private static final long SEED = 20_251;
    private static final int ROUNDS = 100_000;

    private static final byte[][] SAMPLES = {
        Hex.bytes("81c8000c 01020304 e1234567 89abcdef fffffffe ffffffff 000005dc"
                + "0000aaaa 80ffffff 0001fffe 00000011 12345678 00010000 81ca0003 00000009 01046162 63640000"),
        Hex.bytes("81c90007 00000001 0000aaaa 80ffffff 0001fffe 00000011 12345678 00010000 81cb0001 00000001"),
        Hex.bytes("81cd0005 00000001 00000002 000a8001 001b0000 ffff0008"),
        Hex.bytes("81ce0002 00000001 00000002 84ce0004 00000001 00000000 00000002 ff000000"),
        Hex.bytes("8fcd0007 00000001 00000002 00000015 ffffff05 a800d800 040101fe 00000000 00000000"),
        Hex.bytes("8fce0005 00000001 00000000 52454d42 010bd090 00000002"),
        Hex.bytes("a2cb0003 00000001 00000002 00000004"),
    };

    @FuzzTest
    void shouldSurviveAnyCompound(final byte[] bytes) {
        RandomBytes.parse(bytes, RtcpFuzzTest::readAll);
    }

    @Test
    void shouldSurviveNoiseAndSpoiltSamples() {
        RandomBytes.feed(SEED, ROUNDS, RtcpFuzzTest::readAll, SAMPLES);
    }

    private static void readAll(final DirectBuffer b, final int offset, final int length) {
        if (!RtcpHeader.isValidCompound(b, offset, length)) {
            return;
        }
        for (int at = offset; at != RtcpHeader.NONE; at = RtcpHeader.next(b, at, offset + length)) {
            readReports(b, at);
            readFeedback(b, at);
        }
    }

    private static void readReports(final DirectBuffer b, final int at) {
        if (SenderReport.isValid(b, at)) {
            SenderReport.ntpTime(b, at);
            SenderReport.octetCount(b, at);
            for (int i = 0; i < SenderReport.blockCount(b, at); i++) {
                readBlock(b, SenderReport.blockOffset(at, i));
            }
        }
        if (ReceiverReport.isValid(b, at)) {
            ReceiverReport.senderSsrc(b, at);
            for (int i = 0; i < ReceiverReport.blockCount(b, at); i++) {
                readBlock(b, ReceiverReport.blockOffset(at, i));
            }
        }
        if (Bye.isValid(b, at)) {
            for (int i = 0; i < Bye.ssrcCount(b, at); i++) {
                Bye.ssrc(b, at, i);
            }
        }
    }

    private static void readBlock(final DirectBuffer b, final int block) {
        ReportBlock.cumulativeLost(b, block);
        ReportBlock.delaySinceLastSenderReport(b, block);
    }

    private static void readFeedback(final DirectBuffer b, final int at) {
        if (Nack.isValid(b, at)) {
            int lost = 0;
            for (long c = Nack.first(b, at); c != Nack.NONE; c = Nack.next(b, at, c)) {
                lost++;
            }
            check(lost >= 1 && lost <= 17 * RtcpHeader.length(b, at) / 4);
        }
        if (PliFir.isFir(b, at)) {
            for (int i = 0; i < PliFir.firCount(b, at); i++) {
                PliFir.firSsrc(b, at, i);
                PliFir.firSequence(b, at, i);
            }
        }
        if (Remb.isValid(b, at)) {
            check(Remb.bitrate(b, at) >= 0);
            for (int i = 0; i < Remb.ssrcCount(b, at); i++) {
                Remb.ssrc(b, at, i);
            }
        }
        if (Twcc.isValid(b, at)) {
            Twcc.read(b, at, new long[1 << 16]);
        }
        PliFir.isPli(b, at);
    }

    private static void check(final boolean holds) {
        if (!holds) {
            throw new IllegalStateException("an accessor answered what cannot be");
        }
    }
}
