package lianmai.stat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was asked of {@code lianmai stat}. Read by hand: a library for it would take longer to load than all else.
 *
 * @param pid of the server, or null
 * @param file to read, or null
 */
record StatOptions(Long pid, Path file, Duration interval, boolean once, boolean json, boolean help) {
    static final String USAGE = """
            Usage: lianmai stat [--pid=N | --file=FILE] [--interval=TIME] [--once] [--json]
            Shows what a running server on this machine does: residence times, drops with their reasons, counters.
                  --pid=N           the server's process, when several run
                  --file=FILE       its stat file, when it was started with --stat-file
                  --interval=TIME   how often to look, such as 1s, 500ms or 1m (1s); rates are over this time
                  --once            show one interval and end
                  --json            one JSON object an interval
              -h, --help            show this help message and exit
            Keys: q or Ctrl-C ends it.
            """;

    private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m)");
    /** A server publishes once a second; looking much more often shows nothing new. */
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private static final Duration LONGEST = Duration.ofHours(1);

    /** Wrong usage is an {@link IllegalArgumentException} with a sentence. */
    static StatOptions parse(final List<String> arguments) {
        Long pid = null;
        Path file = null;
        Duration interval = Duration.ofSeconds(1);
        boolean once = false;
        boolean json = false;
        boolean help = false;
        final Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            final String argument = rest.next();
            final int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            final String option = equals < 0 ? argument : argument.substring(0, equals);
            final String given = equals < 0 ? null : argument.substring(equals + 1);
            switch (option) {
                case "--pid" -> pid = number(value(option, given, rest));
                case "--file" -> file = Path.of(value(option, given, rest));
                case "--interval" -> interval = time(value(option, given, rest));
                case "--once" -> once = true;
                case "--json" -> json = true;
                case "-h", "--help" -> help = true;
                default -> throw new IllegalArgumentException("Unknown option: '" + argument + "'");
            }
        }
        if (pid != null && file != null) {
            throw new IllegalArgumentException("--pid and --file both name a server; give one of them");
        }
        return new StatOptions(pid, file, interval, once, json, help);
    }

    private static String value(final String option, final String given, final Iterator<String> rest) {
        if (given == null && !rest.hasNext()) {
            throw new IllegalArgumentException("Missing value for option " + option);
        }
        return given == null ? rest.next() : given;
    }

    private static Long number(final String text) {
        try {
            return Long.valueOf(text);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("--pid must be a number, not " + text, e);
        }
    }

    private static Duration time(final String text) {
        final Matcher parts = TIME.matcher(text);
        try {
            if (parts.matches()) {
                final Duration time = parts.group(2).equals("ms")
                        ? Duration.ofMillis((long) Double.parseDouble(parts.group(1)))
                        : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
                if (time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0) {
                    return time;
                }
            }
        } catch (final DateTimeParseException | ArithmeticException e) {
            throw new IllegalArgumentException("--interval must be a time such as 1s, not " + text, e);
        }
        throw new IllegalArgumentException("--interval must be a time such as 1s, from 100ms to 60m, not " + text);
    }
}
