package lianmai.sim;

import lianmai.rtp.RtpHeader;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpTransform;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.IntHashSet;
import org.agrona.collections.LongHashSet;

/**
 * A provider that watches another one: no index of one key and SSRC may be asked for twice, every stream begins below
 * 2^15, no transform is used after its end (design law 6). A breach throws at once.
 *
 * <p>Thread: one.
 */
public final class RecordingSrtp implements SrtpProvider {
    private final SrtpProvider provider;
    private int made;
    private int closed;
    private long indices;
    private boolean broken;
    private int brokenSsrc;

    public RecordingSrtp(final SrtpProvider provider) {
        this.provider = provider;
    }

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public SrtpTransform transform(final SrtpKeys keys) {
        made++;
        return new Recorder(provider.transform(keys));
    }

    @Override
    public SrtpBatch batch(final int capacity) {
        final SrtpBatch batch = provider.batch(capacity);
        return new SrtpBatch() {
            @Override
            public SrtpTransform transform(final SrtpKeys keys) {
                made++;
                return new Recorder(batch.transform(keys));
            }

            @Override
            public int encrypt() {
                return batch.encrypt();
            }
        };
    }

    /** Transforms that have not been closed. */
    public int open() {
        return made - closed;
    }

    /** From now on everything about this stream throws, as a bug would. */
    public void breakFor(final int ssrc) {
        broken = true;
        brokenSsrc = ssrc;
    }

    private void mayBreak(final DirectBuffer buffer, final int offset, final int length) {
        if (broken && length >= RtpHeader.MIN_LENGTH && RtpHeader.ssrc(buffer, offset) == brokenSsrc) {
            throw new IllegalStateException("broken on purpose");
        }
    }

    /** How many different indices were used. */
    public long indices() {
        return indices;
    }

    private final class Recorder implements SrtpTransform {
        private final SrtpTransform transform;
        private final LongHashSet used = new LongHashSet();
        private final IntHashSet ssrcs = new IntHashSet();
        private boolean isClosed;

        private Recorder(final SrtpTransform transform) {
            this.transform = transform;
        }

        @Override
        public int unprotectRtp(final MutableDirectBuffer buffer, final int offset, final int length) {
            mayBreak(buffer, offset, length);
            return transform.unprotectRtp(buffer, offset, length);
        }

        @Override
        public int unprotectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return transform.unprotectRtcp(buffer, offset, length);
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
            mayBreak(dst, dstOffset, headerLength);
            final int ssrc = RtpHeader.ssrc(dst, dstOffset);
            if (isClosed) {
                throw new AssertionError("protected under keys that were closed");
            }
            if (ssrcs.add(ssrc) && extendedSequence >= 1 << 15) {
                throw new AssertionError("stream " + ssrc + " begins at " + extendedSequence);
            }
            if (!used.add((long) ssrc << 32 | extendedSequence)) {
                throw new AssertionError("index " + extendedSequence + " of " + ssrc + " is used twice");
            }
            indices++;
            return transform.protectRtp(dst, dstOffset, headerLength, src, srcOffset, payloadLength, extendedSequence);
        }

        @Override
        public int protectRtcp(final MutableDirectBuffer buffer, final int offset, final int length) {
            return transform.protectRtcp(buffer, offset, length);
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                closed++;
                transform.close();
            }
        }
    }
}
