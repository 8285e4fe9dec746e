package lianmai.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lianmai.bench.BenchException;
import lianmai.lab.Cell.Group;

/**
 * The rows of the matrix: every collector under every pressure; from the production row each other thing by itself; and
 * the production row without each of its flags.
 */
final class Cells {
    /** What changes by itself is looked at under this pressure, MB/s: some, so that there are collections. */
    static final int USUAL_PRESSURE = 100;

    /** A small heap shows when much is allocated. */
    private static final int HIGH_PRESSURE = 400;

    /** The production row. */
    static final String PRODUCTION = "relay";

    /** The row with the start-up cache. */
    static final String CACHED = "aot-cache";

    private static final List<Integer> PRESSURES = List.of(0, USUAL_PRESSURE, HIGH_PRESSURE);
    private static final List<String> COLLECTORS =
            List.of(PRODUCTION, "zgc-default", "g1", "parallel", "shenandoah", "recipe");
    private static final List<String> HEAPS = List.of("256m", "2g");

    /** Flags that are about starting and about words on the console: without them it does not start, or complains. */
    private static final Set<String> WORDS = Set.of(
            "add-opens",
            "add-exports",
            "enable-native-access",
            "sun-misc-unsafe-memory-access",
            "CompileCommand-quiet");

    private Cells() {}

    /**
     * All of them.
     *
     * @param folder of the option files
     */
    static List<Cell> all(final Path folder) throws BenchException {
        final List<Cell> cells = new ArrayList<>();
        for (final String collector : COLLECTORS) {
            final List<String> options = options(folder.resolve(collector + ".args"));
            for (final int pressure : PRESSURES) {
                cells.add(Cell.of(row(collector, pressure), Group.COLLECTOR, collector + ".args", options, pressure));
            }
        }
        final List<String> relay = options(folder.resolve(PRODUCTION + ".args"));
        for (final String heap : HEAPS) {
            final List<String> fixed =
                    Cell.exchanged(Cell.exchanged(relay, "-Xms", "-Xms" + heap), "-Xmx", "-Xmx" + heap);
            final List<String> changed = Cell.exchanged(fixed, "-XX:SoftMaxHeapSize", "-XX:SoftMaxHeapSize=" + heap);
            cells.add(Cell.of("heap-" + heap, Group.HEAP, "a heap of " + heap, changed, HIGH_PRESSURE));
        }
        cells.addAll(features(relay));
        for (final String flag : relay) {
            final List<String> without =
                    relay.stream().filter(other -> !other.equals(flag)).toList();
            final String name = flagName(flag);
            final Cell cell = Cell.of("without-" + name, Group.FLAG, "without " + flag, without, USUAL_PRESSURE);
            cells.add(WORDS.contains(name) ? cell.startOnly() : cell);
        }
        return cells;
    }

    private static List<Cell> features(final List<String> relay) {
        return List.of(
                Cell.of(
                        "compact-headers",
                        Group.FEATURE,
                        "object headers of 8 bytes (JEP 519)",
                        Cell.exchanged(relay, "-XX:+UseCompact", "-XX:+UseCompactObjectHeaders"),
                        USUAL_PRESSURE),
                Cell.of(
                        "large-pages",
                        Group.FEATURE,
                        "a heap in reserved pages of 2 MB",
                        Cell.exchanged(relay, "-XX:+UseLarge", "-XX:+UseLargePages"),
                        USUAL_PRESSURE),
                Cell.of(
                        "transparent-huge-pages",
                        Group.FEATURE,
                        "a heap in pages that the kernel puts together",
                        Cell.exchanged(relay, "-XX:+UseTransparent", "-XX:+UseTransparentHugePages"),
                        USUAL_PRESSURE),
                Cell.of(CACHED, Group.FEATURE, "started from the cache of ./lianmai serve", relay, USUAL_PRESSURE));
    }

    /** The name of a collector's cell. */
    static String row(final String collector, final int pressure) {
        return collector + "/" + pressure;
    }

    /** Those that are asked for; a sentence when one is not there. */
    static List<Cell> only(final List<Cell> all, final List<String> names) throws BenchException {
        for (final String name : names) {
            if (all.stream().noneMatch(cell -> cell.isCalled(name))) {
                throw new BenchException("there is no cell '" + name + "'; see ./lianmai gc-lab --list");
            }
        }
        return all.stream()
                .filter(cell -> names.isEmpty() || names.stream().anyMatch(cell::isCalled))
                .toList();
    }

    /** The options in a file, without the reasons beside them. */
    static List<String> options(final Path file) throws BenchException {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.toList());
        } catch (final IOException e) {
            throw new BenchException(file + " cannot be read", e);
        }
    }

    /** A flag's name without its value, as cells are called: {@code -XX:+UseZGC} is {@code UseZGC}. */
    static String flagName(final String flag) {
        if (flag.startsWith("-XX:CompileCommand=")) {
            final String method = flag.substring(flag.lastIndexOf(':') + 1);
            return flag.contains("::") ? "inline-" + method : "CompileCommand-" + flag.substring(flag.indexOf('=') + 1);
        }
        if (flag.startsWith("-Xm")) {
            return flag.substring(1, 4);
        }
        return flag.replaceFirst("=.*", "").replaceFirst("^(-XX:[+-]?|--|-D|-)", "");
    }
}
