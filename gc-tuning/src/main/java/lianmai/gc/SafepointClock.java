package lianmai.gc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How long this JVM has been holding its threads at safepoints, in total, as a read of memory: the JVM keeps the sum in
 * its performance counters and raises it before a held thread runs on. Flight Recorder tells the same up to a second
 * later, too late to say which packet it was.
 *
 * <p>The counters are the JDK's own affair: its class for them must be opened with {@code
 * --add-exports=java.base/jdk.internal.perf=ALL-UNNAMED}, as {@code relay.args} does.
 *
 * <p>Thread: any. Units: ns.
 */
public final class SafepointClock implements LongSupplier {
    private static final int MAGIC = 0xcafec0c0;
    // The layout of hsperfdata 2.0: a prologue, then entries.
    private static final int BYTE_ORDER_AT = 4;
    private static final int FIRST_ENTRY_AT = 24;
    private static final int ENTRIES_AT = 28;
    private static final int NAME_AT = 4;
    private static final int TYPE_AT = 12;
    private static final int DATA_AT = 16;
    private static final byte LONG = 'J';
    private static final long NS_A_SECOND = 1_000_000_000;

    private final ByteBuffer memory;
    private final int heldAt;
    private final int stoppingAt;

    private SafepointClock(final ByteBuffer memory, final int heldAt, final int stoppingAt) {
        this.memory = memory;
        this.heldAt = heldAt;
        this.stoppingAt = stoppingAt;
    }

    /** This JVM's, or empty where its counters are not to be had. */
    public static Optional<SafepointClock> ofThisJvm() {
        try {
            final Class<?> type = Class.forName("jdk.internal.perf.Perf");
            final Object perf = type.getMethod("getPerf").invoke(null);
            // 0: this JVM itself, whether or not it shares its counters in a file.
            return in((ByteBuffer) type.getMethod("attach", int.class).invoke(perf, 0));
        } catch (final ReflectiveOperationException | RuntimeException notToBeHad) {
            return Optional.empty();
        }
    }

    static Optional<SafepointClock> in(final ByteBuffer memory) {
        if (memory.order(ByteOrder.BIG_ENDIAN).getInt(0) != MAGIC) {
            return Optional.empty();
        }
        memory.order(memory.get(BYTE_ORDER_AT) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        final int held = find(memory, "sun.rt.safepointTime");
        final int stopping = find(memory, "sun.rt.safepointSyncTime");
        final int frequency = find(memory, "sun.os.hrt.frequency");
        return held < 0 || stopping < 0 || frequency < 0 || memory.getLong(frequency) != NS_A_SECOND
                ? Optional.empty()
                : Optional.of(new SafepointClock(memory, held, stopping));
    }

    private static int find(final ByteBuffer memory, final String name) {
        int entry = memory.getInt(FIRST_ENTRY_AT);
        for (int left = memory.getInt(ENTRIES_AT); left > 0; left--) {
            if (memory.get(entry + TYPE_AT) == LONG && isNamed(memory, entry + memory.getInt(entry + NAME_AT), name)) {
                return entry + memory.getInt(entry + DATA_AT);
            }
            entry += memory.getInt(entry);
        }
        return -1;
    }

    private static boolean isNamed(final ByteBuffer memory, final int at, final String name) {
        for (int i = 0; i < name.length(); i++) {
            if (memory.get(at + i) != name.charAt(i)) {
                return false;
            }
        }
        return memory.get(at + name.length()) == 0;
    }

    /** In total since the JVM's start, the time until all threads stood included. */
    @Override
    public long getAsLong() {
        return memory.getLong(heldAt) + memory.getLong(stoppingAt);
    }
}
