package lianmai.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lianmai.door.Door;
import lianmai.door.JanusDoor;
import lianmai.door.JanusProcess;

/** Janus's videoroom on the server's core, as shipped or tuned. */
final class JanusTarget implements Target {
    private static final int FIRST_PORT = 8188;
    private static final Pattern VERSION = Pattern.compile("\\((\\d+\\.\\d+\\.\\d+)\\)");
    private static final String LIBSRTP = "libsrtp2.so.1";

    private final JanusProcess process;
    private final String name;
    private final String about;
    private final Door door;

    private JanusTarget(final JanusProcess process, final String name, final String about) {
        this.process = process;
        this.name = name;
        this.about = about;
        this.door = new JanusDoor(process.address());
    }

    /** Both kinds. An honest rival is tuned; what is shipped is what most run. */
    static List<Target> start(final Children children, final Cores cores, final BenchPlan.Rival.Janus rival)
            throws BenchException, IOException {
        final List<Target> both = new ArrayList<>();
        final String version = version();
        both.add(start(children, cores, 0, null, "janus", version + ", as shipped"));
        both.add(start(
                children,
                cores,
                1,
                rival.libsrtp(),
                "janus tuned",
                version + ", event_loops = 1"
                        + (rival.libsrtp() == null ? "" : ", libsrtp of --janus-libsrtp instead of the system's")));
        return both;
    }

    /** Fails before anything is started when it cannot be. */
    static void check(final BenchPlan.Rival.Janus rival) throws BenchException {
        if (JanusProcess.missing() != null) {
            throw new BenchException(JanusProcess.missing());
        }
        if (rival.libsrtp() != null && !Files.exists(rival.libsrtp().resolve(LIBSRTP))) {
            throw new BenchException("--janus-libsrtp " + rival.libsrtp() + " has no " + LIBSRTP);
        }
    }

    private static JanusTarget start(
            final Children children,
            final Cores cores,
            final int eventLoops,
            final Path libraries,
            final String name,
            final String about)
            throws IOException {
        final JanusProcess process = JanusProcess.start(new JanusProcess.Settings(
                InetAddress.ofLiteral(OwnNetwork.SERVER),
                FIRST_PORT + eventLoops,
                eventLoops,
                libraries,
                cores.serverPrefix()));
        children.onEnd(process::close);
        return new JanusTarget(process, name, about);
    }

    private static String version() {
        try {
            final Process asked = new ProcessBuilder("janus", "--version")
                    .redirectErrorStream(true)
                    .start();
            final String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            final Matcher version = VERSION.matcher(said);
            return version.find() ? "Janus " + version.group(1) : "Janus";
        } catch (final IOException e) {
            return "Janus";
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String about() {
        return about;
    }

    @Override
    public Door door() {
        return door;
    }

    @Override
    public OptionalLong pid() {
        return OptionalLong.of(process.pid());
    }

    @Override
    public OptionalLong forwarded() {
        return OptionalLong.empty();
    }

    @Override
    public void close() {
        door.close();
        process.close();
    }
}
