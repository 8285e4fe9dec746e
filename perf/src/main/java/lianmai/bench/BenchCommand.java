package lianmai.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lianmai.door.WhipDoor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lianmai bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {PortsCommand.class, ReportCommand.class},
        description = "Measures the server, and others beside it: fanout, conference, audio, joinstorm, stage, soak,"
                + " residence, overload, shards, signaling, ports (UDP ports alone), or reference (the C loops alone)."
                + " It starts and ends what it needs by itself.")
final class BenchCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    /** Option value of {@code --compare} without a file. */
    private static final String KIND = "";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", arity = "0..1", description = "what to measure")
    private String scenario;

    @Option(names = "--rooms", paramLabel = "N", description = "rooms (by scenario)")
    private Integer rooms;

    @Option(names = "--publishers", paramLabel = "N", description = "publishers in each room (by scenario)")
    private Integer publishers;

    @Option(names = "--subscribers", paramLabel = "N", description = "viewers in each room (by scenario)")
    private Integer subscribers;

    @Option(names = "--bitrate", paramLabel = "RATE", description = "of each picture, such as 2.5M; 0 for sound alone")
    private String bitrate;

    @Option(names = "--duration", paramLabel = "TIME", description = "of each round, such as 10s (by scenario)")
    private String duration;

    @Option(names = "--rounds", paramLabel = "N", description = "rounds for each server (by scenario)")
    private Integer rounds;

    @Option(names = "--warm-up", paramLabel = "TIME", description = "under load before the first round (8s)")
    private String warmUp = "8s";

    @Option(
            names = "--impair",
            paramLabel = "PROFILE",
            description = "a bad network in between, such as loss=5%%,jitter=30ms,rate=2mbit; see ./lianmai impair")
    private String impair;

    @Option(names = "--find-max", description = "raise the load until it is too much, and tell the highest good one")
    private boolean findMax;

    @Option(names = "--max-p99", paramLabel = "TIME", description = "what is too late for --find-max (50ms)")
    private String maxP99 = "50ms";

    @Option(
            names = "--against",
            paramLabel = "janus|whip=URL,whep=URL",
            description = "another server beside ours, in alternating rounds; may be repeated")
    private List<String> against = List.of();

    @Option(
            names = "--janus-libsrtp",
            paramLabel = "DIR",
            description = "where a libsrtp2.so.1 built on OpenSSL is, for the tuned Janus")
    private Path janusLibsrtp;

    @Option(
            names = "--io",
            paramLabel = "auto|io_uring|nio",
            description = "how our server drives its UDP socket (auto)")
    private String io = "auto";

    @Option(names = "--srtp", paramLabel = "auto|native|jitsi", description = "who encrypts in our server (auto)")
    private String srtp = "auto";

    @Option(names = "--port", paramLabel = "N", description = "TCP and UDP port of our server (any free one)")
    private int port;

    @Option(
            names = "--jvm-options",
            paramLabel = "FILE",
            description = "of our server's JVM (gc-tuning/jvm/relay.args)")
    private Path jvmOptions;

    @Option(names = "--out", paramLabel = "DIR", description = "for result.json, report.html and logs (target/bench/…)")
    private Path out;

    @Option(
            names = "--compare",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = KIND,
            description = "with a baseline (that of this kind of machine); exit code 1 on a regression")
    private String compare;

    @Option(names = "--save-baseline", description = "make this run the baseline of its kind of machine")
    private boolean saveBaseline;

    @Override
    public Integer call() throws BenchException, IOException {
        return BenchRun.run(plan(), spec.commandLine().getParseResult().originalArgs());
    }

    BenchPlan plan() throws BenchException {
        final Scenario chosen = Scenario.parse(scenario);
        final Checkout checkout = Checkout.find();
        final BenchPlan plan = new BenchPlan(
                typed(),
                chosen,
                load(chosen),
                timing(chosen),
                new BenchPlan.ServerSetting(
                        port, io, srtp, jvmOptions == null ? checkout.usualJvmOptions() : jvmOptions),
                impair,
                rivals(),
                new BenchPlan.Output(folder(chosen, checkout), baseline(checkout), saveBaseline));
        check(plan);
        return plan;
    }

    /** What measures the same again; where the result went to is not a part of it. */
    private String typed() {
        final StringBuilder command = new StringBuilder("./lianmai bench");
        final List<String> arguments = spec.commandLine().getParseResult().originalArgs();
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).equals("--out")) {
                i++;
            } else if (!arguments.get(i).matches("--out=.*|--save-baseline")) {
                command.append(' ').append(arguments.get(i));
            }
        }
        return command.toString();
    }

    private void check(final BenchPlan plan) throws BenchException {
        if (findMax && !plan.scenario().isSteady()) {
            throw new BenchException("--find-max goes with fanout, conference, audio or soak, not " + scenario);
        }
        if (!plan.rivals().isEmpty() && !plan.scenario().hasRivals()) {
            throw new BenchException(
                    "--against goes with fanout, conference, audio, soak or joinstorm, not " + scenario);
        }
        if (janusLibsrtp != null && !plan.needsOwnNetwork()) {
            throw new BenchException("--janus-libsrtp goes with --against janus");
        }
        if (port < 0 || port > 65_535) {
            throw new BenchException("--port must be 0 to 65535, not " + port);
        }
        if (impair != null && !plan.scenario().hasRivals()) {
            throw new BenchException("--impair goes with scenarios that have media, not " + scenario);
        }
    }

    private Scenario.Load load(final Scenario chosen) throws BenchException {
        final Scenario.Load usual = chosen.usual();
        return new Scenario.Load(
                number("--rooms", rooms, usual.rooms(), 1, 1_000),
                number("--publishers", publishers, usual.publishers(), 1, 12),
                number("--subscribers", subscribers, usual.subscribers(), 1, 10_000),
                bitrate == null ? usual.bitsPerSecond() : Quantity.bitrate("--bitrate", bitrate));
    }

    private BenchPlan.Timing timing(final Scenario chosen) throws BenchException {
        final Duration round =
                duration == null ? Duration.ofSeconds(chosen.seconds()) : Quantity.duration("--duration", duration);
        if (round.toMillis() < 100) {
            throw new BenchException("--duration must be at least 100ms, not " + duration);
        }
        return new BenchPlan.Timing(
                round,
                number("--rounds", rounds, chosen.rounds(), 1, 1_000),
                Quantity.duration("--warm-up", warmUp),
                findMax,
                Quantity.duration("--max-p99", maxP99));
    }

    private static int number(final String option, final Integer given, final int usual, final int low, final int high)
            throws BenchException {
        if (given == null) {
            return usual;
        }
        if (given < low || given > high) {
            throw new BenchException(option + " must be " + low + " to " + high + ", not " + given);
        }
        return given;
    }

    private List<BenchPlan.Rival> rivals() throws BenchException {
        final List<BenchPlan.Rival> rivals = new ArrayList<>();
        for (final String text : against) {
            rivals.add(text.equals("janus") ? new BenchPlan.Rival.Janus(janusLibsrtp) : whip(text));
        }
        return rivals;
    }

    private static BenchPlan.Rival whip(final String text) throws BenchException {
        final Map<String, URI> addresses = new HashMap<>();
        for (final String part : text.split(",")) {
            final int equals = part.indexOf('=');
            final String url = part.substring(equals + 1);
            if (equals < 0 || !url.matches("https?://[^\\s/]+(/\\S*)?")) {
                throw new BenchException("--against is janus or whip=URL,whep=URL, not " + text);
            }
            addresses.put(part.substring(0, equals), address(url));
        }
        if (addresses.size() != 2 || !addresses.containsKey("whip") || !addresses.containsKey("whep")) {
            throw new BenchException("--against is janus or whip=URL,whep=URL, not " + text);
        }
        return new BenchPlan.Rival.Whip(addresses.get("whip"), addresses.get("whep"));
    }

    /** The place of the room's name stays in it, in the only way that an address can hold it. */
    private static URI address(final String url) throws BenchException {
        try {
            return new URI(url.replace(WhipDoor.ROOM, WhipTarget.ROOM));
        } catch (final URISyntaxException e) {
            throw new BenchException("--against: " + url + " is no URL: " + e.getReason(), e);
        }
    }

    private Path folder(final Scenario chosen, final Checkout checkout) {
        final Path usual = checkout.root()
                .resolve("target/bench/" + chosen.id() + "-" + STAMP.format(LocalDateTime.now(ZoneId.systemDefault())));
        return (out == null ? usual : out).toAbsolutePath();
    }

    private Path baseline(final Checkout checkout) {
        if (compare == null) {
            return null;
        }
        return compare.equals(KIND) ? checkout.baseline(MachineProbe.kind()) : Path.of(compare);
    }
}
