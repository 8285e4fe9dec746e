package lianmai.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lianmai.report.BenchResult.Contender;
import lianmai.report.BenchResult.Round;
import lianmai.report.Metric;

/**
 * Two relay shards against one in memory, where no generator needs a core: a JVM of its own runs them
 * ({@code lianmai.jmh.ShardsProgram}), with the server's options, in alternating rounds.
 *
 * <p>Thread: one.
 */
final class ShardPair {
    private static final String PROGRAM = "lianmai.jmh.ShardsProgram";
    private static final String ROUND = "round ";

    private final BenchPlan plan;
    private final Findings findings;

    ShardPair(final BenchPlan plan, final Findings findings) {
        this.plan = plan;
        this.findings = findings;
    }

    void run(final Children children, final Cores cores) throws BenchException, IOException {
        if (!cores.isPinned()) {
            throw new BenchException("two shards need two cores, and there is one");
        }
        final List<Round> one = new ArrayList<>();
        final List<Round> apart = new ArrayList<>();
        final List<Round> joined = new ArrayList<>();
        for (final String line : lines(children, cores)) {
            if (line.startsWith(ROUND)) {
                final String[] perSecond = line.substring(ROUND.length()).split(" ");
                final double alone = Double.parseDouble(perSecond[0]);
                one.add(round(alone, alone));
                apart.add(round(Double.parseDouble(perSecond[1]), alone));
                joined.add(round(Double.parseDouble(perSecond[2]), alone));
            } else if (!line.equals("srtp native")) {
                findings.warn("In memory: " + line + ".");
            }
        }
        if (one.isEmpty()) {
            throw new BenchException("two shards in memory: no round was measured; see " + log());
        }
        add("1 in memory", "two publishers and all their viewers on one shard", one);
        add(
                "2 in memory",
                "two shards, a publisher each, and half of both publishers' viewers: every packet is copied to both",
                joined);
        add(
                "2 apart in memory",
                "two shards that share nothing, a publisher each: what two cores here can do at most",
                apart);
        findings.warn("Over sockets the generator has no core of its own here: those columns are what server and"
                + " generator together do with two cores. Two shards are told by the columns in memory.");
    }

    private static Round round(final double perSecond, final double alone) {
        return new Round(Map.of(Metric.MEMORY_PER_S, perSecond, Metric.MEMORY_GAIN, perSecond / alone));
    }

    private void add(final String name, final String about, final List<Round> rounds) {
        final String viewers = String.format(
                Locale.ROOT, "%d viewers of each publisher; ", plan.load().subscribers());
        findings.add(new Contender(name, viewers + about, rounds, List.of()));
    }

    private Path log() {
        return plan.output().folder().resolve("shards.log");
    }

    private List<String> lines(final Children children, final Cores cores) throws BenchException, IOException {
        System.err.println("lianmai: two shards beside one, in memory");
        final List<String> command = new ArrayList<>(cores.bothPrefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + plan.server().options());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PROGRAM));
        command.add(String.format(Locale.ROOT, "%.2f", plan.timing().round().toMillis() / 1e3));
        command.add(Integer.toString(plan.timing().rounds()));
        command.add(Integer.toString(plan.load().subscribers()));
        command.addAll(List.of(Integer.toString(cores.server()), Integer.toString(cores.generator())));
        final Process process = children.start(new ProcessBuilder(command).redirectError(log().toFile()));
        process.getOutputStream().close();
        final List<String> lines =
                process.inputReader(StandardCharsets.UTF_8).lines().toList();
        try {
            if (process.waitFor() != 0) {
                throw new BenchException("two shards in memory failed; see " + log());
            }
            return lines;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } finally {
            Children.end(process);
        }
    }
}
