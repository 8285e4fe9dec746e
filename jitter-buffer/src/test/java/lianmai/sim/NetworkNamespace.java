package lianmai.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Makes a network and process namespace, and runs one test method in a child JVM inside of it (see {@link OwnNetwork}).
 *
 * <pre>
 *   JVM of the build                       namespace
 *   test method, intercepted ── fork ────► NamespacedTest.main: process 1, the same class path
 *        relayed output      ◄── stdout ── the same method, run for real
 *        pass, fail, skip    ◄── file ──── its outcome
 * </pre>
 *
 * <p>Nothing outlives it: the kernel ends every process of the namespace with process 1 (and the network with them);
 * process 1 ends when this JVM, whose pipe it reads, is gone, and is killed, by its parent's process handle, after
 * {@link #LIMIT_S}.
 */
final class NetworkNamespace implements InvocationInterceptor {
    /** Set in the child JVM. */
    static final String INSIDE = "lianmai.namespace";

    /** More than any of the tests takes on a busy machine. */
    private static final long LIMIT_S = 90;

    private static final Path OWN_STATUS = Path.of("/proc/self/status");

    /** A default route makes it look like a machine's network: browsers ask the kernel which address leads out. */
    private static final String SET_UP = "ip link set lo up"
            + " && ip link add eth0 type veth peer name eth1"
            + " && ip address add " + OwnNetwork.ADDRESS + "/30 dev eth0"
            + " && ip link set eth1 up && ip link set eth0 up"
            + " && ip route add default via 198.18.0.2 dev eth0"
            + " && exec \"$@\"";

    @Override
    public void interceptTestMethod(
            final Invocation<Void> invocation,
            final ReflectiveInvocationContext<Method> method,
            final ExtensionContext context)
            throws Throwable {
        if (System.getProperty(INSIDE) != null) {
            invocation.proceed();
            return;
        }
        invocation.skip();
        requireProgram("unshare", "util-linux");
        requireProgram("ip", "iproute2");
        final Outcome trial = run(List.of("true"));
        Assumptions.assumeTrue(
                trial.exit() == 0,
                () -> "no right to make a network namespace (run as root, or allow user namespaces): "
                        + trial.output().strip());
        runInside(method.getExecutable());
    }

    private static void runInside(final Method method) throws IOException, InterruptedException {
        final Path verdict = Files.createTempFile("lianmai-namespace", ".txt");
        try {
            final List<String> java = new ArrayList<>();
            java.add(ProcessHandle.current().info().command().orElse("java"));
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(argument -> !argument.startsWith("-agentlib") && !argument.startsWith("-javaagent"))
                    .forEach(java::add);
            java.add("-D" + INSIDE + "=true");
            java.add("-cp");
            java.add(System.getProperty("java.class.path"));
            java.add(NamespacedTest.class.getName());
            java.add(verdict.toString());
            java.add(method.getDeclaringClass().getName() + "#" + method.getName());
            final Outcome outcome = run(java);
            final String text = Files.readString(verdict);
            Assumptions.assumeFalse(text.startsWith(NamespacedTest.SKIPPED), text);
            if (!text.startsWith(NamespacedTest.PASSED)) {
                throw new AssertionError("in the namespace: exit " + outcome.exit() + ", " + text);
            }
        } finally {
            Files.deleteIfExists(verdict);
        }
    }

    private record Outcome(int exit, String output) {}

    /** Runs a program as process 1 of a new namespace; its output is printed as it comes. */
    private static Outcome run(final List<String> program) throws IOException, InterruptedException {
        final List<String> command =
                new ArrayList<>(List.of("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"));
        if (!isRoot()) {
            command.add("--map-root-user");
        }
        command.addAll(List.of("--", "sh", "-c", SET_UP, "sh"));
        command.addAll(program);
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Redirect.PIPE)
                .start();
        final StringBuilder output = new StringBuilder();
        final Thread relay = Thread.ofVirtual().start(() -> relay(process, output));
        try {
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                throw new AssertionError("the test ran into its limit of " + LIMIT_S + " s");
            }
            relay.join();
            return new Outcome(process.exitValue(), output.toString());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void relay(final Process process, final StringBuilder output) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                System.out.println(line);
                output.append(line).append('\n');
            }
        } catch (final IOException e) {
            output.append(e);
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.readAllLines(OWN_STATUS).stream().anyMatch(line -> line.matches("Uid:\\s+0\\s.*"));
    }

    private static void requireProgram(final String name, final String debianPackage) {
        final boolean found = List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/").stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder + name)));
        Assumptions.assumeTrue(found, "no " + name + ": install the package " + debianPackage);
    }
}
