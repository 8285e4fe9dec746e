package lianmai.profile;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lianmai.profile.Targets.Target;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai profile}. */
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Samples a running server (or another JVM): a flight recording, a flame graph and a table.",
        footer = {
            "",
            "Example: ./lianmai profile --event cpu --during \"bench fanout\"",
            "Ctrl-C ends it early and keeps what was sampled."
        })
public final class ProfileCommand implements Callable<Integer> {
    private static final int USAGE = 2;
    private static final int ROWS = 25;
    /** How long after the command ought to have stopped it, the profiler stops by itself. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    @Option(names = "--event", paramLabel = "cpu|alloc|wall|lock", description = "what is sampled (cpu)")
    private String event = "cpu";

    @Option(names = "--pid", paramLabel = "N", description = "which JVM (the Lianmai server that runs)")
    private Long pid;

    @Option(
            names = "--of",
            paramLabel = "server|load",
            description = "without --pid: the Lianmai server, or the load generator of bench and gc-lab (server)")
    private String of = "server";

    @Option(names = "--duration", paramLabel = "TIME", description = "how long, such as 30s or 2m (30s)")
    private String duration;

    @Option(
            names = "--during",
            paramLabel = "COMMAND",
            description = "run ./lianmai COMMAND and profile until it ends; without --pid, the first server it starts,"
                    + " or the generator that loads it")
    private String during;

    @Option(names = "--out", paramLabel = "DIR", description = "where the files go (target/profile)")
    private Path out = Path.of("target", "profile");

    private final PrintStream screen = System.out;

    /** The program behind {@code ./lianmai profile}: one line on standard error and exit code 2 for wrong usage. */
    public static void main(final String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(final String... arguments) {
        final CommandLine command = new CommandLine(new ProfileCommand());
        command.setExecutionExceptionHandler((failure, line, parsed) -> explain(failure));
        command.setParameterExceptionHandler((failure, given) -> {
            System.err.println("lianmai: " + failure.getMessage() + "; see ./lianmai profile --help");
            return USAGE;
        });
        return command.execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final ProfiledEvent what = ProfiledEvent.parse(event);
        final ProfiledSide side = ProfiledSide.parse(of);
        final Duration time = time();
        Files.createDirectories(out);
        if (during == null) {
            profile(what, pid == null ? Targets.only(side, side.running()) : Targets.of(pid), time, null);
            return 0;
        }
        try (Workload workload = Workload.start(during)) {
            profile(what, pid == null ? workload.target(side) : Targets.of(pid), time, workload);
            return workload.exitCode();
        }
    }

    private void profile(final ProfiledEvent what, final Target target, final Duration time, final Workload workload)
            throws IOException, InterruptedException {
        final Path base = out.toAbsolutePath()
                .normalize()
                .resolve(what.typed() + "-" + STAMP.format(LocalDateTime.now(ZoneId.systemDefault())) + "-"
                        + target.pid());
        final Path recording = Path.of(base + ".jfr");
        try (AttachedAgent agent = AttachedAgent.to(target.pid(), ProfilerLibrary.file())) {
            final Profiling profiling = Profiling.start(agent, what, recording, time.plus(GRACE));
            screen.println("profiling " + target + ": " + what.typed() + " by " + profiling.way() + ", "
                    + (workload == null ? time.toSeconds() + " s" : "until \"" + during + "\" ends"));
            if (!profiling.shortcoming().isEmpty()) {
                screen.println(profiling.shortcoming());
            }
            await(target, time, workload);
            final String refusal = profiling.stop();
            if (refusal != null && ProcessHandle.of(target.pid()).isPresent()) {
                throw new ProfileException("the profiler cannot be stopped: " + refusal);
            }
        }
        show(what, target, recording, Path.of(base + ".html"));
    }

    /** Until the time is over, the work is done, the target has ended, or Ctrl-C. */
    private static void await(final Target target, final Duration time, final Workload workload)
            throws InterruptedException {
        final CountDownLatch ended = new CountDownLatch(1);
        final CompletableFuture<?> noTarget = ProcessHandle.of(target.pid())
                .<CompletableFuture<?>>map(ProcessHandle::onExit)
                .orElse(CompletableFuture.completedFuture(null));
        final CompletableFuture<?> noMore =
                workload == null ? noTarget : CompletableFuture.anyOf(noTarget, workload.onEnd());
        final CompletableFuture<?> told = noMore.thenRun(ended::countDown);
        final Thread main = Thread.currentThread();
        final Thread hook = new Thread(() -> endBySignal(ended, main), "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        final boolean early = ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
        told.cancel(false);
        try {
            if (!early || !hook.isAlive()) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        } catch (final IllegalStateException signalled) {
            // The hook waits until the files are written.
        }
    }

    /** The target must not stay under the profiler, and what was sampled is wanted. */
    private static void endBySignal(final CountDownLatch ended, final Thread main) {
        ended.countDown();
        try {
            main.join(TimeUnit.SECONDS.toMillis(20));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(final ProfiledEvent what, final Target target, final Path recording, final Path html)
            throws IOException {
        if (!Files.exists(recording) || Files.size(recording) == 0) {
            throw new ProfileException("process " + target.pid() + " ended without writing " + recording);
        }
        final TopTable table = Pictures.table(recording, what);
        if (table.total() == 0) {
            screen.println("no samples: nothing of that kind happened meanwhile");
        } else {
            Pictures.flameGraph(recording, what, "lianmai " + what.typed() + ", process " + target.pid(), html);
            screen.println();
            screen.print(table.text(ROWS));
            screen.println(table.total() + " " + what.unit());
        }
        final Map<String, Long> own = Pictures.ownEvents(recording);
        if (!own.isEmpty()) {
            screen.println("events of ours in the recording: " + own);
        }
        screen.println("recording    " + recording);
        if (table.total() > 0) {
            screen.println("flame graph  " + html);
        }
    }

    private Duration time() {
        if (during != null && duration == null) {
            return Duration.ofHours(4);
        }
        final String text = duration == null ? "30s" : duration;
        try {
            final Duration time = Duration.parse("PT" + text);
            if (time.compareTo(Duration.ofSeconds(1)) >= 0 && time.compareTo(Duration.ofDays(1)) <= 0) {
                return time;
            }
        } catch (final DateTimeParseException e) {
            throw new ProfileException("--duration must be a time such as 30s or 2m, not " + text, e);
        }
        throw new ProfileException("--duration must be 1s to 24h, not " + text);
    }

    private static int explain(final Exception failure) throws Exception {
        if (failure instanceof ProfileException || failure instanceof IOException) {
            System.err.println("lianmai: " + failure.getMessage());
            return USAGE;
        }
        throw failure;
    }
}
