package lianmai.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lianmai.report.Machine;

/** Looks at the machine. */
public final class MachineProbe {
    private MachineProbe() {}

    public static Machine machine(final Checkout checkout, final Path jvmOptions) throws BenchException {
        final String memory = field("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return new Machine(
                cpu(),
                cpus(),
                System.getProperty("os.version"),
                memory.isEmpty() ? 0 : Long.parseLong(memory) / 1024,
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                flags(jvmOptions),
                checkout.commit());
    }

    /** {@link Machine#kind()} of this one. */
    static String kind() {
        return new Machine(cpu(), cpus(), "", 0, "", "", "").kind();
    }

    private static String cpu() {
        final String model = field("/proc/cpuinfo", "model name");
        return model.isEmpty() ? System.getProperty("os.arch") : model.replaceAll("\\s+", " ");
    }

    /** Of the machine, also where this process may only use one. */
    private static int cpus() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return (int) lines.filter(line -> line.startsWith("processor")).count();
        } catch (final IOException e) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    private static String field(final String file, final String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (final IOException e) {
            return "";
        }
    }

    private static String flags(final Path jvmOptions) throws BenchException {
        try {
            final List<String> lines = Files.readAllLines(jvmOptions);
            return lines.stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.joining(" "));
        } catch (final IOException e) {
            throw new BenchException(
                    "--jvm-options " + jvmOptions + (Files.exists(jvmOptions) ? " cannot be read" : " does not exist"),
                    e);
        }
    }
}
