package lianmai.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import lianmai.io.RelayExchange;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProviders;

/**
 * How many packets one relay shard forwards in a second, and how many two, in memory: without sockets, so that no load
 * generator needs a core. {@code ./lianmai bench shards} starts it.
 *
 * <pre>
 *   one     two publishers, all their viewers on one shard, one thread
 *   apart   two shards that know nothing of each other, one publisher each: what two cores of this machine give at most
 *   joined  two shards, one publisher each, of which each has half of both publishers' viewers: all packets are copied
 *           to the other shard
 * </pre>
 *
 * <p>Each has as many packets to forward for each received one. A round of each in turn; the first is for the compiler.
 * Each thread is pinned to a core. Arguments: seconds of a round, rounds, viewers of each publisher, the two cores.
 */
public final class ShardsProgram {
    private static final int PUBLISHERS = 2;
    /** How far a shard may be ahead of what the other has taken of it: a burst. */
    private static final int AHEAD = 32;

    private static final int WARM_UP_ROUNDS = 2;

    private final double seconds;
    private final List<String> cores;
    private final long[] sent = new long[PUBLISHERS];
    private final long[] lastedNs = new long[PUBLISHERS];

    private ShardsProgram(final double seconds, final List<String> cores) {
        this.seconds = seconds;
        this.cores = cores;
    }

    /** Prints a line for each round: {@code round <one> <apart> <joined>}, in packets forwarded a second. */
    public static void main(final String[] arguments) throws Exception {
        final double seconds = Double.parseDouble(arguments[0]);
        final int rounds = Integer.parseInt(arguments[1]);
        final int viewers = Integer.parseInt(arguments[2]);
        final ShardsProgram program = new ShardsProgram(seconds, List.of(arguments[3], arguments[4]));
        final SrtpProviders.Chosen srtp = SrtpProviders.choose(SrtpProviders.Mode.AUTO);
        System.out.println("srtp " + srtp.provider().name());
        final List<MemoryFanout> one = shards(srtp, 1, PUBLISHERS, viewers);
        final List<MemoryFanout> apart = new ArrayList<>();
        apart.addAll(shards(srtp, 1, 1, viewers));
        apart.addAll(shards(srtp, 1, 1, viewers));
        final List<MemoryFanout> joined = shards(srtp, PUBLISHERS, 1, viewers / PUBLISHERS);
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            final double alone = program.round(one, false);
            final double most = program.round(apart, false);
            final double together = program.round(joined, true);
            if (round >= 0) {
                System.out.printf(Locale.ROOT, "round %.0f %.0f %.0f%n", alone, most, together);
            }
        }
        for (final MemoryFanout shard : joined) {
            shard.turn();
        }
        one.forEach(shard -> shard.close(shard.forwarded()));
        apart.forEach(shard -> shard.close(shard.forwarded()));
        // What the slower one has not been sent of the other is not due.
        final long least =
                joined.stream().mapToLong(MemoryFanout::forwarded).min().orElse(0);
        joined.forEach(shard -> shard.close(least - AHEAD));
    }

    private static List<MemoryFanout> shards(
            final SrtpProviders.Chosen srtp, final int count, final int own, final int viewers) {
        final RelayExchange exchange = new RelayExchange(count);
        final List<MemoryFanout> shards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            shards.add(new MemoryFanout(
                    srtp.provider(),
                    SrtpProfile.AEAD_AES_128_GCM,
                    new MemoryFanout.Place(exchange, i, 1 + i * own, own, count * own, viewers)));
        }
        MemoryFanout.begin(shards);
        return shards;
    }

    /** All shards at the same time, a thread each; answers packets a second of all together. */
    private double round(final List<MemoryFanout> shards, final boolean areJoined) throws InterruptedException {
        final CyclicBarrier start = new CyclicBarrier(shards.size());
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            final int index = i;
            final MemoryFanout other = areJoined ? shards.get(1 - i) : null;
            threads.add(
                    Thread.ofPlatform().name("relay-" + i).start(() -> run(shards.get(index), other, index, start)));
        }
        double perSecond = 0;
        for (int i = 0; i < shards.size(); i++) {
            threads.get(i).join();
            perSecond += sent[i] * 1e9 / lastedNs[i];
        }
        return perSecond;
    }

    private void run(final MemoryFanout shard, final MemoryFanout other, final int index, final CyclicBarrier start) {
        try {
            pin(cores.get(index));
            start.await();
        } catch (final IOException | InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
        final long before = shard.turn();
        final long startNs = System.nanoTime();
        final long endNs = startNs + (long) (seconds * 1e9);
        long after = before;
        long nowNs = startNs;
        while (nowNs < endNs) {
            if (other == null || shard.forwarded() - other.taken() < AHEAD) {
                after = shard.forward(false);
            } else {
                after = shard.turn();
            }
            nowNs = System.nanoTime();
        }
        sent[index] = after - before;
        lastedNs[index] = nowNs - startNs;
    }

    private static void pin(final String core) throws IOException, InterruptedException {
        final Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
        new ProcessBuilder("taskset", "-cp", core, thread.getFileName().toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
