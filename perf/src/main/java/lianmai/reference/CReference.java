package lianmai.reference;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the C reference loops, which the build puts beside the classes where there is a compiler.
 *
 * <p>Thread: any; a run takes as long as its rounds, and nothing else should be running. Owns: nothing between runs.
 */
public final class CReference {
    private static final String PROGRAM = "/reference/lianmai-reference";
    private static final String PREFIX = "lianmai-reference: ";
    private static final String NOT_BUILT = "the C reference loops were not built; install gcc and libipsec-mb-dev"
            + " (Debian: apt-get install gcc libc6-dev libipsec-mb-dev) and build again";
    private static final List<String> LOOPS = List.of("cores", "send", "receive", "fanout", "echo", "spin");

    /** Long enough for a median that holds, short enough to stand beside every benchmark: 5 s in all. */
    private static final List<String> QUICK_ROUNDS = List.of("--seconds", "0.1", "--rounds", "5");

    /** About two minutes and a half in all. */
    private static final List<String> FULL_ROUNDS = List.of("--seconds", "0.4", "--rounds", "7");

    private final Path program;
    private final List<String> cores;

    private CReference(final Path program, final List<String> cores) {
        this.program = program;
        this.cores = cores;
    }

    /**
     * The built program.
     *
     * @throws ReferenceException when it was not built here
     */
    public static CReference find() throws ReferenceException {
        return at(CReference.class.getResource(PROGRAM));
    }

    static CReference at(final URL resource) throws ReferenceException {
        if (resource == null) {
            throw new ReferenceException(NOT_BUILT);
        }
        try {
            final URI place = resource.toURI();
            if (!"file".equals(place.getScheme())) {
                throw new ReferenceException("the C reference loops run from a folder of classes, not from " + place);
            }
            return new CReference(Path.of(place), List.of());
        } catch (final URISyntaxException e) {
            throw new ReferenceException("the C reference loops cannot be found at " + resource, e);
        }
    }

    /** The same on these cores: that of the measured thread and its partner's. */
    public CReference withCores(final int measured, final int partner) {
        return new CReference(
                program, List.of("--core", Integer.toString(measured), "--other-core", Integer.toString(partner)));
    }

    /** The rows that every benchmark prints beside its own figures, in a few seconds. */
    public List<ReferenceRow> quick() throws ReferenceException {
        final List<ReferenceRow> rows = new ArrayList<>();
        rows.addAll(run("cores", QUICK_ROUNDS));
        rows.addAll(runOnly("send", "send/sendto,send/connected,send/gso-8,send/gso-8/gcm-128"));
        rows.addAll(runOnly("receive", "receive/recvmmsg-64"));
        rows.addAll(runOnly("fanout", "fanout/video/flat-out/*"));
        rows.addAll(runOnly("echo", "echo/*"));
        rows.addAll(runOnly("spin", "spin"));
        return rows;
    }

    /** Every row. */
    public List<ReferenceRow> full() throws ReferenceException {
        final List<ReferenceRow> rows = new ArrayList<>();
        for (final String loop : LOOPS) {
            rows.addAll(run(loop, FULL_ROUNDS));
        }
        return rows;
    }

    private List<ReferenceRow> runOnly(final String loop, final String rows) throws ReferenceException {
        final List<String> options = new ArrayList<>(QUICK_ROUNDS);
        options.addAll(List.of("--only", rows));
        return run(loop, options);
    }

    /**
     * Runs one loop.
     *
     * @param options as {@code lianmai-reference --help} has them
     * @throws ReferenceException with a sentence for the user
     */
    public List<ReferenceRow> run(final String loop, final List<String> options) throws ReferenceException {
        final List<String> arguments = new ArrayList<>(List.of(loop));
        arguments.addAll(cores);
        arguments.addAll(options);
        final List<ReferenceRow> rows = new ArrayList<>();
        for (final String line : lines(arguments)) {
            rows.add(ReferenceRow.parse(line));
        }
        return rows;
    }

    /** What starts the program with a loop that talks, on the same cores; see {@code partner.c}. */
    public List<String> command(final String loop) {
        final List<String> command = new ArrayList<>(List.of(program.toString(), loop));
        command.addAll(cores);
        return command;
    }

    /** How far the two cores are from each other at the moment: a cache line's way there and back, ns. */
    public double coreDistanceNs() throws ReferenceException {
        return run("cores", List.of("--rounds", "3")).getFirst().nsPerPacket().median();
    }

    /** What the program prints. */
    List<String> lines(final List<String> arguments) throws ReferenceException {
        final List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        Process process = null;
        try {
            process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            final List<String> lines =
                    process.inputReader(StandardCharsets.UTF_8).lines().toList();
            // A line or two, which wait in the pipe.
            final String complaint = complaint(process.errorReader(StandardCharsets.UTF_8));
            final int code = process.waitFor();
            if (code != 0) {
                throw new ReferenceException(complaint.isEmpty() ? "a reference loop ended with " + code : complaint);
            }
            return lines;
        } catch (final ReferenceException e) {
            throw e;
        } catch (final IOException e) {
            throw new ReferenceException("the C reference loops cannot be started: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReferenceException("the C reference loops were interrupted", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private static String complaint(final BufferedReader errors) {
        final String text = String.join("; ", errors.lines().toList());
        return text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    }
}
