package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import lianmai.dtls.DtlsEndpoint;
import lianmai.dtls.DtlsEndpoints;
import lianmai.dtls.DtlsListener;
import lianmai.dtls.Fingerprint;
import lianmai.gc.AllocationMeter;
import lianmai.ice.IceClient;
import lianmai.ice.IceCredentials;
import lianmai.jitter.PacketPool;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.RtpHeader;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Bytes that one relay allocates on the heap for each packet it forwards: a publisher's video to ten viewers, from the
 * received datagram to the datagrams to send.
 *
 * <p>Thread: one. Units: bytes.
 */
public final class ForwardingMeter {
    static final int VIEWERS = 10;
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 10_000;
    private static final long PUBLISHER = 1;
    /** So that all of it ends before consent does, which nobody renews. */
    private static final long STEP_NS = 500_000L;

    private final PacketPool pool = new PacketPool(8192);
    private final UnsafeBuffer scratch = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));
    private long nowNs = 1_000_000_000L;
    private long sequence = 1000;
    private int received;

    private ForwardingMeter() {}

    /** With this provider on both sides; what the publisher's side allocates is taken off. */
    public static double bytesPerPacket(final SrtpProvider provider) {
        return new ForwardingMeter().measure(provider);
    }

    private double measure(final SrtpProvider provider) {
        final RelayCore core = new RelayCore(
                pool,
                new RelayCounters(),
                1024,
                provider,
                new NoDtls(),
                new NoListener(),
                Neighbours.NONE,
                () -> 42,
                0);
        final SrtpKeys keys = keys();
        final SrtpTransform client = provider.transform(new SrtpKeys(
                keys.profile(), keys.outboundKey(), keys.outboundSalt(), keys.inboundKey(), keys.inboundSalt()));
        connect(core, PUBLISHER, keys);
        core.onCommand(new RelayCommand.SetSeat(1, 0, PUBLISHER), nowNs);
        core.onCommand(new RelayCommand.GateUplink(PUBLISHER, true, true), nowNs);
        for (int viewer = 0; viewer < VIEWERS; viewer++) {
            connect(core, 2 + viewer, keys);
        }
        final SendBatch.Sink sink = this::send;
        run(core, client, sink, WARM_UP);
        final long sealing = allocatedBySealing(client);
        received = 0;
        final long before = AllocationMeter.reading();
        run(core, client, sink, MEASURED);
        final long allocated = AllocationMeter.reading() - before - sealing * MEASURED;
        final double each = (double) allocated / received;
        for (long peer = 1; peer < 2 + VIEWERS; peer++) {
            core.onCommand(new RelayCommand.RemovePeer(peer), nowNs);
        }
        core.drain(sink);
        assertThat(pool.inUse()).isZero();
        return each;
    }

    /** What the simulated publisher itself allocates for a packet. */
    private long allocatedBySealing(final SrtpTransform client) {
        final long before = AllocationMeter.reading();
        for (int i = 0; i < 1000; i++) {
            seal(client);
        }
        return (AllocationMeter.reading() - before) / 1000;
    }

    private int seal(final SrtpTransform client) {
        sequence++;
        RtpHeader.write(scratch, 0, true, 96, (int) sequence & 0xFFFF, (int) (sequence * 3000), 77);
        return client.protectRtp(scratch, 0, 12, scratch, 12, 1100, sequence);
    }

    private void run(final RelayCore core, final SrtpTransform client, final SendBatch.Sink sink, final int packets) {
        for (int i = 0; i < packets; i++) {
            writePayload(sequence % 1000 == 0);
            final int length = seal(client);
            final int slot = pool.acquire();
            pool.buffer().putBytes(pool.offset(slot), scratch, 0, length);
            nowNs += STEP_NS;
            core.onDatagram(slot, length, 0, 100 + PUBLISHER, 4000, 0, nowNs);
            core.onTime(nowNs);
            core.drain(sink);
            core.events().clear();
        }
    }

    private void writePayload(final boolean key) {
        scratch.setMemory(12, 1100, (byte) 0);
        scratch.putByte(12, (byte) 0x90);
        scratch.putByte(13, (byte) 0x80);
        scratch.putByte(14, (byte) 1);
        scratch.putByte(15, (byte) (key ? 0 : 1));
    }

    private boolean send(final int slot, final int length, final PathTable paths, final int path) {
        received += length > 1000 ? 1 : 0;
        pool.release(slot);
        return true;
    }

    private static SrtpKeys keys() {
        final SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
        return new SrtpKeys(profile, new byte[16], new byte[12], new byte[16], new byte[12]);
    }

    private void connect(final RelayCore core, final long id, final SrtpKeys keys) {
        final IceCredentials credentials = IceCredentials.random(() -> id * 0x1234_5678_9ABC_DEFL);
        final PeerSpec.Format vp8 = new PeerSpec.Format(Codec.VP8, 96, 97, "");
        final List<PeerSpec.Format> formats = List.of(vp8);
        final PeerSpec.Uplink up =
                new PeerSpec.Uplink("0", formats, ExtensionIds.NONE, List.of(77), List.of(78), true, false, false);
        final PeerSpec.Line line =
                new PeerSpec.Line("1", (int) id * 10, (int) id * 10 + 1, "c", formats, ExtensionIds.NONE, true, false);
        final boolean publishes = id == PUBLISHER;
        core.onCommand(
                new RelayCommand.AddPeer(new PeerSpec(
                        id,
                        1,
                        new PeerSpec.Ice(credentials.ufrag(), credentials.password(), "peer"),
                        new Fingerprint("sha-256", "00"),
                        null,
                        publishes ? up : null,
                        publishes ? List.of() : List.of(new PeerSpec.Downlink(0, null, line)))),
                nowNs);
        final int slot = pool.acquire();
        final IceClient client = new IceClient("peer", credentials, () -> id, nowNs);
        final int length = client.onTime(nowNs, pool.buffer(), pool.offset(slot));
        core.onDatagram(slot, length, 0, 100 + id, 4000, 0, nowNs);
        core.onCommand(new RelayCommand.KeysReady(id, keys), nowNs);
        core.drain(this::send);
    }

    private static final class NoDtls implements DtlsEndpoints {
        @Override
        public DtlsEndpoint open(final long peerId, final Fingerprint remote, final DtlsListener listener) {
            throw new AssertionError("no DTLS here");
        }
    }

    private static final class NoListener implements DtlsListener {
        @Override
        public void onDtlsDatagram(final long peerId, final byte[] datagram) {}

        @Override
        public void onDtlsKeys(final long peerId, final SrtpKeys keys) {}

        @Override
        public void onDtlsClosed(final long peerId, final String reason) {}
    }
}
