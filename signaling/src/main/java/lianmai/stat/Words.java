package lianmai.stat;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Words {
    private static final String BARS = "▁▂▃▄▅▆▇█";

    private Words() {}

    /** 95 000 → {@code 95 µs}. */
    static String time(final long ns) {
        if (ns < 1_000) {
            return ns + " ns";
        }
        if (ns < 1_000_000) {
            return three(ns / 1e3) + " µs";
        }
        return ns < 1_000_000_000 ? three(ns / 1e6) + " ms" : three(ns / 1e9) + " s";
    }

    /** With a comma each three digits. */
    static String count(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Of a value of a unit. */
    static String amount(final long value, final String unit) {
        return switch (unit) {
            case "ns" -> time(value);
            case "bytes" -> bytes((double) value);
            default -> count(value);
        };
    }

    /** How much a second. */
    static String rate(final double perSecond, final String unit) {
        if (unit.equals("ns")) {
            // Time spent a second is a share.
            return String.format(Locale.ROOT, "%.1f%%", perSecond / 1e7);
        }
        if (unit.equals("bytes")) {
            return bytes(perSecond) + "/s";
        }
        return perSecond == 0 ? "0/s" : String.format(Locale.ROOT, perSecond < 100 ? "%.1f/s" : "%,.0f/s", perSecond);
    }

    private static String bytes(final double bytes) {
        if (bytes < 1_000) {
            return Math.round(bytes) + " B";
        }
        if (bytes < 1e6) {
            return three(bytes / 1e3) + " kB";
        }
        return bytes < 1e9 ? three(bytes / 1e6) + " MB" : three(bytes / 1e9) + " GB";
    }

    private static String three(final double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }

    /** 3 725 s → {@code 1 h 02 min}. */
    static String age(final long ns) {
        final Duration age = Duration.ofNanos(ns);
        if (age.toHours() > 0) {
            return String.format(Locale.ROOT, "%d h %02d min", age.toHours(), age.toMinutesPart());
        }
        return age.toMinutes() > 0
                ? String.format(Locale.ROOT, "%d min %02d s", age.toMinutes(), age.toSecondsPart())
                : age.toSeconds() + " s";
    }

    /** One character a value; zero is a blank, anything above it at least the lowest bar. */
    static String sparkline(final long[] values) {
        long most = 1;
        for (final long value : values) {
            most = Math.max(most, value);
        }
        final StringBuilder line = new StringBuilder();
        for (final long value : values) {
            line.append(value == 0 ? ' ' : BARS.charAt((int) ((double) value / most * (BARS.length() - 1))));
        }
        return line.toString();
    }

    /** A bar that is {@code share} of {@code width} long. */
    static String bar(final double share, final int width) {
        final int length = (int) Math.round(Math.clamp(share, 0, 1) * width);
        return "█".repeat(length) + " ".repeat(width - length);
    }

    /** The same for terminals that cannot show more than ASCII. */
    static String ascii(final String text) {
        final StringBuilder plain = new StringBuilder();
        text.codePoints()
                .forEach(c -> plain.append(
                        switch (c) {
                            case 'µ' -> "u";
                            case '·' -> "-";
                            case '…' -> "..";
                            case '▁', '▂' -> ".";
                            case '▃', '▄' -> ":";
                            case '▅', '▆' -> "+";
                            case '▇', '█' -> "#";
                            default -> c < 128 ? Character.toString(c) : "?";
                        }));
        return plain.toString();
    }
}
