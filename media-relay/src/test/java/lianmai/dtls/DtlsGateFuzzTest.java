package lianmai.dtls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.agrona.concurrent.UnsafeBuffer;

/** Whatever arrives, in whatever pieces: an answer, never an exception, and never more than the limits let through. */
class DtlsGateFuzzTest {
    private static final int RECORD_HEADER = 13;
    private static final int FRAGMENT_HEADER = 12;
    /** A tenth of a second between datagrams: fast enough that the rate limit takes part. */
    private static final long STEP_NS = 100_000_000L;

    /** The input is a row of datagrams, each behind its length in two bytes. */
    @FuzzTest
    void shouldAnswerAnyDatagrams(final byte[] input) {
        final DtlsGate gate = new DtlsGate();
        final int[] announced = new int[DtlsGate.MAX_MESSAGES];
        final UnsafeBuffer buffer = new UnsafeBuffer(input);
        long nowNs = 0;
        int length;
        for (int at = 0; at + 2 <= input.length; at += 2 + length) {
            length = Math.min((input[at] & 0xFF) << 8 | input[at + 1] & 0xFF, input.length - at - 2);
            nowNs += STEP_NS;
            final int status = gate.check(buffer, at + 2, length, nowNs);
            DtlsGate.reason(status);
            if (status == DtlsGate.PASS) {
                readTrusting(input, at + 2, at + 2 + length, announced);
            }
        }
        int sum = 0;
        for (final int bytes : announced) {
            sum += bytes;
        }
        if (sum > DtlsGate.MAX_HANDSHAKE_BYTES) {
            throw new AssertionError("let " + sum + " announced bytes through");
        }
    }

    /** Reads what passed as the engine would, trusting every length: a wrong end is the gate's fault. */
    private static void readTrusting(final byte[] bytes, final int from, final int to, final int[] announced) {
        int at = from;
        while (at < to) {
            final int end = at + RECORD_HEADER + (unsigned24(bytes, at + 10) & 0xFFFF);
            final boolean plain = bytes[at + 3] == 0 && bytes[at + 4] == 0;
            int fragment = bytes[at] == 22 && plain ? at + RECORD_HEADER : end;
            while (fragment < end) {
                announced[unsigned24(bytes, fragment + 3) & 0xFFFF] = unsigned24(bytes, fragment + 1);
                fragment += FRAGMENT_HEADER + unsigned24(bytes, fragment + 9);
            }
            if (fragment != end) {
                throw new AssertionError("let a fragment through that leaves its record");
            }
            at = end;
        }
        if (at != to) {
            throw new AssertionError("let a record through that leaves its datagram");
        }
    }

    private static int unsigned24(final byte[] bytes, final int at) {
        return (bytes[at] & 0xFF) << 16 | (bytes[at + 1] & 0xFF) << 8 | bytes[at + 2] & 0xFF;
    }
}
