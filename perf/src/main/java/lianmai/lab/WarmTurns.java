package lianmai.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lianmai.bench.BenchException;
import lianmai.bench.Children;
import lianmai.bench.Cores;
import lianmai.bench.ThreadTimes;
import lianmai.bench.Window;
import lianmai.load.LoadRun;

/**
 * What a packet costs two warm servers, one started from the AOT cache and one not, that live side by side and take
 * turns of a few seconds at the same load. On a host that other machines share, the cost of the same server drifts by a
 * quarter within minutes, so figures of servers that live one after the other say nothing about small differences.
 *
 * <p>Thread: one. Units: ns.
 */
final class WarmTurns {
    /** Of each server; what decides the compiler is over after about 15 s. */
    private static final int WARM_UP_S = 20;

    private static final int TURNS = 10;
    /** After a silence, until packets cost again what they do in a row. */
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long TURN_NS = TimeUnit.SECONDS.toNanos(3);

    private WarmTurns() {}

    /** What a packet cost in one turn of each. */
    record Turn(double withNs, double withoutNs) {
        double ratio() {
            return withNs / withoutNs;
        }
    }

    /** How long it takes, about. */
    static int seconds() {
        final int each = WARM_UP_S + TURNS * (int) TimeUnit.NANOSECONDS.toSeconds(SETTLE_NS + TURN_NS);
        return 2 * (each + 5);
    }

    /** Ten turns of each; who is first changes from turn to turn. */
    static List<Turn> take(
            final Children children,
            final Cores cores,
            final Path folder,
            final int viewers,
            final boolean isCachedFirst)
            throws BenchException, IOException {
        final List<Turn> turns = new ArrayList<>();
        try (Side first = Side.start(children, cores, folder, viewers, isCachedFirst);
                Side second = Side.start(children, cores, folder, viewers, !isCachedFirst)) {
            final Side with = isCachedFirst ? first : second;
            final Side without = isCachedFirst ? second : first;
            for (int turn = 0; turn < TURNS; turn++) {
                if (turn % 2 == 0) {
                    final double withNs = with.turnNs();
                    turns.add(new Turn(withNs, without.turnNs()));
                } else {
                    final double withoutNs = without.turnNs();
                    turns.add(new Turn(with.turnNs(), withoutNs));
                }
            }
        }
        return turns;
    }

    /** A server whose publisher is silent but in its turns. */
    private record Side(SteadyServer server, LoadRun load, ThreadTimes threads) implements AutoCloseable {
        static Side start(
                final Children children,
                final Cores cores,
                final Path folder,
                final int viewers,
                final boolean isCached)
                throws BenchException, IOException {
            final SteadyServer server = SteadyServer.start(
                    children,
                    cores,
                    folder.resolve(isCached ? "warm-with" : "warm-without"),
                    new SteadyServer.Setting(isCached, List.of(), List.of()));
            try {
                final Side side = new Side(server, server.load(viewers), new ThreadTimes(server.pid()));
                Window.sleep(TimeUnit.SECONDS.toNanos(WARM_UP_S));
                side.load.send(Set.of());
                return side;
            } catch (final BenchException e) {
                server.close();
                throw e;
            }
        }

        double turnNs() throws BenchException {
            load.send(Set.of(SteadyServer.ROOM));
            Window.sleep(SETTLE_NS);
            final long ranBefore = threads.sample().relay();
            final long before = server.target().forwarded().orElseThrow();
            Window.sleep(TURN_NS);
            final long ranNs = threads.sample().relay() - ranBefore;
            final long packets = server.target().forwarded().orElseThrow() - before;
            load.send(Set.of());
            if (packets == 0) {
                throw new BenchException("no media flowed");
            }
            return (double) ranNs / packets;
        }

        @Override
        public void close() {
            load.close();
            server.close();
        }
    }
}
