package lianmai.stat;

/**
 * All values of one moment.
 *
 * @param publishedMs since 1970
 * @param ageNs since the server's start
 * @param cells as the entries number them
 */
public record StatReading(long publishedMs, long ageNs, long[] cells) {
    public long value(final StatEntry entry) {
        return cells[entry.cell()];
    }

    public long value(final StatEntry entry, final int cell) {
        return cells[entry.cell() + cell];
    }
}
