package lianmai.stat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;

/**
 * The server's end of a stat file: writes it once, then publishes values into it.
 *
 * <p>Values are copied in by whoever publishes, once a second. The relay's threads never write to the mapping: a store
 * to a page that the kernel is writing back may wait for the disk.
 *
 * <p>Thread: {@link #publish} and {@link #close} one at a time. Owns: the file, from {@link #create} to {@link #close}.
 */
public final class StatPublisher implements AutoCloseable {
    private final Path file;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment mapped;
    private final long cellsAt;
    private long sequence;

    private StatPublisher(final Path file, final FileChannel channel, final long cellsAt, final long size)
            throws IOException {
        this.file = file;
        this.cellsAt = cellsAt;
        mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
    }

    /**
     * Writes the file, readable by its owner alone. It appears under its name complete or not at all.
     *
     * @param about what does not change, such as the version and the address
     * @throws StatException when something else has this name
     */
    public static StatPublisher create(final Path file, final Map<String, String> about, final Figures figures)
            throws IOException {
        StatFolder.makeRoomFor(file);
        try {
            return write(file, about, figures);
        } catch (final IOException e) {
            throw new StatException("cannot write the stat file " + file + ": " + e, e);
        }
    }

    private static StatPublisher write(final Path file, final Map<String, String> about, final Figures figures)
            throws IOException {
        final Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        final byte[] text = text(about, figures).getBytes(StandardCharsets.UTF_8);
        final long cellsAt = StatLayout.HEADER_BYTES + StatLayout.padded(text.length);
        final long size = cellsAt + (long) figures.cells() * Long.BYTES;
        final StatPublisher publisher;
        try (FileChannel channel = FileChannel.open(
                draft,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            publisher = new StatPublisher(file, channel, cellsAt, size);
        }
        publisher.describe(text, figures.cells());
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        return publisher;
    }

    private static String text(final Map<String, String> about, final Figures figures) {
        final StringBuilder text = new StringBuilder();
        about.forEach((key, value) -> text.append("about\t")
                .append(key)
                .append('\t')
                .append(value.replace('\n', ' '))
                .append('\n'));
        figures.entries().forEach(entry -> text.append(entry.line()).append('\n'));
        return text.toString();
    }

    private void describe(final byte[] text, final int cells) {
        mapped.set(StatLayout.INT, StatLayout.VERSION_AT, StatLayout.VERSION);
        mapped.set(StatLayout.INT, StatLayout.HEADER_BYTES_AT, StatLayout.HEADER_BYTES);
        mapped.set(StatLayout.LONG, StatLayout.PID_AT, ProcessHandle.current().pid());
        mapped.set(StatLayout.LONG, StatLayout.STARTED_AT, StatFolder.startedMs(ProcessHandle.current()));
        mapped.set(StatLayout.INT, StatLayout.TEXT_BYTES_AT, text.length);
        mapped.set(StatLayout.INT, StatLayout.CELLS_AT, cells);
        MemorySegment.copy(MemorySegment.ofArray(text), 0, mapped, StatLayout.HEADER_BYTES, text.length);
        StatLayout.CELL.setRelease(mapped, StatLayout.MAGIC_AT, StatLayout.MAGIC);
    }

    /**
     * Publishes values for readers to see all at once.
     *
     * @param nowMs since 1970, {@code ageNs} since the server's start
     */
    public void publish(final long[] cells, final long nowMs, final long ageNs) {
        begin();
        mapped.set(StatLayout.LONG, StatLayout.PUBLISHED_AT, nowMs);
        mapped.set(StatLayout.LONG, StatLayout.AGE_AT, ageNs);
        MemorySegment.copy(cells, 0, mapped, StatLayout.LONG, cellsAt, cells.length);
        end();
    }

    /** From here to {@link #end()} readers wait. */
    void begin() {
        StatLayout.CELL.setOpaque(mapped, StatLayout.SEQUENCE_AT, ++sequence);
        VarHandle.storeStoreFence();
    }

    void end() {
        StatLayout.CELL.setRelease(mapped, StatLayout.SEQUENCE_AT, ++sequence);
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** Removes the file. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (final IOException left) {
            // The next server removes it: its process will be dead then.
            System.err.println("lianmai: " + file + " could not be removed: " + left.getMessage());
        }
        arena.close();
    }
}
