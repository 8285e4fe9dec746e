package lianmai.relay;

import lianmai.srtp.JitsiSrtpProvider;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpTransform;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

/**
 * Prints how many bytes the relay allocates for each packet that it forwards, without and with the portable cipher. The
 * gate at zero is the native module's (design law 3).
 */
class ForwardingAllocationTest {
    /** Neither encrypts nor allocates. */
    private static final class NoCipher implements SrtpTransform {
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
            return headerLength + payloadLength;
        }

        @Override
        public int protectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length;
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldPrintTheBytesAllocatedForEachForwardedPacket() {
        final double relay = ForwardingMeter.bytesPerPacket(new SrtpProvider() {
            @Override
            public String name() {
                return "none";
            }

            @Override
            public SrtpTransform transform(final SrtpKeys keys) {
                return new NoCipher();
            }
        });
        final double all = ForwardingMeter.bytesPerPacket(new JitsiSrtpProvider());
        System.out.printf(
                "allocated for each forwarded packet (1 to %d): relay %.2f B, jitsi cipher %.1f B%n",
                ForwardingMeter.VIEWERS, relay, all - relay);
    }
}
