package lianmai.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import lianmai.bench.BenchException;
import lianmai.bench.Window;
import lianmai.gc.PauseCause;

/** A way to violate a server's latency budget from outside, and whom the server ought to blame for it. */
enum Violation {
    NOTHING(null, "nothing is done to it") {
        @Override
        void commit(final SteadyServer server) throws BenchException {
            Window.sleep(LENGTH_NS);
        }
    },
    SMALL_HEAP(PauseCause.ALLOCATION_STALL, "a heap of 72 MiB, and everybody asks for /metrics, half a megabyte each") {
        @Override
        List<String> jvm() {
            return List.of("-Xms72m", "-Xmx72m", "-XX:SoftMaxHeapSize=72m", "-XX:MaxDirectMemorySize=256m");
        }

        @Override
        void commit(final SteadyServer server) throws BenchException {
            together(ASKERS, () -> server.page("/metrics"));
        }
    },
    STORM(PauseCause.ASKED_COLLECTION, "jcmd GC.run again and again, as code that calls System.gc()") {
        @Override
        void commit(final SteadyServer server) throws BenchException {
            together(2, () -> server.jcmd(List.of("GC.run")));
        }
    },
    STOP(PauseCause.NOT_RUN, "the process is stopped three times for 0.3 s (SIGSTOP)") {
        @Override
        void commit(final SteadyServer server) throws BenchException {
            for (int i = 0; i < 3; i++) {
                signal("-STOP", server.pid());
                try {
                    Window.sleep(STOP_NS);
                } finally {
                    signal("-CONT", server.pid());
                }
                Window.sleep(LENGTH_NS / 4);
            }
        }
    };

    private static final long LENGTH_NS = TimeUnit.SECONDS.toNanos(8);
    private static final long STOP_NS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int ASKERS = 8;

    private final PauseCause expected;
    private final String sentence;

    /** Something that is asked of the server. */
    private interface Question {
        void ask() throws BenchException;
    }

    Violation(final PauseCause expected, final String sentence) {
        this.expected = expected;
        this.sentence = sentence;
    }

    /** Null when nobody must be blamed. */
    PauseCause expected() {
        return expected;
    }

    String sentence() {
        return sentence;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Options of its server's JVM, after the usual ones. */
    List<String> jvm() {
        return List.of();
    }

    /** Does it, for some seconds. */
    abstract void commit(SteadyServer server) throws BenchException;

    private static void together(final int count, final Question question) throws BenchException {
        final long endNs = System.nanoTime() + LENGTH_NS;
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    while (System.nanoTime() < endNs) {
                        question.ask();
                    }
                } catch (final BenchException e) {
                    // A server at its limits may be slow to answer; what it says of itself is what counts.
                    System.err.println("lianmai: " + e.getMessage());
                }
            }));
        }
        try {
            for (final Thread thread : threads) {
                thread.join();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    static void signal(final String signal, final long pid) throws BenchException {
        try {
            if (new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor() != 0) {
                throw new BenchException("kill " + signal + " " + pid + " failed");
            }
        } catch (final IOException e) {
            throw new BenchException("kill is missing; install the package procps", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
