package lianmai.stat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The reader's end of a stat file.
 *
 * <p>Thread: one. Owns: the mapping, until {@link #close()}.
 */
public final class StatFile implements AutoCloseable {
    /** Publishing takes microseconds; a server that is stopped in the middle of it must not hold the reader. */
    private static final int MOST_TRIES = 200;

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path file;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment mapped;
    private final Map<String, String> about = new LinkedHashMap<>();
    private final List<StatEntry> entries = new ArrayList<>();
    private final long cellsAt;
    private final int cells;

    private StatFile(final Path file) throws IOException {
        this.file = file;
        try {
            mapped = map();
            cells = mapped.get(StatLayout.INT, StatLayout.CELLS_AT);
            final int textAt = mapped.get(StatLayout.INT, StatLayout.HEADER_BYTES_AT);
            final int textBytes = mapped.get(StatLayout.INT, StatLayout.TEXT_BYTES_AT);
            cellsAt = textAt + StatLayout.padded(textBytes);
            if (textAt < StatLayout.HEADER_BYTES
                    || textBytes < 0
                    || cells < 0
                    || cellsAt % Long.BYTES != 0
                    || cellsAt + (long) cells * Long.BYTES > mapped.byteSize()) {
                throw damaged("its lengths contradict each other");
            }
            parse(new String(mapped.asSlice(textAt, textBytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
        } catch (final IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** Opens a file; a {@link StatException} says what is wrong with it. */
    public static StatFile open(final Path file) throws IOException {
        return new StatFile(file);
    }

    private MemorySegment map() throws IOException {
        final MemorySegment segment;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final long size = channel.size();
            if (size < StatLayout.HEADER_BYTES || size > StatLayout.MOST_BYTES) {
                throw new StatException(file + " is no stat file of a Lianmai server");
            }
            segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
        } catch (final NoSuchFileException e) {
            throw new StatException(file + " does not exist", e);
        }
        if ((long) StatLayout.CELL.getAcquire(segment, StatLayout.MAGIC_AT) != StatLayout.MAGIC) {
            throw new StatException(file + " is no stat file of a Lianmai server");
        }
        final int version = segment.get(StatLayout.INT, StatLayout.VERSION_AT);
        if (version != StatLayout.VERSION) {
            throw new StatException(file + " has layout " + version + ", and this build reads layout "
                    + StatLayout.VERSION + "; use the ./lianmai that the server was started with");
        }
        return segment;
    }

    private void parse(final String text) throws StatException {
        for (final String line : text.lines().toList()) {
            final String[] fields = line.split("\t", 3);
            if (fields[0].equals("about") && fields.length == 3) {
                about.put(fields[1], fields[2]);
                continue;
            }
            try {
                final StatEntry entry = StatEntry.parse(line);
                if (entry == null) {
                    continue;
                }
                if (entry.cell() < 0 || entry.cell() + (long) entry.cells() > cells) {
                    throw damaged("a value lies outside of it: " + line);
                }
                entries.add(entry);
            } catch (final StatException e) {
                throw e.getMessage().startsWith(file.toString())
                        ? e
                        : new StatException(file + " " + e.getMessage(), e);
            }
        }
    }

    private StatException damaged(final String why) {
        return new StatException(file + " is damaged: " + why);
    }

    /** Values that belong together; a {@link StatException} when the server stopped in the middle of publishing. */
    public StatReading read() throws StatException {
        final long[] values = new long[cells];
        for (int i = 0; i < MOST_TRIES; i++) {
            final long before = (long) StatLayout.CELL.getAcquire(mapped, StatLayout.SEQUENCE_AT);
            if ((before & 1) == 0) {
                final long publishedMs = mapped.get(StatLayout.LONG, StatLayout.PUBLISHED_AT);
                final long ageNs = mapped.get(StatLayout.LONG, StatLayout.AGE_AT);
                MemorySegment.copy(mapped, StatLayout.LONG, cellsAt, values, 0, cells);
                VarHandle.loadLoadFence();
                if ((long) StatLayout.CELL.getOpaque(mapped, StatLayout.SEQUENCE_AT) == before) {
                    return new StatReading(publishedMs, ageNs, values);
                }
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        throw new StatException(file + " is half written: its server stopped in the middle of publishing");
    }

    /** What does not change. */
    Map<String, String> about() {
        return about;
    }

    public List<StatEntry> entries() {
        return entries;
    }

    long pid() {
        return mapped.get(StatLayout.LONG, StatLayout.PID_AT);
    }

    long startedMs() {
        return mapped.get(StatLayout.LONG, StatLayout.STARTED_AT);
    }

    @Override
    public void close() {
        arena.close();
    }
}
