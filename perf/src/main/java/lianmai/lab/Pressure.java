package lianmai.lab;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lianmai.gc.AllocationMeter;

/**
 * A control plane with much to do, in the server's JVM and on a thread of its own: it makes what signaling makes
 * (messages with names, texts, fields and bytes) at an asked rate. Most are garbage at once; of each sixteen one stays
 * for a second or more, among old ones, as members and rooms do.
 *
 * <p>What it really allocated, by the JVM's own count, it writes down four times a second.
 *
 * <p>Thread: its own. Owns: what survives. Units: bytes, ns.
 */
final class Pressure implements Runnable {
    private static final Pattern LINE = Pattern.compile("(\\d+) (\\d+)");
    private static final long TICK_NS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long TELL_NS = TimeUnit.MILLISECONDS.toNanos(250);
    /** Whatever could not be allocated in so long is not made up for: a stalled JVM is not to be finished off. */
    private static final long MOST_DEBT_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int STAYS = 16;
    /** About 20 MB. */
    private static final int SURVIVORS = 1 << 14;

    private static final int MEMBERS = 1_000;
    private static final double NS = 1e9;

    private final double bytesPerNs;
    private final Path told;
    private final Message[] survivors = new Message[SURVIVORS];
    private final Map<String, Message> lastOfMember = new HashMap<>();
    private long made;

    /** What signaling decodes. */
    private record Message(String room, String member, String text, Map<String, String> fields, List<byte[]> parts) {}

    /** @param told where it writes what it did: lines of {@link System#nanoTime} and bytes since the start */
    Pressure(final int megabytesPerSecond, final Path told) {
        bytesPerNs = megabytesPerSecond * 1e6 / NS;
        this.told = told;
    }

    @Override
    public void run() {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(told, StandardCharsets.UTF_8), true)) {
            final long beganBytes = AllocationMeter.reading();
            long startNs = System.nanoTime();
            long forgiven = 0;
            long toldNs = startNs;
            while (!Thread.currentThread().isInterrupted()) {
                final long nowNs = System.nanoTime();
                long owed = (long) ((nowNs - startNs) * bytesPerNs) - forgiven;
                final long most = AllocationMeter.reading() - beganBytes + (long) (MOST_DEBT_NS * bytesPerNs);
                if (owed > most) {
                    forgiven += owed - most;
                    owed = most;
                }
                while (AllocationMeter.reading() - beganBytes < owed) {
                    make();
                }
                if (nowNs - toldNs >= TELL_NS) {
                    out.println(System.nanoTime() + " " + (AllocationMeter.reading() - beganBytes));
                    toldNs = nowNs;
                }
                LockSupport.parkNanos(TICK_NS);
            }
        } catch (final IOException e) {
            System.err.println("lianmai: " + told + " cannot be written: " + e.getMessage());
        }
    }

    private void make() {
        made++;
        final String member = "member-" + made % MEMBERS;
        final Map<String, String> fields = new HashMap<>();
        fields.put("type", "chat");
        fields.put("id", Long.toString(made));
        fields.put("seat", "seat-" + (made & 3));
        final List<byte[]> parts = new ArrayList<>(2);
        parts.add(new byte[300 + (int) (made * 31 % 500)]);
        parts.add(fields.get("id").getBytes(StandardCharsets.UTF_8));
        final String text = "what " + member + " says for the " + made + "th time, and nobody remembers";
        final Message message = new Message("room-" + made % 50, member, text, fields, parts);
        if (made % STAYS == 0) {
            survivors[(int) (made / STAYS) & SURVIVORS - 1] = message;
            lastOfMember.put(member, message);
        }
    }

    /**
     * The rate between two moments.
     *
     * @param lines that a pressure has written
     * @return MB/s; 0 when there were not two lines in between
     */
    static double reached(final List<String> lines, final long fromNs, final long toNs) {
        long firstNs = 0;
        long firstBytes = 0;
        long lastNs = 0;
        long lastBytes = 0;
        for (final String line : lines) {
            final Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                continue;
            }
            final long atNs = Long.parseLong(parts.group(1));
            if (atNs >= fromNs && atNs <= toNs) {
                lastNs = atNs;
                lastBytes = Long.parseLong(parts.group(2));
                if (firstNs == 0) {
                    firstNs = lastNs;
                    firstBytes = lastBytes;
                }
            }
        }
        return lastNs > firstNs ? (lastBytes - firstBytes) * 1e3 / (lastNs - firstNs) : 0;
    }
}
