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
import java.util.Objects;
import java.util.stream.Stream;

/** Finds what to profile: running Lianmai servers. */
final class Targets {
    static final String SERVER = "lianmai.server.Main";
    private static final String SERVE = "serve";

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
        return processes
                .filter(process -> process.isAlive() && isOurs(process))
                .sorted(Comparator.comparing(
                        process -> process.info().startInstant().orElse(null),
                        Comparator.nullsLast(Comparator.naturalOrder())))
                .map(process -> target(process.pid(), arguments(process)))
                .filter(Objects::nonNull)
                .toList();
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
    static Target only(final List<Target> servers) {
        if (servers.isEmpty()) {
            throw new ProfileException(
                    "no Lianmai server of this user runs; start one with ./lianmai serve, or name a JVM with --pid");
        }
        if (servers.size() > 1) {
            final List<String> listed = new ArrayList<>();
            servers.forEach(server -> listed.add(server.toString()));
            throw new ProfileException(
                    servers.size() + " servers run; say which with --pid: " + String.join(", ", listed));
        }
        return servers.getFirst();
    }
}
