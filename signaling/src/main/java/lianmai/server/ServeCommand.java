package lianmai.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import lianmai.gc.LatencyBudget;
import lianmai.gc.WholeHeap;
import lianmai.io.UdpPorts;
import lianmai.room.RoomLimits;
import lianmai.srtp.SrtpProviders;
import lianmai.stat.StatFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Starts the server; ends on Ctrl-C. Exit code 1 when a relay thread dies: start it again.")
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    private static final int FAILED = 1;
    /** What is in good order ends within a second; a server that is not must not keep its supervisor waiting. */
    private static final long CLOSE_MS = TimeUnit.SECONDS.toMillis(10);

    @Option(names = "--host", paramLabel = "ADDRESS", description = "where signaling and pages listen (127.0.0.1)")
    private String host;

    @Option(names = "--port", paramLabel = "N", description = "TCP port of signaling and pages (8090)")
    private String port;

    @Option(names = "--udp-port", paramLabel = "N", description = "UDP port of media (the same number as --port)")
    private String udpPort;

    @Option(
            names = "--announce",
            paramLabel = "IP",
            split = ",",
            description = "further addresses to tell clients, such as the public one of a NAT")
    private List<String> announce;

    @Option(names = "--io", paramLabel = "auto|io_uring|nio", description = "how the UDP socket is driven (auto)")
    private String io;

    @Option(names = "--srtp", paramLabel = "auto|native|jitsi", description = "who encrypts media (auto)")
    private String srtp;

    @Option(names = "--tls-cert", paramLabel = "PEM", description = "certificate chain for HTTPS and WSS")
    private String tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "PEM", description = "its private key (PKCS 8)")
    private String tlsKey;

    @Option(names = "--seats", paramLabel = "N", description = "seats of each stage, 1 to 12 (4)")
    private String seats;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "relay threads, each with the next UDP port (one less than there are cores)")
    private String shards;

    @Option(names = "--max-rooms", paramLabel = "N", description = "rooms at the same time (1000)")
    private String maxRooms;

    @Option(names = "--max-members", paramLabel = "N", description = "members of one room (10000)")
    private String maxMembers;

    @Option(
            names = "--stat-file",
            paramLabel = "FILE|none",
            description = "what ./lianmai stat reads (a file of this process in the folder for temporary files)")
    private String statFile;

    @Option(
            names = "--latency-budget",
            paramLabel = "TIME[,TIME]",
            description = "what all but 1 of 1000 packets may stay, and what the JVM may hold its threads (1ms,1ms)")
    private String latencyBudget;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "lines option=value for the options above, and key.<id>=<secret> for tokens")
    private Path config;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final LianmaiServer server = LianmaiServer.start(settings());
        WholeHeap.use();
        return serve(server);
    }

    /** Until a signal ends the process, or a relay thread dies. */
    static int serve(final LianmaiServer server) throws InterruptedException {
        // A signal would end the process with 128 + its number; being asked to end is no failure.
        final AtomicInteger exitCode = new AtomicInteger();
        final Thread closing = new Thread(server::close, "closing");
        closing.setDaemon(true);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(closing, exitCode), "shutdown"));
        System.out.println(server.welcome());
        try {
            final String failure = server.awaitFailure();
            exitCode.set(FAILED);
            System.err.println("lianmai: " + failure);
        } catch (final OutOfMemoryError noRoomForASentence) {
            Runtime.getRuntime().halt(FAILED);
        }
        return FAILED;
    }

    private static void end(final Thread closing, final AtomicInteger exitCode) {
        try {
            closing.start();
            closing.join(CLOSE_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(exitCode.get());
        }
    }

    private ServerConfig settings() {
        final ConfigFile file = config == null ? ConfigFile.EMPTY : ConfigFile.read(config);
        final int tcp = number("port", port, file, ServerConfig.DEFAULT_PORT);
        final String listed = file.value("announce");
        final List<String> announced =
                announce != null ? announce : listed == null ? List.of() : List.of(listed.split("\\s*,\\s*"));
        return new ServerConfig(
                text("host", host, file, ServerConfig.DEFAULT_HOST),
                tcp,
                number("udp-port", udpPort, file, tcp),
                ServerConfig.resolveAll("announce", announced),
                parsed("io", UdpPorts.Mode::parse, text("io", io, file, "auto")),
                parsed("srtp", SrtpProviders.Mode::parse, text("srtp", srtp, file, "auto")),
                path("tls-cert", tlsCertificate, file),
                path("tls-key", tlsKey, file),
                file.keys(),
                limits(file),
                number("shards", shards, file, ServerConfig.DEFAULT_SHARDS),
                statFile(file),
                latencyBudget(file));
    }

    private LatencyBudget.Limits latencyBudget(final ConfigFile file) {
        final String given = text("latency-budget", latencyBudget, file, null);
        return given == null
                ? LatencyBudget.Limits.DEFAULT
                : parsed("latency-budget", LatencyBudget.Limits::parse, given);
    }

    private Path statFile(final ConfigFile file) {
        final String given = text("stat-file", statFile, file, null);
        if (given != null) {
            return given.equals("none") ? null : Path.of(given);
        }
        try {
            return StatFolder.usual().fileOfThisProcess();
        } catch (final IOException e) {
            LOG.warn("no stat file: {}; --stat-file names another place", e.getMessage());
            return null;
        }
    }

    private RoomLimits limits(final ConfigFile file) {
        final RoomLimits usual = RoomLimits.DEFAULT;
        try {
            return new RoomLimits(
                    number("seats", seats, file, usual.seats()),
                    number("max-members", maxMembers, file, usual.maxMembersPerRoom()),
                    number("max-rooms", maxRooms, file, usual.maxRooms()),
                    usual.batchWritesPerSecond());
        } catch (final IllegalArgumentException e) {
            throw new ConfigException(e.getMessage(), e);
        }
    }

    private static String text(final String option, final String given, final ConfigFile file, final String otherwise) {
        if (given != null) {
            return given;
        }
        final String inFile = file.value(option);
        return inFile == null ? otherwise : inFile;
    }

    private static int number(final String option, final String given, final ConfigFile file, final int otherwise) {
        return parsed(option, Integer::valueOf, text(option, given, file, Integer.toString(otherwise)));
    }

    private static Path path(final String option, final String given, final ConfigFile file) {
        final String value = text(option, given, file, null);
        return value == null ? null : Path.of(value);
    }

    private static <T> T parsed(final String option, final Function<String, T> parser, final String value) {
        try {
            return parser.apply(value);
        } catch (final NumberFormatException e) {
            throw new ConfigException("--" + option + " must be a number, not " + value, e);
        } catch (final IllegalArgumentException e) {
            throw new ConfigException(e.getMessage(), e);
        }
    }
}
