package lianmai.ipsecmb;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.SplittableRandom;
import lianmai.jitter.PacketPool;
import lianmai.srtp.JitsiSrtpProvider;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpStatus;
import lianmai.srtp.SrtpTransform;
import lianmai.srtp.TestPackets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Native packets against those of jitsi-srtp, byte for byte and with the bytes behind them, and back again: batches of
 * any size, in place and not, RTP of any shape with RTCP among it.
 */
class NativeDifferentialTest {
    private static final int PACKETS = Integer.getInteger("lianmai.srtp.packets", 1_000_000);
    private static final int PACKETS_PER_KEY = 50_000;
    private static final int MOST_IN_BATCH = 100;
    private static final int MOST_PAYLOAD = 1500;
    private static final int NOISE = 1 << 20;
    /** Bytes behind a packet that have to stay as they are. */
    private static final int BEHIND = 16;
    /** A tag of GCM and the SRTCP index. */
    private static final int MOST_ADDED = 20;

    /** Three slots for each packet: plain, what jitsi-srtp makes of it, what we make of it. */
    private final UnsafeBuffer slab =
            new UnsafeBuffer(ByteBuffer.allocateDirect(3 * MOST_IN_BATCH * PacketPool.SLOT_BYTES));

    private final UnsafeBuffer noise = new UnsafeBuffer(ByteBuffer.allocateDirect(NOISE));
    private final int[] header = new int[MOST_IN_BATCH];
    private final int[] plainLength = new int[MOST_IN_BATCH];
    private final int[] length = new int[MOST_IN_BATCH];
    private final long[] index = new long[4];

    @ParameterizedTest
    @EnumSource
    void shouldEqualJitsiForAnyPackets(final SrtpProfile profile) {
        final SrtpProvider provider = NativeSrtp.provider();
        for (int done = 0, seed = 1; done < PACKETS; done += PACKETS_PER_KEY, seed++) {
            compare(provider, profile, seed, Math.min(PACKETS_PER_KEY, PACKETS - done));
        }
    }

    private void compare(final SrtpProvider provider, final SrtpProfile profile, final int seed, final int packets) {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] bytes = new byte[NOISE];
        random.nextBytes(bytes);
        noise.putBytes(0, bytes);
        final SrtpKeys keys = TestPackets.keys(profile, new Random(seed));
        for (int stream = 0; stream < index.length; stream++) {
            index[stream] = random.nextInt(0x8000);
        }
        final SrtpBatch batch = provider.batch(1 + random.nextInt(2 * MOST_IN_BATCH));
        try (SrtpTransform theirs = new JitsiSrtpProvider().transform(keys);
                SrtpTransform ours = batch.transform(keys);
                SrtpTransform receiver = provider.transform(TestPackets.peerOf(keys))) {
            int left = packets;
            while (left > 0) {
                final int n = Math.min(left, 1 + random.nextInt(MOST_IN_BATCH));
                for (int i = 0; i < n; i++) {
                    if (random.nextInt(16) == 0) {
                        protectRtcp(theirs, ours, random, i);
                    } else {
                        protectRtp(theirs, ours, random, i);
                    }
                }
                assertThat(batch.encrypt()).isEqualTo(n);
                for (int i = 0; i < n; i++) {
                    check(receiver, random, i, seed);
                }
                left -= n;
            }
        }
    }

    private void protectRtp(
            final SrtpTransform theirs, final SrtpTransform ours, final SplittableRandom random, final int i) {
        final int stream = random.nextInt(index.length);
        index[stream] += 1 + (random.nextInt(64) == 0 ? random.nextInt(20_000) : random.nextInt(3));
        final int csrcs = random.nextInt(16);
        final boolean extends_ = random.nextBoolean();
        final int words = extends_ ? random.nextInt(6) : 0;
        final int payload = random.nextInt(MOST_PAYLOAD + 1);
        header[i] = 12 + 4 * csrcs + (extends_ ? 4 + 4 * words : 0);
        plainLength[i] = header[i] + payload;
        final int at = plain(i);
        fill(at, plainLength[i], random);
        slab.putByte(at, (byte) (0x80 | (extends_ ? 0x10 : 0) | csrcs));
        slab.putByte(at + 1, (byte) (slab.getByte(at + 1) & 0x80 | 96));
        slab.putShort(at + 2, (short) index[stream], BIG_ENDIAN);
        slab.putInt(at + 8, 0x1111 * (1 + stream), BIG_ENDIAN);
        if (extends_) {
            slab.putShort(at + 14 + 4 * csrcs, (short) words, BIG_ENDIAN);
        }
        final int alike = fill(theirs(i), plainLength[i] + MOST_ADDED + BEHIND, random);
        slab.putBytes(theirs(i), slab, at, plainLength[i]);
        slab.putBytes(ours(i), noise, alike, plainLength[i] + MOST_ADDED + BEHIND);
        final boolean isInPlace = random.nextInt(4) == 0;
        slab.putBytes(ours(i), slab, at, isInPlace ? plainLength[i] : header[i]);
        final int source = (isInPlace ? ours(i) : at) + header[i];
        length[i] = ours.protectRtp(slab, ours(i), header[i], slab, source, payload, index[stream]);
        assertThat(theirs.protectRtp(slab, theirs(i), header[i], slab, theirs(i) + header[i], payload, index[stream]))
                .isEqualTo(length[i]);
    }

    private void protectRtcp(
            final SrtpTransform theirs, final SrtpTransform ours, final SplittableRandom random, final int i) {
        header[i] = 8;
        plainLength[i] = 8 + 4 * random.nextInt(MOST_PAYLOAD / 4);
        final int at = plain(i);
        fill(at, plainLength[i], random);
        slab.putByte(at, (byte) 0x81);
        slab.putByte(at + 1, (byte) 200);
        slab.putInt(at + 4, 0x1111 * (1 + random.nextInt(index.length)), BIG_ENDIAN);
        final int alike = fill(theirs(i), plainLength[i] + MOST_ADDED + BEHIND, random);
        slab.putBytes(ours(i), noise, alike, plainLength[i] + MOST_ADDED + BEHIND);
        slab.putBytes(theirs(i), slab, at, plainLength[i]);
        slab.putBytes(ours(i), slab, at, plainLength[i]);
        length[i] = ours.protectRtcp(slab, ours(i), plainLength[i]);
        assertThat(theirs.protectRtcp(slab, theirs(i), plainLength[i])).isEqualTo(length[i]);
    }

    /** Ours equals theirs; a forged one is refused and left alone; the true one opens to the plain packet. */
    private void check(final SrtpTransform receiver, final SplittableRandom random, final int i, final int seed) {
        checkEqual(ours(i), theirs(i), length[i] + BEHIND, "protected", i, seed);
        if (random.nextInt(8) == 0) {
            // Somewhere in the cipher text, or in the tag: neither's position in the SRTCP index, which is read before.
            final int text = random.nextInt(plainLength[i] - header[i] + 1);
            final int at = header[i] + text == plainLength[i] ? plainLength[i] + 4 : header[i] + text;
            final byte flip = (byte) (1 << random.nextInt(8));
            slab.putByte(ours(i) + at, (byte) (slab.getByte(ours(i) + at) ^ flip));
            slab.putByte(theirs(i) + at, (byte) (slab.getByte(theirs(i) + at) ^ flip));
            if (unprotect(receiver, i) != SrtpStatus.AUTHENTICATION_FAILED) {
                throw new AssertionError("forged packet taken: seed " + seed + ", packet " + i);
            }
            checkEqual(ours(i), theirs(i), length[i] + BEHIND, "forged", i, seed);
            slab.putByte(ours(i) + at, (byte) (slab.getByte(ours(i) + at) ^ flip));
        }
        final int opened = unprotect(receiver, i);
        if (opened != plainLength[i]) {
            throw new AssertionError("opens with " + opened + ": seed " + seed + ", packet " + i);
        }
        checkEqual(ours(i), plain(i), opened, "plain", i, seed);
    }

    private int unprotect(final SrtpTransform receiver, final int i) {
        return header[i] == 8
                ? receiver.unprotectRtcp(slab, ours(i), length[i])
                : receiver.unprotectRtp(slab, ours(i), length[i]);
    }

    private void checkEqual(
            final int one, final int other, final int count, final String what, final int i, final int seed) {
        final ByteBuffer bytes = slab.byteBuffer();
        final int difference = bytes.slice(one, count).mismatch(bytes.slice(other, count));
        if (difference >= 0) {
            throw new AssertionError(what + " packets differ at byte " + difference + " of " + count + ", header "
                    + header[i] + ": seed " + seed + ", packet " + i);
        }
    }

    private int fill(final int at, final int count, final SplittableRandom random) {
        final int from = random.nextInt(NOISE - count);
        slab.putBytes(at, noise, from, count);
        return from;
    }

    private static int plain(final int i) {
        return 3 * i * PacketPool.SLOT_BYTES;
    }

    private static int theirs(final int i) {
        return (3 * i + 1) * PacketPool.SLOT_BYTES;
    }

    private static int ours(final int i) {
        return (3 * i + 2) * PacketPool.SLOT_BYTES;
    }
}
