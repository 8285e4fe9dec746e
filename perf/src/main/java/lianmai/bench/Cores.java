package lianmai.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who runs where: the server on one core, the generator and everything else of this process on another, so that neither
 * pays for the other.
 */
public record Cores(int server, int generator) {
    /** Where there is only one core, nothing is pinned. */
    private static final Cores NONE = new Cores(-1, -1);

    /** The first two that this process may use; the generator's, which is this process, is taken at once. */
    public static Cores take() throws BenchException {
        final List<Integer> allowed = allowed();
        if (allowed.size() < 2) {
            return NONE;
        }
        final Cores cores = new Cores(allowed.get(0), allowed.get(1));
        run(
                "taskset",
                "-acp",
                Integer.toString(cores.generator),
                Long.toString(ProcessHandle.current().pid()));
        return cores;
    }

    public boolean isPinned() {
        return server >= 0;
    }

    /** What a server's command line begins with. */
    public List<String> serverPrefix() {
        return isPinned() ? List.of("taskset", "-c", Integer.toString(server)) : List.of();
    }

    /** What the command line of a server begins with that needs both, whoever else is there. */
    List<String> bothPrefix() {
        return isPinned() ? List.of("taskset", "-c", server + "," + generator) : List.of();
    }

    private static List<Integer> allowed() {
        try {
            for (final String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Cpus_allowed_list:")) {
                    return parse(line.substring(line.indexOf(':') + 1).strip());
                }
            }
        } catch (final IOException e) {
            return List.of();
        }
        return List.of();
    }

    /** The kernel's way to write sets: {@code 0-3,8}. */
    static List<Integer> parse(final String list) {
        final List<Integer> cores = new ArrayList<>();
        for (final String range : list.split(",")) {
            final String[] ends = range.split("-");
            for (int core = Integer.parseInt(ends[0]); core <= Integer.parseInt(ends[ends.length - 1]); core++) {
                cores.add(core);
            }
        }
        return cores;
    }

    private static void run(final String... command) throws BenchException {
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new BenchException("no right to choose the cores that processes run on: taskset failed");
            }
        } catch (final IOException e) {
            throw new BenchException("taskset is missing; install the package util-linux", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
