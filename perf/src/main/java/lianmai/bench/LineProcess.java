package lianmai.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A process that answers each line with a line. Thread: one. Owns: the process until {@link #close}. */
final class LineProcess implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final String name;
    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;

    LineProcess(final Children children, final String name, final List<String> command) throws BenchException {
        this.name = name;
        process = children.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
        to = process.outputWriter(StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
    }

    String ask(final String line) throws BenchException {
        tell(line);
        return answer();
    }

    void tell(final String line) throws BenchException {
        try {
            to.write(line + "\n");
            to.flush();
        } catch (final IOException e) {
            throw new BenchException(name + " has ended", e);
        }
    }

    String answer() throws BenchException {
        try {
            final String line = from.readLine();
            if (line == null) {
                throw new BenchException(name + " has ended");
            }
            return line;
        } catch (final IOException e) {
            throw new BenchException(name + " has ended", e);
        }
    }

    JsonNode askForJson(final String line) throws BenchException {
        tell(line);
        return json();
    }

    JsonNode json() throws BenchException {
        return JSON.readTree(answer());
    }

    @Override
    public void close() {
        try {
            to.close();
        } catch (final IOException e) {
            // It has ended already.
            Thread.onSpinWait();
        }
        Children.end(process);
    }
}
