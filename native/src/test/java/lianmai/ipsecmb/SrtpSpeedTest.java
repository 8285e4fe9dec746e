package lianmai.ipsecmb;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import lianmai.gc.AllocationMeter;
import lianmai.jitter.PacketPool;
import lianmai.srtp.JitsiSrtpProvider;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpTransform;
import lianmai.srtp.TestPackets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Prints what a packet of 1,200 B costs through {@link SrtpTransform}, native and jitsi-srtp by turns in one run:
 * protected in batches of several sizes, each packet for another viewer under its own key, and unprotected one by one.
 * Median of the rounds and quartiles, and bytes allocated. {@code ./lianmai measure -pl native -am}
 */
@Tag("measure")
class SrtpSpeedTest {
    private static final int PAYLOAD = 1200;
    private static final int HEADER = 12;
    private static final int VIEWERS = 64;
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 61;
    private static final int PACKETS_A_ROUND = 6_400;

    private final UnsafeBuffer slab =
            new UnsafeBuffer(ByteBuffer.allocateDirect((VIEWERS + 1) * PacketPool.SLOT_BYTES));

    @ParameterizedTest
    @EnumSource
    void shouldPrintWhatAPacketCosts(final SrtpProfile profile) {
        final Contender ours = new Contender(NativeSrtp.provider(), profile);
        final Contender theirs = new Contender(new JitsiSrtpProvider(), profile);
        for (final int inBatch : new int[] {64, 16, 4, 1}) {
            compare(profile + " protect, batches of " + inBatch, ours, theirs, inBatch);
        }
        compare(profile + " unprotect", ours, theirs, 0);
    }

    /** @param inBatch packets to protect at a time; 0 to unprotect */
    private static void compare(final String what, final Contender ours, final Contender theirs, final int inBatch) {
        final double[] native_ = new double[ROUNDS];
        final double[] jitsi = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            final boolean nativeFirst = (round & 1) == 0;
            final double first = (nativeFirst ? ours : theirs).round(inBatch);
            final double second = (nativeFirst ? theirs : ours).round(inBatch);
            if (round >= 0) {
                native_[round] = nativeFirst ? first : second;
                jitsi[round] = nativeFirst ? second : first;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-50s native %s; jitsi-srtp %s%n",
                what,
                figures(native_, ours.allocated),
                figures(jitsi, theirs.allocated));
    }

    private static String figures(final double[] ns, final double allocated) {
        Arrays.sort(ns);
        return String.format(
                Locale.ROOT,
                "%.0f ns (%.0f to %.0f), %.0f B",
                ns[ns.length / 2],
                ns[ns.length / 4],
                ns[ns.length * 3 / 4],
                allocated);
    }

    /** One provider with the keys of 64 viewers, and a publisher's to receive from. */
    private final class Contender {
        private final SrtpBatch batch;
        private final SrtpTransform[] viewers = new SrtpTransform[VIEWERS];
        private final SrtpTransform publisher;
        private final SrtpTransform receiver;
        private long sequence;
        private double allocated;

        private Contender(final SrtpProvider provider, final SrtpProfile profile) {
            batch = provider.batch(VIEWERS);
            for (int i = 0; i < VIEWERS; i++) {
                viewers[i] = batch.transform(TestPackets.keys(profile, new Random(i)));
            }
            final SrtpKeys keys = TestPackets.keys(profile, new Random(VIEWERS));
            publisher = batch.transform(TestPackets.peerOf(keys));
            receiver = batch.transform(keys);
        }

        private double round(final int inBatch) {
            return inBatch == 0 ? unprotect() : protect(inBatch);
        }

        private double protect(final int inBatch) {
            final long startBytes = AllocationMeter.reading();
            final long startNs = System.nanoTime();
            for (int done = 0; done < PACKETS_A_ROUND; done += VIEWERS) {
                sequence++;
                for (int viewer = 0; viewer < VIEWERS; viewer++) {
                    protect(viewers[viewer], viewer);
                    if ((viewer + 1) % inBatch == 0) {
                        batch.encrypt();
                    }
                }
            }
            final long ns = System.nanoTime() - startNs;
            allocated = (double) (AllocationMeter.reading() - startBytes) / PACKETS_A_ROUND;
            return (double) ns / PACKETS_A_ROUND;
        }

        private double unprotect() {
            long ns = 0;
            long bytes = 0;
            for (int done = 0; done < PACKETS_A_ROUND; done += VIEWERS) {
                int length = 0;
                for (int i = 0; i < VIEWERS; i++) {
                    sequence++;
                    length = protect(publisher, i);
                }
                batch.encrypt();
                final long startBytes = AllocationMeter.reading();
                final long startNs = System.nanoTime();
                for (int i = 0; i < VIEWERS; i++) {
                    if (receiver.unprotectRtp(slab, i * PacketPool.SLOT_BYTES, length) < 0) {
                        throw new AssertionError("not opened");
                    }
                }
                ns += System.nanoTime() - startNs;
                bytes += AllocationMeter.reading() - startBytes;
            }
            allocated = (double) bytes / PACKETS_A_ROUND;
            return (double) ns / PACKETS_A_ROUND;
        }

        /** The payload lies in the last slot, as it does in a publication's history; the header is made afresh. */
        private int protect(final SrtpTransform transform, final int slot) {
            final int at = slot * PacketPool.SLOT_BYTES;
            slab.putLong(at, 0x8060_0000_0000_0000L | (sequence & 0xFFFF) << 32, BIG_ENDIAN);
            slab.putInt(at + 8, 77, BIG_ENDIAN);
            final int payload = VIEWERS * PacketPool.SLOT_BYTES + HEADER;
            return transform.protectRtp(slab, at, HEADER, slab, payload, PAYLOAD, sequence);
        }
    }
}
