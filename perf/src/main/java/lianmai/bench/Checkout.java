package lianmai.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The source tree that the tool belongs to: {@code ./lianmai} starts it there, tests start it in {@code perf}. */
public record Checkout(Path root) {
    private static final String MARK = "gc-tuning/jvm/relay.args";

    public static Checkout find() throws BenchException {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(MARK))) {
                return new Checkout(folder);
            }
        }
        throw new BenchException("this is not a checkout of Lianmai: there is no " + MARK);
    }

    public Path usualJvmOptions() {
        return root.resolve(MARK);
    }

    Path baseline(final String kind) {
        return root.resolve("perf/baselines/" + kind + ".json");
    }

    /** Short commit id, with {@code +} when sources differ from it; {@code unknown} outside of git. */
    String commit() {
        final String id = git("rev-parse", "--short", "HEAD");
        return id.isEmpty()
                ? "unknown"
                : id + (git("status", "--porcelain", "-uno").isEmpty() ? "" : "+");
    }

    private String git(final String... arguments) {
        final String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            final Process process = new ProcessBuilder(command)
                    .directory(root.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            final String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 ? text.strip() : "";
        } catch (final IOException e) {
            return "";
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
