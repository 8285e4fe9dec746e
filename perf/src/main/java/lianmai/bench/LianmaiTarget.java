package lianmai.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lianmai.door.Door;
import lianmai.door.LianmaiDoor;

/** Our own server, as {@code ./lianmai serve} starts it, in a process of its own on the server's core. */
public final class LianmaiTarget implements Target {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Pattern WELCOME = Pattern.compile("Lianmai is ready: (http\\S+) (.*)");
    private static final Pattern SETTING = Pattern.compile("over (\\S+); SRTP ([^;)]+)");
    private static final String LOG = "server.log";

    private final Process process;
    private final URI url;
    private final String about;
    private final JvmLog jvmLog;
    private final Path folder;
    private final Duration startUp;
    private final Door door;
    private final String name;
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * How it is started.
     *
     * @param folder for its logs
     * @param jvm options, a {@code @file} among them
     * @param program main class and its arguments
     */
    public record Launch(Path folder, List<String> jvm, String classPath, List<String> program) {
        public Launch {
            jvm = List.copyOf(jvm);
            program = List.copyOf(program);
        }
    }

    private LianmaiTarget(
            final String name,
            final Process process,
            final Matcher welcome,
            final JvmLog jvmLog,
            final Path folder,
            final Duration startUp) {
        this.name = name;
        this.process = process;
        this.folder = folder;
        this.startUp = startUp;
        this.url = URI.create(welcome.group(1));
        final Matcher setting = SETTING.matcher(welcome.group(2));
        this.about = setting.find() ? "UDP over " + setting.group(1) + ", SRTP " + setting.group(2) : welcome.group(2);
        this.jvmLog = jvmLog;
        this.door = new LianmaiDoor(url);
    }

    /** Starts it and waits until it is ready. */
    static LianmaiTarget start(final Children children, final Cores cores, final BenchPlan plan)
            throws BenchException, IOException {
        return start(children, cores, new Launch(plan.output().folder(), jvm(plan), classPath(), program(plan)));
    }

    /** The same with so many relay shards, on both cores. */
    static LianmaiTarget withShards(final Children children, final Cores cores, final int shards, final BenchPlan plan)
            throws BenchException, IOException {
        final List<String> program = new ArrayList<>(program(plan));
        program.addAll(List.of("--shards", Integer.toString(shards)));
        final Path folder = Files.createDirectories(plan.output().folder().resolve(shards + "-shards"));
        final String name = shards == 1 ? "1 shard" : shards + " shards";
        return start(name, children, cores.bothPrefix(), new Launch(folder, jvm(plan), classPath(), program));
    }

    private static List<String> jvm(final BenchPlan plan) {
        return List.of("@" + plan.server().options());
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static List<String> program(final BenchPlan plan) {
        return List.of(
                "lianmai.server.Main",
                "serve",
                "--port",
                Integer.toString(plan.server().port()),
                "--io",
                plan.server().io(),
                "--srtp",
                plan.server().srtp(),
                "--seats",
                Integer.toString(Math.max(4, plan.load().publishers())));
    }

    /** Starts what is described and waits until it is ready; its JVM writes the log that {@link #jvmLog} reads. */
    public static LianmaiTarget start(final Children children, final Cores cores, final Launch launch)
            throws BenchException, IOException {
        return start("lianmai", children, cores.serverPrefix(), launch);
    }

    private static LianmaiTarget start(
            final String name, final Children children, final List<String> prefix, final Launch launch)
            throws BenchException, IOException {
        final Path log = launch.folder().resolve(LOG);
        final JvmLog jvmLog = new JvmLog(launch.folder().resolve("server-jvm.log"));
        final List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(launch.jvm());
        command.add(jvmLog.option());
        command.addAll(List.of("-cp", launch.classPath()));
        command.addAll(launch.program());
        Files.deleteIfExists(log);
        final long startNs = System.nanoTime();
        final Process process = children.start(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile()));
        final Matcher welcome = awaitWelcome(process, log);
        return new LianmaiTarget(
                name, process, welcome, jvmLog, launch.folder(), Duration.ofNanos(System.nanoTime() - startNs));
    }

    private static Matcher awaitWelcome(final Process process, final Path log) throws BenchException, IOException {
        final long deadline = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < deadline) {
            final boolean isAlive = process.isAlive();
            for (final String line : Files.readAllLines(log)) {
                final Matcher welcome = WELCOME.matcher(line);
                if (welcome.matches()) {
                    return welcome;
                }
            }
            if (!isAlive) {
                throw new BenchException(ending(log));
            }
            pause();
        }
        throw new BenchException("the server was not ready within " + START.toSeconds() + " s; see " + log);
    }

    /** Its last word, which is the reason where it is a user's to mend. */
    private static String ending(final Path log) throws IOException {
        final List<String> lines = Files.readAllLines(log);
        return lines.stream()
                .filter(line -> line.startsWith("lianmai: "))
                .reduce((first, second) -> second)
                .map(line -> "the server did not start: " + line.substring("lianmai: ".length()))
                .orElse("the server did not start; see " + log);
    }

    private static void pause() throws BenchException {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
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
    public OptionalLong forwarded() throws BenchException {
        return OptionalLong.of((long) scrape().forwarded());
    }

    public Scrape scrape() throws BenchException {
        return Scrape.of(http, url);
    }

    /** What it and its JVM say on the console, so far. */
    public List<String> console() throws IOException {
        return console(folder);
    }

    /** What the last one started with this folder has said, whether it is ready or has ended. */
    public static List<String> console(final Path folder) throws IOException {
        return Files.readAllLines(folder.resolve(LOG));
    }

    /** From the start of the process to its welcome. */
    public Duration startUp() {
        return startUp;
    }

    /** As of its monitor's last look, which it takes once a second. */
    NativeHistogram residence() throws BenchException {
        return Scrape.residence(http, url);
    }

    /** Where its pages are. */
    public URI url() {
        return url;
    }

    public JvmLog jvmLog() {
        return jvmLog;
    }

    @Override
    public void close() {
        door.close();
        http.close();
        Children.end(process);
    }
}
