package lianmai.profile;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what to profile: running Lianmai servers, and the generators that load them. */
final class Targets {
    static final String SERVER = "lianmai.server.Main";
    private static final String SERVE = "serve";
    /** The programs that start servers and load them, by what is typed for them. */
    private static final Map<String, String> GENERATORS =
            Map.of("lianmai.bench.Main", "bench", "lianmai.lab.LabCommand", "gc-lab");

    private Targets() {}

    /** A JVM and how it was started. */
    record Target(long pid, String command) {
        @Override
        public String toString() {
            return pid + " (" + command + ")";
        }
    }

    /** The servers that run, oldest first. */
    static List<Target> servers() {
        return servers(ProcessHandle.allProcesses());
    }

    /** The servers among these processes, oldest first. */
    static List<Target> servers(final Stream<ProcessHandle> processes) {
        return oldestFirst(processes)
                .map(process -> target(process.pid(), arguments(process)))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The load generators that run, oldest first. */
    static List<Target> generators() {
        return generators(ProcessHandle.allProcesses());
    }

    /**
     * The same among these processes. One that has started itself again in a network of its own
     * only waits for the inner one, which is the generator then.
     */
    static List<Target> generators(final Stream<ProcessHandle> processes) {
        return oldestFirst(processes)
                .filter(process ->
                        process.descendants().allMatch(inner -> generator(inner.pid(), arguments(inner)) == null))
                .map(process -> generator(process.pid(), arguments(process)))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Who has started a server to load it; empty when a person did. */
    static Optional<Target> generatorOf(final Target server) {
        return Stream.iterate(
                        ProcessHandle.of(server.pid()),
                        Optional::isPresent,
                        process -> process.flatMap(ProcessHandle::parent))
                .flatMap(Optional::stream)
                .map(process -> generator(process.pid(), arguments(process)))
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static Stream<ProcessHandle> oldestFirst(final Stream<ProcessHandle> processes) {
        return processes
                .filter(process -> process.isAlive() && isOurs(process))
                .sorted(Comparator.comparing(
                        process -> process.info().startInstant().orElse(null),
                        Comparator.nullsLast(Comparator.naturalOrder())));
    }

    /** The JDK attaches to JVMs of the same user only. */
    private static boolean isOurs(final ProcessHandle process) {
        return process.info()
                .user()
                .map(System.getProperty("user.name")::equals)
                .orElse(true);
    }

    /** The whole command line: the JDK cuts it off at 4 KiB, which a class path can fill. */
    private static String[] arguments(final ProcessHandle process) {
        final Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).split("\0");
        } catch (final IOException noSuchFile) {
            return process.info().arguments().orElse(new String[0]);
        }
    }

    /** What a command line says, or null when it starts no server. */
    static Target target(final long pid, final String... arguments) {
        final int main = Arrays.asList(arguments).indexOf(SERVER);
        if (main < 0 || main + 1 >= arguments.length || !arguments[main + 1].equals(SERVE)) {
            return null;
        }
        return new Target(pid, String.join(" ", Arrays.copyOfRange(arguments, main + 1, arguments.length)));
    }

    /** What a command line says, or null when it starts no load generator. */
    static Target generator(final long pid, final String... arguments) {
        // Whatever launched it may name the class too: a JVM's own arguments end with the program's.
        for (int i = 1; i < arguments.length; i++) {
            final String typed = GENERATORS.get(arguments[i]);
            if (typed != null && Path.of(arguments[0]).endsWith("java")) {
                return new Target(
                        pid,
                        (typed + " " + String.join(" ", Arrays.copyOfRange(arguments, i + 1, arguments.length)))
                                .strip());
            }
        }
        return null;
    }

    /** The JVM with this number, whatever it runs. */
    static Target of(final long pid) {
        final ProcessHandle process = ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .orElseThrow(() -> new ProfileException("there is no process " + pid));
        final Target server = target(pid, arguments(process));
        if (server != null) {
            return server;
        }
        return VirtualMachine.list().stream()
                .filter(machine -> machine.id().equals(Long.toString(pid)))
                .findFirst()
                .map(machine -> new Target(pid, machine.displayName()))
                .orElse(new Target(pid, "a process"));
    }

    /** The one that runs; whoever has several must say which. */
    static Target only(final ProfiledSide side, final List<Target> running) {
        if (running.isEmpty()) {
            throw new ProfileException("no " + side.description() + " of this user runs; start one with ./lianmai "
                    + side.startedBy() + ", or name a JVM with --pid");
        }
        if (running.size() > 1) {
            final List<String> listed = new ArrayList<>();
            running.forEach(one -> listed.add(one.toString()));
            throw new ProfileException(
                    running.size() + " " + side.several() + " run; say which with --pid: " + String.join(", ", listed));
        }
        return running.getFirst();
    }
}
