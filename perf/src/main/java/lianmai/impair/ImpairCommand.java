package lianmai.impair;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lianmai impair}: the relay alone, for any UDP program. */
@Command(
        name = "impair",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Passes UDP on to a server and spoils it on the way: loss, delay, jitter, rate. Ends on Ctrl-C.",
        footer = {
            "",
            "PROFILE is a list of settings with commas between, or a name (see --profiles), or both: lte,loss=2%%",
            "  loss=5%%        share of packets lost            burst=3      in bursts of this mean length",
            "  inside=100%%    lost inside a burst              between=0%%   lost between bursts",
            "  delay=40ms     always                           jitter=30ms  on top of it, varying",
            "  shape=uniform  0 to jitter evenly; or exponential: jitter is the mean, cut at 8 times",
            "  overtake=no    late packets hold up those behind them; yes: they are overtaken",
            "  reorder=1%%     share that is held back          reorder-by=20ms  by this much",
            "  duplicate=1%%   share that arrives twice         rate=2mbit   bit, kbit, mbit, gbit a second",
            "  queue=200ms    before a rate; or 64kb           overhead=28b what a rate counts beside the payload",
            "",
            "Example: ./lianmai impair --listen 127.0.0.1:9000 --to 127.0.0.1:8090 loss=5%%,burst=3,delay=40ms"
        })
public final class ImpairCommand implements Callable<Integer> {
    private static final int USAGE = 2;
    private static final int FAILED = 1;
    private static final long SEED_LIMIT = 1_000_000;

    @Parameters(index = "0", arity = "0..1", paramLabel = "PROFILE", description = "for both directions")
    private String both;

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "where clients send to")
    private String listen;

    @Option(names = "--to", paramLabel = "HOST:PORT", description = "the server")
    private String to;

    @Option(names = "--up", paramLabel = "PROFILE", description = "client to server, instead of PROFILE")
    private String up;

    @Option(names = "--down", paramLabel = "PROFILE", description = "server to client, instead of PROFILE")
    private String down;

    @Option(names = "--seed", paramLabel = "N", description = "of the dice (a random one, which is printed)")
    private Long seed;

    @Option(names = "--duration", paramLabel = "TIME", description = "end after this long, such as 30s or 5m")
    private String duration;

    @Option(names = "--profiles", description = "list the named profiles and end")
    private boolean lists;

    /** The program behind {@code ./lianmai impair}: one line on standard error and exit code 2 for wrong usage. */
    public static void main(final String[] arguments) {
        final CommandLine command = new CommandLine(new ImpairCommand());
        command.setExecutionExceptionHandler((failure, line, parsed) -> explain(failure));
        command.setParameterExceptionHandler((failure, given) -> {
            System.err.println("lianmai: " + failure.getMessage() + "; see ./lianmai impair --help");
            return USAGE;
        });
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (lists) {
            list(System.out);
            return 0;
        }
        final long rolled = seed == null ? ThreadLocalRandom.current().nextLong(SEED_LIMIT) : seed;
        final ImpairSettings settings = ImpairSettings.of(profile("--up", up), profile("--down", down), rolled);
        final long endAfterNs = duration == null ? Long.MAX_VALUE : nanos(duration);
        final InetSocketAddress listenAt = address("--listen", listen);
        final InetSocketAddress server = address("--to", to);
        if (server.getPort() == 0 || server.getAddress().isAnyLocalAddress()) {
            throw new IllegalArgumentException("--to must name the server's own address and port, not " + to);
        }
        if (listenAt.equals(server)) {
            throw new IllegalArgumentException("--listen and --to are the same; the relay would talk to itself");
        }
        try (ImpairRelay relay = ImpairRelay.start(listenAt, server, settings)) {
            System.out.println("udp " + text(relay.address()) + " -> " + text(server) + ", seed " + rolled + "; up: "
                    + ProfileText.write(settings.up()) + "; down: " + ProfileText.write(settings.down()));
            return watch(relay, endAfterNs);
        }
    }

    /** Prints a line a second until the time is over, the relay fails, or a signal comes. */
    private static int watch(final ImpairRelay relay, final long endAfterNs) throws InterruptedException {
        final boolean overwrites = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        final CountDownLatch signalled = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        final Thread hook = new Thread(() -> endBySignal(signalled, ended), "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        final long startNs = System.nanoTime();
        boolean running = true;
        while (running) {
            final long leftNs = endAfterNs - (System.nanoTime() - startNs);
            final boolean isSignalled =
                    signalled.await(Math.min(leftNs, TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS);
            running = !isSignalled && relay.failure() == null && System.nanoTime() - startNs < endAfterNs;
            final String line = line(relay, System.nanoTime() - startNs);
            System.out.print(overwrites ? "\r\033[K" + line + (running ? "" : "\n") : line + "\n");
            System.out.flush();
        }
        relay.close();
        ended.countDown();
        if (relay.failure() != null) {
            System.err.println("lianmai: the relay failed: " + relay.failure());
            return FAILED;
        }
        return 0;
    }

    /** A signal would end the process with 128 + its number; being asked to end is no failure. */
    private static void endBySignal(final CountDownLatch signalled, final CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return; // an ordinary end, with its own exit code
        }
        signalled.countDown();
        try {
            if (ended.await(5, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(0);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String line(final ImpairRelay relay, final long sinceNs) {
        final int clients = relay.clients();
        return String.format(
                Locale.ROOT,
                "%4d s  %d client%s  up: %s  down: %s",
                TimeUnit.NANOSECONDS.toSeconds(sinceNs),
                clients,
                clients == 1 ? "" : "s",
                relay.up(),
                relay.down());
    }

    private static void list(final PrintStream out) {
        for (final ImpairPreset preset : ImpairPreset.values()) {
            out.println(preset.typed() + ": " + preset.reason());
            if (!preset.definition().isEmpty()) {
                out.println("    " + preset.definition());
            }
        }
    }

    private ImpairProfile profile(final String option, final String own) {
        final String text = own != null ? own : both;
        if (text == null) {
            if (up == null && down == null) {
                throw new IllegalArgumentException(
                        "say how to impair: a profile such as wifi or delay=40ms;" + " see ./lianmai impair --help");
            }
            return ImpairProfile.NONE;
        }
        try {
            return ProfileText.parse(text);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(own != null ? option + ": " + e.getMessage() : e.getMessage(), e);
        }
    }

    private static InetSocketAddress address(final String option, final String text) {
        if (text == null) {
            throw new IllegalArgumentException(option + " is missing; it is an address such as 127.0.0.1:9000");
        }
        final int colon = text.lastIndexOf(':');
        final String host = colon < 1 ? "" : text.substring(0, colon);
        final boolean isBareIpv6 = host.contains(":") && !(host.startsWith("[") && host.endsWith("]"));
        try {
            final int port = Integer.parseInt(text.substring(colon + 1));
            if (host.isEmpty() || isBareIpv6 || port < 0 || port > 65_535) {
                throw new NumberFormatException();
            }
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(
                    option + " must be an address such as 127.0.0.1:9000 or [::1]:9000, not " + text, e);
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException(option + ": there is no host " + host, e);
        }
    }

    private static String text(final InetSocketAddress address) {
        final String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static long nanos(final String text) {
        try {
            final long ns = Duration.parse("PT" + text).toNanos();
            if (ns > 0) {
                return ns;
            }
        } catch (final DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException("--duration must be a time such as 30s or 5m, not " + text, e);
        }
        throw new IllegalArgumentException("--duration must be longer than nothing");
    }

    private static int explain(final Exception failure) throws Exception {
        if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
            System.err.println("lianmai: " + failure.getMessage());
            return USAGE;
        }
        throw failure;
    }
}
