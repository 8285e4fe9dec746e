package lianmai.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes the JSON files of this package; what is wrong with one is told in a sentence. */
public final class ResultFile {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ResultFile() {}

    public static void write(final Path file, final Object value) throws IOException {
        final Path parent = file.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        Files.writeString(file, JSON.writeValueAsString(value) + "\n");
    }

    /**
     * Reads a result.
     *
     * @throws IOException with a sentence for the user
     */
    public static BenchResult readResult(final Path file) throws IOException {
        final BenchResult result = read(file, BenchResult.class, "a result of ./lianmai bench");
        if (result.schema() != BenchResult.SCHEMA || result.scenario() == null || result.machine() == null) {
            throw new IOException(file + " is not a result of this version of ./lianmai bench");
        }
        return result;
    }

    /**
     * Reads a file of a type.
     *
     * @param what the type, for the sentence
     * @throws IOException with a sentence for the user
     */
    public static <T> T read(final Path file, final Class<T> type, final String what) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(file + (Files.exists(file) ? " cannot be read" : " does not exist"));
        }
        try {
            return JSON.readValue(Files.readString(file), type);
        } catch (final JacksonException | IOException e) {
            throw new IOException(file + " is not " + what, e);
        }
    }
}
