package lianmai.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import lianmai.report.Baseline;
import lianmai.report.BenchResult;
import lianmai.report.Comparison;
import lianmai.report.FigureTable;
import lianmai.report.HtmlReport;
import lianmai.report.Metric;
import lianmai.report.ResultFile;

/**
 * One run from beginning to end: network, cores, servers, rounds, result, verdict.
 *
 * <p>Thread: main. Owns: every process it starts.
 */
final class BenchRun {
    private static final int OK = 0;
    private static final int REGRESSION = 1;

    private BenchRun() {}

    /** @return the exit code */
    static int run(final BenchPlan plan, final List<String> arguments) throws BenchException, IOException {
        check(plan);
        if (plan.needsOwnNetwork() && !OwnNetwork.isInside()) {
            return OwnNetwork.run(arguments);
        }
        Files.createDirectories(plan.output().folder());
        final Checkout checkout = Checkout.find();
        final String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        final Findings findings;
        try (Children children = new Children()) {
            findings = measure(plan, children);
        }
        final BenchResult result = new BenchResult(
                BenchResult.SCHEMA,
                plan.scenario().id(),
                plan.command(),
                startedAt,
                MachineProbe.machine(checkout, plan.server().options()),
                plan.options(),
                findings.contenders(),
                findings.reference(),
                findings.steps(),
                findings.timeline(),
                findings.warnings());
        return publish(plan, checkout, result);
    }

    /** Whatever can be known to fail does so before anything is started. */
    private static void check(final BenchPlan plan) throws BenchException, IOException {
        final Path options = plan.server().options();
        if (!Files.isReadable(options)) {
            throw new BenchException(
                    "--jvm-options " + options + (Files.exists(options) ? " cannot be read" : " does not exist"));
        }
        if (plan.output().compare() != null) {
            Baseline.read(plan.output().compare());
        }
        Impairment.of(plan.impair()).close();
        for (final BenchPlan.Rival rival : plan.rivals()) {
            switch (rival) {
                case BenchPlan.Rival.Janus janus -> JanusTarget.check(janus);
                case BenchPlan.Rival.Whip whip -> WhipTarget.check(whip);
            }
        }
    }

    private static Findings measure(final BenchPlan plan, final Children children) throws BenchException, IOException {
        final Cores cores = Cores.take();
        final ReferenceLoops loops = ReferenceLoops.find(cores);
        final Findings findings = new Findings();
        if (!cores.isPinned()) {
            findings.warn("There is one core only: server and generator take it from each other.");
        }
        if (loops.missing() != null) {
            findings.warn("Without C loops: " + loops.missing() + ".");
        }
        if (plan.scenario() == Scenario.REFERENCE) {
            findings.reference(loops.all());
            return findings;
        }
        final List<Target> targets = new ArrayList<>();
        try {
            if (plan.scenario() == Scenario.SHARDS) {
                new ShardPair(plan, findings).run(children, cores);
                targets.add(LianmaiTarget.withShards(children, cores, 1, plan));
                targets.add(LianmaiTarget.withShards(children, cores, 2, plan));
            } else {
                start(plan, children, cores, targets);
            }
            switch (plan.scenario()) {
                case JOINSTORM -> new JoinStorm(plan, loops, findings).run(targets);
                case SIGNALING -> new SignalingCrowd(plan, loops, findings).run((LianmaiTarget) targets.getFirst());
                case RESIDENCE -> new ResidenceLoad(plan, loops, findings).run((LianmaiTarget) targets.getFirst());
                case OVERLOAD -> new OverloadLoad(plan, loops, findings).run((LianmaiTarget) targets.getFirst());
                case STAGE -> new StageTurns(plan, loops, findings).run((LianmaiTarget) targets.getFirst());
                default -> new SteadyLoad(plan, loops, findings).run(targets);
            }
        } finally {
            targets.reversed().forEach(Target::close);
        }
        findings.reference(loops.quick());
        return findings;
    }

    private static void start(
            final BenchPlan plan, final Children children, final Cores cores, final List<Target> targets)
            throws BenchException, IOException {
        targets.add(LianmaiTarget.start(children, cores, plan));
        for (final BenchPlan.Rival rival : plan.rivals()) {
            switch (rival) {
                case BenchPlan.Rival.Janus janus -> targets.addAll(JanusTarget.start(children, cores, janus));
                case BenchPlan.Rival.Whip whip -> targets.add(new WhipTarget(whip));
            }
        }
    }

    private static int publish(final BenchPlan plan, final Checkout checkout, final BenchResult result)
            throws IOException {
        final Path folder = plan.output().folder();
        ResultFile.write(folder.resolve("result.json"), result);
        Files.writeString(folder.resolve("report.html"), HtmlReport.page(result));
        System.out.println();
        System.out.print(FigureTable.of(result).text());
        System.out.println();
        result.reference()
                .forEach(loop -> System.out.println("C loop " + loop.name() + ": " + Metric.number(loop.nsPerPacket())
                        + " ns a packet (" + loop.note() + ")"));
        result.warnings().forEach(warning -> System.out.println("note: " + warning));
        System.out.println("report: " + folder.resolve("report.html"));
        int code = OK;
        if (plan.output().compare() != null) {
            code = compare(plan.output().compare(), result);
        }
        if (plan.output().saveBaseline()) {
            final Path file = checkout.baseline(result.machine().kind());
            Baseline.save(file, result);
            System.out.println("baseline: " + file);
        }
        return code;
    }

    private static int compare(final Path file, final BenchResult result) throws IOException {
        final List<Comparison> comparisons = Comparison.of(Baseline.read(file), result);
        if (comparisons.isEmpty()) {
            System.out.println(file + " has nothing to compare with: no \"" + Baseline.key(result) + "\"");
            return OK;
        }
        comparisons.forEach(System.out::println);
        return comparisons.stream().anyMatch(Comparison::isRegression) ? REGRESSION : OK;
    }
}
