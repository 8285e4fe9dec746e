package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import lianmai.jitter.PacketPool;
import lianmai.relay.Codec;
import lianmai.relay.Counter;
import lianmai.relay.DropReason;
import lianmai.relay.Neighbours;
import lianmai.relay.PeerSpec;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayCore;
import lianmai.relay.RelayCounters;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.RtpHeader;
import lianmai.srtp.JitsiSrtpProvider;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hand-over H4 between real threads: nothing is lost, nothing comes twice, every slot comes back. */
class ReplicaQueueTest {
    private static final int PACKETS = 50_000;
    private static final int PARCELS = RelayExchange.parcels(2);
    private static final long PUBLISHER = 1;

    private final PacketPool pool = new PacketPool(4096);
    private final RelayCounters counters = new RelayCounters();
    private final RelayExchange exchange = new RelayExchange(2);
    private final RelayExchange.Member receiver = exchange.member(1, pool);
    private final RelayCore core = new RelayCore(
            pool,
            counters,
            1024,
            new JitsiSrtpProvider(),
            (peerId, remote, listener) -> {
                throw new AssertionError("no handshake here");
            },
            exchange.commands(1),
            receiver,
            () -> 42,
            0);

    @Test
    void shouldCarryEveryPacketOnceAndReturnEverySlot() throws InterruptedException {
        core.onCommand(replica(), 0);
        core.onCommand(new RelayCommand.GateUplink(PUBLISHER, true, true), 0);
        final Neighbours sender = exchange.member(0, new PacketPool(1));
        final AtomicBoolean done = new AtomicBoolean();
        final Thread thread = new Thread(() -> {
            final UnsafeBuffer packet = new UnsafeBuffer(new byte[200]);
            for (int i = 0; i < PACKETS; i++) {
                RtpHeader.write(packet, 0, true, 111, i & 0xFFFF, i * 960, 77);
                while (!sender.copy(1, PUBLISHER, true, packet, 0, 200, 12)) {
                    Thread.onSpinWait();
                }
            }
            done.set(true);
        });
        thread.start();
        long nowNs = 0;
        while (!done.get() || !receiver.isEmpty()) {
            nowNs += 20_000_000L;
            receiver.drain(core, PARCELS, nowNs);
        }
        thread.join();
        // The publication's own checks would drop what came twice or out of order, under another name.
        assertThat(counters.value(Counter.REPLICATED_IN)).isEqualTo(PACKETS);
        assertThat(counters.value(Counter.RTP_IN)).isEqualTo(PACKETS);
        assertThat(counters.value(DropReason.DUPLICATE)).isZero();
        core.removeReplicas(nowNs);
        exchange.takeBack(1, pool);
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void shouldRefuseWhenTheReceiverIsBehindAndRecoverWhenItIsNot() {
        core.onCommand(replica(), 0);
        final Neighbours sender = exchange.member(0, new PacketPool(1));
        final UnsafeBuffer packet = new UnsafeBuffer(new byte[200]);
        RtpHeader.write(packet, 0, true, 111, 1, 960, 77);
        int taken = 0;
        while (sender.copy(1, PUBLISHER, true, packet, 0, 200, 12)) {
            taken++;
        }
        assertThat(taken).isEqualTo(PARCELS);
        assertThat(sender.tellClock(1, PUBLISHER, true, 1, 1)).isFalse();
        receiver.drain(core, PARCELS, 1);
        assertThat(sender.tellClock(1, PUBLISHER, true, 1, 1)).isTrue();
        assertThat(sender.copy(1, PUBLISHER, true, packet, 0, 200, 12)).isTrue();
        core.removeReplicas(2);
        receiver.drain(core, PARCELS, 3);
        assertThat(counters.value(DropReason.REPLICA_OVER)).isEqualTo(1);
        exchange.takeBack(1, pool);
        assertThat(pool.inUse()).isZero();
    }

    /** A burst of video larger than the queue: what it leaves is enough for audio, however often it is tried. */
    @Test
    void shouldKeepAQuarterForAudio() {
        core.onCommand(replica(), 0);
        core.onCommand(new RelayCommand.GateUplink(PUBLISHER, true, true), 0);
        final Neighbours sender = exchange.member(0, new PacketPool(1));
        final UnsafeBuffer video = new UnsafeBuffer(new byte[1200]);
        RtpHeader.write(video, 0, true, 96, 1, 3000, 78);
        final UnsafeBuffer audio = new UnsafeBuffer(new byte[200]);
        int heard = 0;
        for (int round = 0; round < 3; round++) {
            int taken = 0;
            while (sender.copy(1, PUBLISHER, false, video, 0, 1200, 12)) {
                taken++;
            }
            assertThat(taken).isEqualTo(PARCELS - PARCELS / 4);
            for (int i = 0; i < PARCELS / 4; i++) {
                assertThat(sender.copy(1, PUBLISHER, false, video, 0, 1200, 12)).isFalse();
                RtpHeader.write(audio, 0, true, 111, heard, heard * 960, 77);
                assertThat(sender.copy(1, PUBLISHER, true, audio, 0, 200, 12)).isTrue();
                heard++;
            }
            assertThat(sender.copy(1, PUBLISHER, true, audio, 0, 200, 12)).isFalse();
            // The receiver is still behind: audio gets what it takes, video waits until there is more than its part.
            receiver.drain(core, 2, round);
            assertThat(sender.copy(1, PUBLISHER, false, video, 0, 1200, 12)).isFalse();
            receiver.drain(core, PARCELS, round);
        }
        assertThat(counters.value(Counter.RTP_IN)).as("audio; nobody has video").isEqualTo(heard);
        core.removeReplicas(4);
        exchange.takeBack(1, pool);
        assertThat(pool.inUse()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 512", "2, 512", "17, 512", "18, 256", "64, 128", "1024, 16"})
    void shouldLendAPartOfTheSlabHoweverManyShardsThereAre(final int shards, final int parcels) {
        assertThat(RelayExchange.parcels(shards)).isEqualTo(parcels);
    }

    /** As a full slab does: what cannot be lent now is lent when there is room again. */
    @Test
    void shouldLendAgainAfterTheSlabWasFull() {
        core.onCommand(replica(), 0);
        final Neighbours sender = exchange.member(0, new PacketPool(1));
        final UnsafeBuffer packet = new UnsafeBuffer(new byte[200]);
        RtpHeader.write(packet, 0, true, 111, 1, 960, 77);
        final List<Integer> hogged = new ArrayList<>();
        for (int slot = pool.acquire(); slot != PacketPool.NONE; slot = pool.acquire()) {
            hogged.add(slot);
        }
        assertThat(sender.copy(1, PUBLISHER, true, packet, 0, 200, 12)).isTrue();
        receiver.drain(core, PARCELS, 1);
        hogged.forEach(pool::release);
        receiver.drain(core, PARCELS, 2);
        for (int i = 0; i < PARCELS; i++) {
            assertThat(sender.copy(1, PUBLISHER, true, packet, 0, 200, 12)).isTrue();
        }
        receiver.drain(core, PARCELS, 3);
        core.removeReplicas(4);
        exchange.takeBack(1, pool);
        assertThat(pool.inUse()).isZero();
    }

    /** A shard that sleeps is woken by what is copied to it, once. */
    @Test
    void shouldWakeASleepingReceiver() {
        core.onCommand(replica(), 0);
        final AtomicInteger wakeups = new AtomicInteger();
        exchange.commands(1).wakeWith(wakeups::incrementAndGet);
        final RelayExchange.Member sender = exchange.member(0, new PacketPool(1));
        final UnsafeBuffer packet = new UnsafeBuffer(new byte[200]);
        RtpHeader.write(packet, 0, true, 111, 1, 960, 77);
        sender.copy(1, PUBLISHER, true, packet, 0, 200, 12);
        sender.wakeOthers();
        assertThat(wakeups).as("it does not sleep").hasValue(0);
        assertThat(exchange.commands(1).announceSleep()).isTrue();
        sender.copy(1, PUBLISHER, true, packet, 0, 200, 12);
        sender.wakeOthers();
        sender.wakeOthers();
        assertThat(wakeups).hasValue(1);
    }

    private static RelayCommand.AddReplica replica() {
        final PeerSpec.Format opus = new PeerSpec.Format(Codec.OPUS, 111, -1, "");
        final PeerSpec.Uplink audio = new PeerSpec.Uplink(
                "0", List.of(opus), ExtensionIds.NONE, List.of(77), List.of(0), false, false, false);
        return new RelayCommand.AddReplica(PUBLISHER, 0, audio, null);
    }
}
