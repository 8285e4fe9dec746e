package lianmai.ipsecmb;

import java.lang.ref.Reference;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpSession;
import lianmai.srtp.SrtpTransform;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Descriptors of packets to encrypt, and one more for the packet being decrypted. {@link #encrypt()} does all of them
 * in one downcall; when the list is full, or a key goes, that comes earlier.
 *
 * <p>Thread: relay (confined). Owns: the descriptors, off heap, until it is collected.
 */
final class NativeBatch implements SrtpBatch {
    private static final int CACHE_LINE = 64;

    private final UnsafeBuffer descriptors;
    private final NativePacketCipher[] ciphers;
    private final int single;
    private int count;
    private int encryptedEarly;
    private RuntimeException earlyFailure;

    /** @param capacity packets, at least 1 */
    NativeBatch(final int capacity) {
        single = capacity * PacketDescriptor.SIZE;
        descriptors = new UnsafeBuffer(BufferUtil.allocateDirectAligned(single + PacketDescriptor.SIZE, CACHE_LINE));
        ciphers = new NativePacketCipher[capacity];
    }

    @Override
    public SrtpTransform transform(final SrtpKeys keys) {
        return SrtpSession.of(
                keys,
                (profile, sessionKeys, isRtcp) -> new NativePacketCipher(this, false, profile, sessionKeys, isRtcp));
    }

    @Override
    public int encrypt() {
        encryptEarly();
        final int encrypted = encryptedEarly;
        encryptedEarly = 0;
        if (earlyFailure != null) {
            final RuntimeException failure = earlyFailure;
            earlyFailure = null;
            throw failure;
        }
        return encrypted;
    }

    /** Before a key goes or when the list is full; what fails here is thrown by {@link #encrypt()}. */
    void encryptEarly() {
        if (count == 0) {
            return;
        }
        final int n = count;
        count = 0;
        try {
            if (SrtpLibrary.protect(descriptors.addressOffset(), n) != 0) {
                earlyFailure = SrtpLibrary.bug(firstRefusal(n));
            }
            encryptedEarly += n;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * One more packet to encrypt; a cipher's key lives as long as the packet waits.
     *
     * @param source address of the plain text
     * @param header address of the header, behind which the cipher text goes
     */
    void add(
            final NativePacketCipher cipher,
            final long source,
            final int length,
            final long header,
            final int headerLength,
            final int ssrc,
            final long index) {
        if (count == ciphers.length) {
            encryptEarly();
        }
        final int offset = count * PacketDescriptor.SIZE;
        final long destination = header + headerLength;
        PacketDescriptor.put(
                descriptors,
                offset,
                source,
                destination,
                length,
                header,
                headerLength,
                cipher.keyAddress(),
                ssrc,
                index);
        ciphers[count++] = cipher;
    }

    /** Decrypts one packet in place at once; answers its status. */
    int decrypt(
            final NativePacketCipher cipher,
            final int length,
            final long header,
            final int headerLength,
            final int ssrc,
            final long index) {
        final long text = header + headerLength;
        PacketDescriptor.put(
                descriptors, single, text, text, length, header, headerLength, cipher.keyAddress(), ssrc, index);
        try {
            SrtpLibrary.unprotect(descriptors.addressOffset() + single, 1);
            return PacketDescriptor.status(descriptors, single);
        } finally {
            Reference.reachabilityFence(this);
            Reference.reachabilityFence(cipher);
        }
    }

    private int firstRefusal(final int n) {
        for (int i = 0; i < n; i++) {
            final int status = PacketDescriptor.status(descriptors, i * PacketDescriptor.SIZE);
            if (status != 0) {
                return status;
            }
        }
        return 0;
    }
}
