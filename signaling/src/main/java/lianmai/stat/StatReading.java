package lianmai.stat;

/**
 * All values of one moment.
 *
 * @param publishedMs since 1970
 * @param ageNs since the server's start
 * @param cells as the entries number them
 */
record StatReading(long publishedMs, long ageNs, long[] cells) {
    long value(final StatEntry entry) {
        return cells[entry.cell()];
    }

    long value(final StatEntry entry, final int cell) {
        return cells[entry.cell() + cell];
    }
}
