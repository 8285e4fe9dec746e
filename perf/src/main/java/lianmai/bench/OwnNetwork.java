package lianmai.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network and process namespace for a run with a server that uses no loopback addresses, as Janus: this program
 * starts itself again inside of it.
 *
 * <pre>
 *   lo    127.0.0.1                      our signaling
 *   eth0  198.18.0.1                     media of the servers, Janus's signaling
 *         198.19.0.0/16 (local route)    one address a client; at eth0, because libnice binds its sockets to it
 *   eth1  its other end, silent: packets between local addresses take the kernel's loopback path
 * </pre>
 *
 * Both are from the block that RFC 2544 §C.2.2 reserves for measuring. Nothing outlives it: the kernel ends whatever is
 * left in the namespace when its first process ends.
 */
final class OwnNetwork {
    /** Where servers receive media. */
    static final String SERVER = "198.18.0.1";
    /** The first client. */
    static final String CLIENTS = "198.19.0.1";

    private static final String INSIDE = "lianmai.bench.network";

    private static final String SET_UP = "ip link set lo up"
            + " && ip link add eth0 type veth peer name eth1"
            + " && ip address add " + SERVER + "/30 dev eth0"
            + " && ip link set eth1 up && ip link set eth0 up"
            + " && ip route add default via 198.18.0.2 dev eth0"
            + " && ip route add local 198.19.0.0/16 dev eth0"
            + " && exec \"$@\"";

    private OwnNetwork() {}

    /** Whether this process runs in one. */
    static boolean isInside() {
        return System.getProperty(INSIDE) != null;
    }

    /**
     * Runs this program with the same arguments inside of a new one.
     *
     * @return its exit code
     */
    static int run(final List<String> arguments) throws BenchException {
        requireProgram("unshare", "util-linux");
        requireProgram("ip", "iproute2");
        try {
            requireRight();
            final List<String> command = unshare();
            command.add(ProcessHandle.current().info().command().orElse("java"));
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            command.add("-D" + INSIDE + "=true");
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
            command.addAll(arguments);
            try (Children children = new Children()) {
                return children.start(new ProcessBuilder(command).inheritIO()).waitFor();
            }
        } catch (final IOException e) {
            throw new BenchException("no network of its own: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private static void requireRight() throws BenchException, IOException, InterruptedException {
        final List<String> command = unshare();
        command.add("true");
        final Process trial = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        final String said = new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (trial.waitFor() != 0) {
            throw new BenchException("no right to make a network namespace (run as root, or allow user namespaces): "
                    + said.lines().findFirst().orElse("unshare failed"));
        }
    }

    private static List<String> unshare() throws IOException {
        final List<String> command =
                new ArrayList<>(List.of("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"));
        final boolean isRoot = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Uid:\\s+0\\s.*"));
        if (!isRoot) {
            command.add("--map-root-user");
        }
        command.addAll(List.of("--", "sh", "-c", SET_UP, "sh"));
        return command;
    }

    /** Fails with the package that has the program. */
    static void requireProgram(final String name, final String debianPackage) throws BenchException {
        for (final String folder : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin")) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return;
            }
        }
        throw new BenchException("there is no " + name + "; install the package " + debianPackage);
    }
}
