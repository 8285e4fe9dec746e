package lianmai.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lianmai.port.PortKind;
import lianmai.reference.CReference;
import lianmai.reference.ReferenceException;
import lianmai.reference.ReferenceRow;
import lianmai.report.BenchResult;
import lianmai.report.Spread;
import tools.jackson.databind.JsonNode;

/**
 * UDP ports beside each other and beside the C loops: on one core a process with all of ours, or a C loop, on the other
 * a C process that takes away what is sent, or sends bursts and takes them back.
 *
 * <p>What sending costs depends on where the host has put the two cores ({@code cores.c}): a group whose cores were
 * moved meanwhile is measured again, and only the rounds with the cores in one place are told, those of the commoner.
 *
 * <p>Thread: main. Owns: the processes.
 */
final class PortRun implements AutoCloseable {
    /** Distances within this factor of each other are the same place. */
    private static final double SAME_PLACE = 1.5;

    private static final int ATTEMPTS = 3;
    /** A sink counts what has come until nothing moves; after that long for sure. */
    private static final long SETTLE_NS = 3_000_000;

    private final CReference loops;
    private final double seconds;
    private final LineProcess worker;
    private final LineProcess sink;
    private final LineProcess bursts;
    private final Children children;
    private final int sinkPort;
    private final List<Measured> rounds = new ArrayList<>();
    private final Findings findings = new Findings();

    /** One group, once. */
    private record Measured(PortGroup group, double distanceNs, Map<PortGroup.Contender, PortSlice> slices) {}

    /** @param seconds of a slice */
    PortRun(
            final Children children,
            final CReference loops,
            final Cores cores,
            final Path jvmOptions,
            final double seconds)
            throws BenchException {
        this.children = children;
        this.loops = loops;
        this.seconds = seconds;
        final List<String> command = new ArrayList<>(cores.serverPrefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "lianmai.port.PortWorker"));
        worker = new LineProcess(children, "the measured process", command);
        sink = new LineProcess(children, "the receiver", loops.command("sink"));
        bursts = new LineProcess(children, "the source of bursts", loops.command("bursts"));
        sinkPort = sink.json().get("port").intValue();
    }

    Findings measure(final int count, final double warmUpSeconds) throws BenchException, ReferenceException {
        final Progress progress = Progress.onConsole(estimate(count, warmUpSeconds));
        for (final PortGroup group : PortGroup.all()) {
            final List<PortGroup.Contender> contenders = new ArrayList<>(group.contenders());
            contenders.removeIf(PortGroup.Contender::isLoop);
            for (final PortGroup.Contender contender : contenders) {
                slice(group, contender, warmUpSeconds);
                progress.show("warming up " + contender.name(), "", warmUpSeconds, System.nanoTime());
            }
        }
        for (int round = 1; round <= count; round++) {
            for (final PortGroup group : PortGroup.all()) {
                measureGroup(group);
                progress.show(
                        group.title() + ", round " + round + " of " + count,
                        "",
                        group.contenders().size() * seconds,
                        System.nanoTime());
            }
        }
        progress.end();
        report();
        return findings;
    }

    private static double estimate(final int rounds, final double warmUpSeconds) {
        double slices = 0;
        double ours = 0;
        for (final PortGroup group : PortGroup.all()) {
            slices += group.contenders().size();
            ours += group.contenders().stream().filter(c -> !c.isLoop()).count();
        }
        return slices * rounds * 0.15 + ours * warmUpSeconds;
    }

    private void measureGroup(final PortGroup group) throws BenchException, ReferenceException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final double before = loops.coreDistanceNs();
            final Map<PortGroup.Contender, PortSlice> slices = new LinkedHashMap<>();
            for (final PortGroup.Contender contender : group.contenders()) {
                final PortSlice slice = slice(group, contender, seconds);
                if (slice != null) {
                    slices.put(contender, slice);
                }
            }
            if (areSamePlace(before, loops.coreDistanceNs())) {
                rounds.add(new Measured(group, before, slices));
                return;
            }
        }
        findings.warn("The host moved the cores so often that some rounds are missing.");
    }

    private static boolean areSamePlace(final double oneNs, final double otherNs) {
        return Math.max(oneNs, otherNs) <= SAME_PLACE * Math.min(oneNs, otherNs);
    }

    /** Null when the contender is not to be had here. */
    private PortSlice slice(final PortGroup group, final PortGroup.Contender contender, final double length)
            throws BenchException, ReferenceException {
        try {
            return group.run() == 0 ? forward(contender, length) : send(group, contender, length);
        } catch (final BenchException e) {
            if (contender.isLoop() || contender.kind() == PortKind.IO_URING) {
                throw e;
            }
            findings.warn(contender.name() + " is missing: " + e.getMessage() + ".");
            return null;
        }
    }

    private PortSlice send(final PortGroup group, final PortGroup.Contender contender, final double length)
            throws BenchException, ReferenceException {
        final JsonNode before = sink.askForJson("0");
        final PortSlice slice = contender.isLoop()
                ? sendByLoop(contender.loop(), length)
                : PortSlice.parse(worker.ask(String.format(
                        Locale.ROOT, "send %s %d %d %f", contender.kind().id(), group.run(), sinkPort, length)));
        final long came = count(before, "received") + count(before, "dropped");
        final long sent = slice.packets() - Math.round(slice.lostRatio() * slice.packets());
        sink.askForJson(Long.toString(came + sent));
        Window.sleep(SETTLE_NS);
        final JsonNode after = sink.askForJson("0");
        final double dropped = count(after, "dropped") - count(before, "dropped");
        return slice.withLoss(dropped / slice.packets());
    }

    private static long count(final JsonNode counts, final String name) {
        return counts.get(name).longValue();
    }

    private PortSlice sendByLoop(final String loop, final double length) throws ReferenceException {
        final List<String> options = new ArrayList<>(List.of("--to-port", Integer.toString(sinkPort)));
        options.addAll(List.of("--rounds", "1", "--seconds", String.format(Locale.ROOT, "%f", length)));
        options.addAll(List.of("--only", loop));
        final ReferenceRow row = loops.run("send", options).getFirst();
        final double packets = row.packets();
        return new PortSlice(
                row.packets(),
                row.cpuNsPerPacket() * packets,
                row.nsPerPacket().median() * packets,
                -1,
                row.errors() / packets);
    }

    private PortSlice forward(final PortGroup.Contender contender, final double length) throws BenchException {
        return contender.isLoop() ? forwardByLoop(length) : forwardByWorker(contender.kind(), length);
    }

    private PortSlice forwardByWorker(final PortKind kind, final double length) throws BenchException {
        final String port = worker.ask("forward " + kind.id());
        if (!port.startsWith("port ")) {
            throw new BenchException(port.replaceFirst("^error ", ""));
        }
        final double lost = burst(Integer.parseInt(port.substring("port ".length())), length);
        return PortSlice.parse(worker.ask("stop")).withLoss(lost);
    }

    private PortSlice forwardByLoop(final double length) throws BenchException {
        try (LineProcess loop = new LineProcess(children, "the C forwarder", loops.command("forward"))) {
            final double lost = burst(loop.json().get("port").intValue(), length);
            final JsonNode row = loop.askForJson("stop");
            final long packets = count(row, "packets");
            return new PortSlice(
                    packets,
                    row.get("cpuNsPerPacket").doubleValue() * packets,
                    row.get("nsPerPacket").get("median").doubleValue() * packets,
                    -1,
                    lost);
        }
    }

    /** Answers which part did not come back. */
    private double burst(final int port, final double length) throws BenchException {
        final JsonNode counts = bursts.askForJson(String.format(Locale.ROOT, "%d %f", port, length));
        return 1 - (double) count(counts, "received") / Math.max(1, count(counts, "sent"));
    }

    private void report() {
        final double nearest =
                rounds.stream().mapToDouble(Measured::distanceNs).min().orElse(0);
        final List<Measured> near = new ArrayList<>(rounds);
        near.removeIf(round -> !areSamePlace(round.distanceNs(), nearest));
        final List<Measured> far = new ArrayList<>(rounds);
        far.removeAll(near);
        final List<Measured> told = near.size() >= far.size() ? near : far;
        if (!far.isEmpty()) {
            findings.warn(String.format(
                    Locale.ROOT,
                    "The host moved the cores: in %.0f %% of the rounds a cache line took %.0f ns there and back, in"
                            + " the others %.0f ns; the figures are those of the former.",
                    100.0 * told.size() / rounds.size(),
                    distance(told),
                    distance(told.equals(near) ? far : near)));
        }
        for (final PortGroup group : PortGroup.all()) {
            for (final PortGroup.Contender contender : group.contenders()) {
                add(group, contender, told);
            }
        }
    }

    private static double distance(final List<Measured> measured) {
        return Spread.of(measured.stream().map(Measured::distanceNs).toList()).median();
    }

    private void add(final PortGroup group, final PortGroup.Contender contender, final List<Measured> told) {
        final List<BenchResult.Round> figures = new ArrayList<>();
        for (final Measured round : told) {
            final PortSlice slice = round.slices().get(contender);
            if (round.group().equals(group) && slice != null) {
                final double floor = contender.isLoop() ? 0 : floor(round, contender.loop());
                figures.add(new BenchResult.Round(slice.figures(floor, round.distanceNs())));
            }
        }
        if (!figures.isEmpty()) {
            findings.add(new BenchResult.Contender(group.title() + ": " + contender.name(), "", figures, List.of()));
        }
    }

    private static double floor(final Measured round, final String loop) {
        return round.slices().entrySet().stream()
                .filter(slice ->
                        slice.getKey().isLoop() && slice.getKey().loop().equals(loop))
                .mapToDouble(slice -> slice.getValue().cpuPerPacket())
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        bursts.close();
        sink.close();
        worker.close();
    }
}
