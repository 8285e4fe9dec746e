package lianmai.jmh;

import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpTransform;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** SRTP that reads and writes no byte, and answers lengths as if it had: what is left is everything else's cost. */
final class NoCipher implements SrtpProvider {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public SrtpTransform transform(final SrtpKeys keys) {
        return new Untouched(keys.profile().tagBytes(), keys.profile().overhead(true));
    }

    private record Untouched(int rtpOverhead, int rtcpOverhead) implements SrtpTransform {
        @Override
        public int unprotectRtp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length - rtpOverhead;
        }

        @Override
        public int unprotectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length - rtcpOverhead;
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
            return headerLength + payloadLength + rtpOverhead;
        }

        @Override
        public int protectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length + rtcpOverhead;
        }

        @Override
        public void close() {}
    }
}
