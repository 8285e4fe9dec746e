package lianmai.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units, as people type them. */
public final class Quantity {
    private static final Pattern PARTS = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-z%/]*)");

    private Quantity() {}

    /** {@code 10s}, {@code 500ms}, {@code 2m}; a bare number is seconds. */
    public static Duration duration(final String option, final String text) throws BenchException {
        final Matcher parts = match(option, text, "a duration such as 10s, 500ms or 2m");
        final double seconds =
                switch (parts.group(2)) {
                    case "", "s" -> 1;
                    case "ms" -> 1e-3;
                    case "m", "min" -> 60;
                    case "h" -> 3600;
                    default -> throw wrong(option, text, "a duration such as 10s, 500ms or 2m");
                };
        return Duration.ofNanos((long) (Double.parseDouble(parts.group(1)) * seconds * 1e9));
    }

    /** Bits per second: {@code 2.5M}, {@code 800k}, {@code 2mbit}. */
    static int bitrate(final String option, final String text) throws BenchException {
        final Matcher parts = match(option, text, "a bit rate such as 2.5M or 800k");
        final double factor =
                switch (parts.group(2)) {
                    case "", "bit" -> 1;
                    case "k", "kbit" -> 1e3;
                    case "m", "mbit", "mbit/s" -> 1e6;
                    default -> throw wrong(option, text, "a bit rate such as 2.5M or 800k");
                };
        final double bits = Double.parseDouble(parts.group(1)) * factor;
        if (bits > 200e6) {
            throw new BenchException(option + " " + text + " is more than 200 Mbit/s");
        }
        return (int) bits;
    }

    private static Matcher match(final String option, final String text, final String what) throws BenchException {
        final Matcher parts = PARTS.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw wrong(option, text, what);
        }
        return parts;
    }

    private static BenchException wrong(final String option, final String text, final String what) {
        return new BenchException(option + " must be " + what + ", not " + text);
    }
}
