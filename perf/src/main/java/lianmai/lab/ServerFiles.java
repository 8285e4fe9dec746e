package lianmai.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import lianmai.bench.BenchException;

/**
 * What servers are started from: the class path of {@code ./lianmai serve} and its start-up cache, which fits no other.
 *
 * @param cache a file that may not be there, or null
 */
record ServerFiles(String classPath, Path cache) {
    private static final List<String> QUIET = List.of("-Xlog:aot=off", "-Xlog:cds=off");

    /** As {@code ./lianmai} says; the classes of this process where it does not, as in tests. */
    static ServerFiles find() {
        final String cache = System.getProperty("lianmai.lab.aot");
        return new ServerFiles(
                System.getProperty("lianmai.lab.classpath", System.getProperty("java.class.path")),
                cache == null ? null : Path.of(cache));
    }

    /** Why there is no cache; empty when there is one. */
    Optional<String> missingCache() throws BenchException {
        try {
            return cache != null && Files.exists(cache) && Files.size(cache) > 0
                    ? Optional.empty()
                    : Optional.of("no start-up cache was made (LIANMAI_AOT=off, or its making failed)");
        } catch (final IOException e) {
            throw new BenchException(cache + " cannot be read", e);
        }
    }

    /** The options of a server that uses the cache. */
    List<String> cached(final List<String> options) {
        final List<String> with = new ArrayList<>(options);
        with.add("-XX:AOTCache=" + cache);
        with.addAll(QUIET);
        return with;
    }

    /** What a JVM with these options says that it cannot take from the cache. */
    String leftOut(final List<String> options) throws BenchException {
        final List<String> more = List.of("-XX:AOTCache=" + cache, "-Xlog:aot,aot+heap", "-cp", classPath);
        return JvmProbe.start(options, more).lines().stream()
                .filter(line -> line.contains("[aot") && line.matches(".*(disabled|: false|[Cc]annot|not supported).*"))
                .map(JvmProbe::words)
                .filter(words -> !words.startsWith("initial "))
                .map(words -> words.replaceFirst(" because archive was created without .*", ""))
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
