package lianmai.stat;

import java.util.ArrayList;
import java.util.List;

/** Everything a server shows, with a place for each value. Thread: any; unchanging. */
public final class Figures {
    private final List<Figure> figures;
    private final List<StatEntry> entries;
    private final int cells;

    public Figures(final List<Figure> figures) {
        this.figures = List.copyOf(figures);
        final List<StatEntry> placed = new ArrayList<>();
        int next = 0;
        for (final Figure figure : figures) {
            final StatEntry entry = new StatEntry(
                    figure.kind(),
                    figure.name(),
                    figure.labels(),
                    figure.unit(),
                    next,
                    figure.sentence(),
                    figure.bounds());
            placed.add(entry);
            next += entry.cells();
        }
        entries = List.copyOf(placed);
        cells = next;
    }

    /** The descriptions, in order. */
    public List<StatEntry> entries() {
        return entries;
    }

    /** How many cells all values need. */
    public int cells() {
        return cells;
    }

    /** Reads all values; {@code into} is as long as {@link #cells()} says. */
    public void read(final long[] into) {
        for (int i = 0; i < figures.size(); i++) {
            figures.get(i).source().read(into, entries.get(i).cell());
        }
    }
}
