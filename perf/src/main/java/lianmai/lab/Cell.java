package lianmai.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * One row of the matrix: a server that differs from the production one in one thing, or in its collector and the
 * pressure on it.
 *
 * @param name as people type it, and as the option files name it
 * @param about what is different
 * @param jvm options of its JVM
 * @param pressure what a control plane allocates in the server's JVM all the time, MB/s
 * @param isStartOnly whether it is told apart by whether and with which words it starts: one round is enough
 */
record Cell(String name, Group group, String about, List<String> jvm, int pressure, boolean isStartOnly) {
    Cell {
        jvm = List.copyOf(jvm);
    }

    /** The tables of the page. */
    enum Group {
        COLLECTOR("Collector and allocation pressure"),
        HEAP("Heap"),
        FEATURE("Object headers, pages, start-up cache"),
        FLAG("Each flag of relay.args left out");

        private final String title;

        Group(final String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** A cell under pressure, measured in every round. */
    static Cell of(
            final String name, final Group group, final String about, final List<String> jvm, final int pressure) {
        return new Cell(name, group, about, jvm, pressure, false);
    }

    /** Whether it starts from the cache of {@code ./lianmai serve}. */
    boolean isCached() {
        return name.equals(Cells.CACHED);
    }

    /** Whether it is one without a flag, or what those are held against. */
    boolean isFlag() {
        return group == Group.FLAG || name.equals(Cells.row(Cells.PRODUCTION, Cells.USUAL_PRESSURE));
    }

    /** Whether its start is timed as often as it is measured: it, or what it is held against, is about that. */
    boolean isStartTimed() {
        return isCached() || isFlag() && !isStartOnly;
    }

    Cell startOnly() {
        return new Cell(name, group, about, jvm, pressure, true);
    }

    /** Whether a user who types this means this cell: its name, or what its name begins with. */
    boolean isCalled(final String text) {
        return name.equals(text) || name.startsWith(text + "/") || name.startsWith(text + "-");
    }

    /** The same options with some exchanged for another; none that begins so is an addition. */
    static List<String> exchanged(final List<String> options, final String start, final String instead) {
        final List<String> changed = new ArrayList<>(options);
        changed.removeIf(option -> option.startsWith(start));
        changed.add(instead);
        return changed;
    }
}
