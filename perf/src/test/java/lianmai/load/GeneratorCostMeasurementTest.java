package lianmai.load;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import lianmai.door.Door;
import lianmai.door.LianmaiDoor;
import lianmai.relay.Codec;
import lianmai.server.LianmaiServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the generator costs itself, in CPU time of its own thread: {@code ./lianmai measure}. */
@Tag("measure")
class GeneratorCostMeasurementTest {
    private static final int ROUNDS = 5;
    private static final long ROUND_MS = 1_000;
    private static final int VIEWERS = 200;
    private static final int PUBLISHERS = 100;
    private static final int LENGTH = 1_200;
    private static final int FIRST = 0x7F03_0001;

    private static void print(final String what, final String unit, final double... values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        System.out.println(String.format(
                Locale.ROOT,
                "measured: %s: median %.0f %s of %d (%.0f … %.0f)",
                what,
                sorted[sorted.length / 2],
                unit,
                sorted.length,
                sorted[0],
                sorted[sorted.length - 1]));
    }

    /** Sends runs of 16 to 200 addresses for as long as the receiver wants. */
    private static Thread flood(final int port) {
        final Thread sender = new Thread(
                () -> {
                    try (MmsgPort out = MmsgPort.open(MmsgPort.Options.DEFAULT.withGso(true), 0)) {
                        for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                            if (out.isFull()) {
                                out.flush();
                            }
                            out.slot();
                            out.send(LENGTH, FIRST - 1, FIRST + i / 16 % VIEWERS, port);
                        }
                    }
                },
                "flood");
        sender.setDaemon(true);
        sender.start();
        return sender;
    }

    /** The port alone, with a sender on the other core that gives it more than it can take. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPrintWhatThePortTakes(final boolean gro) throws Exception {
        try (MmsgPort in = MmsgPort.open(MmsgPort.Options.DEFAULT.withGro(gro), 0)) {
            final Thread sender = flood(in.port());
            final double[] rates = new double[ROUNDS];
            final double[] costs = new double[ROUNDS];
            take(in);
            for (int i = 0; i < ROUNDS; i++) {
                final long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                final long start = System.nanoTime();
                final double packets = take(in);
                costs[i] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / packets;
                rates[i] = packets * 1e9 / (System.nanoTime() - start);
            }
            sender.interrupt();
            sender.join();
            print("MmsgPort alone receives, UDP_GRO " + (gro ? "on" : "off"), "packets/s", rates);
            print("  CPU per received packet", "ns", costs);
        }
    }

    private static long take(final MmsgPort in) {
        final long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ROUND_MS);
        long packets = 0;
        while (System.nanoTime() < untilNs) {
            final int n = in.receive();
            for (int i = 0; i < n; i++) {
                packets += (in.length(i) + LENGTH - 1) / LENGTH;
            }
            if (n == 0) {
                LockSupport.parkNanos(LoadAgent.NAP_NS);
            }
        }
        return packets;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.005, 0.05, 1})
    void shouldPrintTheCostOfReceiving(final double sampled) throws Exception {
        final RoomPlan room = RoomPlan.fanout("tea", PublisherSpec.camera(Codec.VP8, 2_000_000), VIEWERS);
        measure(
                "with " + sampled + " sampled, per received datagram",
                LoadPlan.of(List.of(room)).withSampled(sampled));
    }

    @Test
    void shouldPrintTheCostOfSending() throws Exception {
        final List<RoomPlan> rooms = IntStream.range(0, PUBLISHERS)
                .mapToObj(i -> RoomPlan.fanout("tea-" + i, PublisherSpec.camera(Codec.VP8, 2_000_000), 0))
                .toList();
        measure("per sent datagram", LoadPlan.of(rooms));
    }

    private static void measure(final String what, final LoadPlan plan) throws Exception {
        try (LianmaiServer server = InProcess.server();
                Door door = new LianmaiDoor(URI.create(server.url()));
                LoadRun run = LoadRun.start(plan, door)) {
            run.awaitReady(Duration.ofSeconds(60));
            TimeUnit.MILLISECONDS.sleep(5 * ROUND_MS);
            run.takeInterval();
            final double[] costs = new double[ROUNDS];
            final double[] rates = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                TimeUnit.MILLISECONDS.sleep(ROUND_MS);
                final LoadFigures figures = run.takeInterval();
                costs[i] = figures.cost().cpuNsPerDatagram();
                rates[i] = (figures.cost().datagramsIn() + figures.cost().datagramsOut()) * 1e9 / figures.durationNs();
            }
            print("generator's CPU " + what + " (SRTP " + run.srtp() + ")", "ns", costs);
            print("  at", "datagrams/s", rates);
        }
    }
}
