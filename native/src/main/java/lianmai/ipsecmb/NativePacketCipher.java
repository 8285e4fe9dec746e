package lianmai.ipsecmb;

import java.lang.ref.Reference;
import lianmai.srtp.PacketCipher;
import lianmai.srtp.SessionKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpStatus;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One expanded key, and its packets' way into a {@link NativeBatch}. C reads and writes at addresses, so every range is
 * checked here. Packets on the heap, which only tests have, are taken through memory off the heap, at once.
 *
 * <p>Thread: relay (confined). Owns: the key's memory until it is collected; {@link #erase()} overwrites it. Units:
 * bytes.
 */
final class NativePacketCipher implements PacketCipher {
    private static final int KEY_ALIGNMENT = 64;

    private final NativeBatch batch;
    private final boolean isAtOnce;
    private final int overhead;
    private final UnsafeBuffer key;

    NativePacketCipher(
            final NativeBatch batch,
            final boolean isAtOnce,
            final SrtpProfile profile,
            final SessionKeys keys,
            final boolean isRtcp) {
        this.batch = batch;
        this.isAtOnce = isAtOnce;
        overhead = profile.overhead(isRtcp);
        key = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SrtpLibrary.keySize(), KEY_ALIGNMENT));
        SrtpLibrary.expandKey(key.addressOffset(), profile, isRtcp, keys);
        keys.erase();
    }

    long keyAddress() {
        return key.addressOffset();
    }

    @Override
    public int seal(
            final MutableDirectBuffer dst,
            final int dstOffset,
            final int headerLength,
            final DirectBuffer src,
            final int srcOffset,
            final int payloadLength,
            final int ssrc,
            final long index) {
        final int sealed = headerLength + payloadLength + overhead;
        if (dst.byteArray() != null || src.byteArray() != null) {
            return sealOnHeap(dst, dstOffset, headerLength, src, srcOffset, payloadLength, ssrc, index);
        }
        dst.boundsCheck(dstOffset, sealed);
        src.boundsCheck(srcOffset, payloadLength);
        try {
            final long header = dst.addressOffset() + dstOffset;
            batch.add(this, src.addressOffset() + srcOffset, payloadLength, header, headerLength, ssrc, index);
            if (isAtOnce) {
                batch.encrypt();
            }
            return sealed;
        } finally {
            Reference.reachabilityFence(dst);
            Reference.reachabilityFence(src);
        }
    }

    @Override
    public int open(
            final MutableDirectBuffer buffer,
            final int offset,
            final int headerLength,
            final int length,
            final int ssrc,
            final long index) {
        if (buffer.byteArray() != null) {
            return openOnHeap(buffer, offset, headerLength, length, ssrc, index);
        }
        buffer.boundsCheck(offset, length);
        final int textLength = length - overhead - headerLength;
        final int status;
        try {
            status = batch.decrypt(this, textLength, buffer.addressOffset() + offset, headerLength, ssrc, index);
        } finally {
            Reference.reachabilityFence(buffer);
        }
        if (status == 0) {
            return headerLength + textLength;
        }
        if (status != SrtpStatus.AUTHENTICATION_FAILED) {
            throw SrtpLibrary.bug(status);
        }
        return status;
    }

    @Override
    public void erase() {
        batch.encryptEarly();
        try {
            SrtpLibrary.eraseKey(key.addressOffset());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private int sealOnHeap(
            final MutableDirectBuffer dst,
            final int dstOffset,
            final int headerLength,
            final DirectBuffer src,
            final int srcOffset,
            final int payloadLength,
            final int ssrc,
            final long index) {
        final UnsafeBuffer copy = offHeap(headerLength + payloadLength + overhead);
        copy.putBytes(0, dst, dstOffset, headerLength);
        copy.putBytes(headerLength, src, srcOffset, payloadLength);
        final int sealed = seal(copy, 0, headerLength, copy, headerLength, payloadLength, ssrc, index);
        batch.encryptEarly();
        dst.putBytes(dstOffset, copy, 0, sealed);
        return sealed;
    }

    private int openOnHeap(
            final MutableDirectBuffer buffer,
            final int offset,
            final int headerLength,
            final int length,
            final int ssrc,
            final long index) {
        final UnsafeBuffer copy = offHeap(length);
        copy.putBytes(0, buffer, offset, length);
        final int opened = open(copy, 0, headerLength, length, ssrc, index);
        if (opened > 0) {
            buffer.putBytes(offset, copy, 0, opened);
        }
        return opened;
    }

    private static UnsafeBuffer offHeap(final int length) {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, KEY_ALIGNMENT));
    }
}
