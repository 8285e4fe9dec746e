package lianmai.port;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import lianmai.gc.AllocationMeter;

/**
 * The measured process: does what lines on standard input say, and answers each with a line of numbers, packets, ns of
 * this thread's CPU, ns of the clock, bytes allocated and errors, or with {@code error} and a sentence.
 *
 * <pre>
 *   send KIND RUN PORT SECONDS   as fast as it goes, to that port
 *   forward KIND                 answered with "port N"; the next line, whatever it says, ends it
 * </pre>
 *
 * <p>A sender is made once and kept, with all that is warm about it. Thread: main.
 */
public final class PortWorker {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Map<String, Sender> senders = new HashMap<>();
    private final BufferedReader in;
    private final PrintStream out;
    private volatile boolean isStopped;

    PortWorker(final BufferedReader in, final PrintStream out) {
        this.in = in;
        this.out = out;
    }

    public static void main(final String[] arguments) throws IOException {
        new PortWorker(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out).run();
    }

    void run() throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            final String[] words = line.split(" ");
            try {
                if (words[0].equals("send")) {
                    send(words);
                } else {
                    forward(PortKind.parse(words[1]));
                }
            } catch (final IOException | RuntimeException | LinkageError e) {
                out.println("error " + String.valueOf(e.getMessage()).replace('\n', ' '));
            }
            out.flush();
        }
        senders.values().forEach(Sender::close);
    }

    private void send(final String[] words) throws IOException {
        final String key = String.join(" ", words[1], words[2], words[3]);
        if (!senders.containsKey(key)) {
            final Destinations destinations = new Destinations(Integer.parseInt(words[3]));
            senders.put(key, PortKind.parse(words[1]).sender(destinations, Integer.parseInt(words[2])));
        }
        final Sender sender = senders.get(key);
        final long lengthNs = (long) (Double.parseDouble(words[4]) * 1e9);
        final long errors = sender.errors();
        final long bytes = AllocationMeter.reading();
        final long cpu = THREADS.getCurrentThreadCpuTime();
        final long start = System.nanoTime();
        long packets = 0;
        do {
            packets += sender.sendGroup();
        } while (System.nanoTime() - start < lengthNs);
        sender.finish();
        final long took = System.nanoTime() - start;
        final long cpuTook = THREADS.getCurrentThreadCpuTime() - cpu;
        answer(packets, cpuTook, took, AllocationMeter.reading() - bytes, sender.errors() - errors);
    }

    private void forward(final PortKind kind) throws IOException {
        try (Forwarder forwarder = kind.forwarder()) {
            out.println("port " + forwarder.port());
            out.flush();
            final long bytes = AllocationMeter.reading();
            final long cpu = THREADS.getCurrentThreadCpuTime();
            final long start = System.nanoTime();
            isStopped = false;
            final Thread listener = Thread.ofPlatform().start(this::awaitLine);
            while (!isStopped) {
                forwarder.turn();
            }
            final long took = System.nanoTime() - start;
            final long cpuTook = THREADS.getCurrentThreadCpuTime() - cpu;
            answer(forwarder.forwarded(), cpuTook, took, AllocationMeter.reading() - bytes, 0);
            listener.join();
        } catch (final InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private void awaitLine() {
        try {
            in.readLine();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            isStopped = true;
        }
    }

    private void answer(final long packets, final long cpu, final long took, final long bytes, final long errors) {
        out.println(String.format(Locale.ROOT, "%d %d %d %d %d", packets, cpu, took, bytes, errors));
    }
}
