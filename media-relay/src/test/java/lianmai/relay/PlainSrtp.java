package lianmai.relay;

import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpTransform;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Neither encrypts nor allocates: for what the relay itself costs, and to read what it sends. Thread: any. */
final class PlainSrtp implements SrtpProvider {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public SrtpTransform transform(final SrtpKeys keys) {
        return new Plain();
    }

    private static final class Plain implements SrtpTransform {
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
            dst.putBytes(dstOffset + headerLength, src, srcOffset, payloadLength);
            return headerLength + payloadLength;
        }

        @Override
        public int protectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return length;
        }

        @Override
        public void close() {}
    }
}
