package lianmai.stat;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * How a stat file is laid out. All numbers are little-endian; every cell is aligned to its size.
 *
 * <pre>
 *    0  magic           8 bytes, written last: a file without it is not complete
 *    8  version         4 bytes    12  header bytes   4 bytes, where the text begins
 *   16  pid             8 bytes
 *   24  process start   8 bytes, ms since 1970, 0 when not known
 *   32  sequence        8 bytes, odd while the server writes what follows
 *   40  published       8 bytes, ms since 1970
 *   48  age             8 bytes, ns since the server's start, for rates
 *   56  text bytes      4 bytes    60  cells          4 bytes
 *   64  text            UTF-8 lines: "about" lines, then one a {@link StatEntry}; padded with zeros to 8 bytes
 *       cells           8 bytes each
 * </pre>
 *
 * The sequence makes torn reads visible: who finds it odd, or changed after reading, reads again. The version changes
 * when an old reader would misunderstand; new kinds of lines do not change it, since unknown ones are skipped.
 */
final class StatLayout {
    /** "LIANMAI" and a byte that is no text. */
    static final long MAGIC = 0x81_49_41_4D_4E_41_49_4CL;

    static final int VERSION = 1;

    static final long MAGIC_AT = 0;
    static final long VERSION_AT = 8;
    static final long HEADER_BYTES_AT = 12;
    static final long PID_AT = 16;
    static final long STARTED_AT = 24;
    static final long SEQUENCE_AT = 32;
    static final long PUBLISHED_AT = 40;
    static final long AGE_AT = 48;
    static final long TEXT_BYTES_AT = 56;
    static final long CELLS_AT = 60;
    static final int HEADER_BYTES = 64;

    /** No sensible server shows more; a damaged length must not make the reader allocate without limit. */
    static final int MOST_BYTES = 16 << 20;

    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final VarHandle CELL = LONG.varHandle();

    private StatLayout() {}

    static long padded(final long bytes) {
        return bytes + Long.BYTES - 1 & -Long.BYTES;
    }
}
