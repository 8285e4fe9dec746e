package lianmai.impair;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Profiles as people write them: {@code loss=5%,burst=3,delay=40ms,jitter=30ms,rate=2mbit,queue=200ms}, or a preset's
 * name, or a name with settings behind it that replace the preset's: {@code lte,loss=2%}. Every message is one line.
 */
public final class ProfileText {
    /** Unless said otherwise: what most home routers hold. */
    static final String DEFAULT_QUEUE = "200ms";
    /** Unless said otherwise: two video frames' worth, so that whole frames pass. */
    static final String DEFAULT_REORDER_BY = "20ms";

    private static final double NS_PER_SECOND = 1e9;
    private static final double BITS_PER_BYTE = 8;
    private static final Pattern QUANTITY = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)([a-z%]*)");
    private static final Map<String, Double> TIME_UNITS = Map.of("us", 1e3, "ms", 1e6, "s", 1e9);
    private static final Map<String, Double> RATE_UNITS = Map.of("bit", 1.0, "kbit", 1e3, "mbit", 1e6, "gbit", 1e9);
    private static final Map<String, Double> SIZE_UNITS = Map.of("b", 1.0, "kb", 1e3, "mb", 1e6);
    private static final Map<String, Double> SHARE_UNITS = Map.of("%", 0.01);

    /** What may be set, in the order of {@link #write}; each with what it needs beside it. */
    private enum Key {
        LOSS("loss", null),
        BURST("burst", "loss"),
        INSIDE("inside", "burst"),
        BETWEEN("between", "burst"),
        DELAY("delay", null),
        JITTER("jitter", null),
        SHAPE("shape", "jitter"),
        OVERTAKE("overtake", "jitter"),
        REORDER("reorder", null),
        REORDER_BY("reorder-by", "reorder"),
        DUPLICATE("duplicate", null),
        RATE("rate", null),
        QUEUE("queue", "rate"),
        OVERHEAD("overhead", "rate");

        final String typed;
        final String needs;

        Key(final String typed, final String needs) {
            this.typed = typed;
            this.needs = needs;
        }
    }

    private ProfileText() {}

    /** @throws IllegalArgumentException with one line for the user */
    public static ImpairProfile parse(final String text) {
        final Map<String, String> settings = new LinkedHashMap<>();
        final String[] parts = text.strip().toLowerCase(Locale.ROOT).split("\\s*,\\s*", -1);
        int from = 0;
        if (!parts[0].contains("=")) {
            final ImpairPreset preset = ImpairPreset.named(parts[0])
                    .orElseThrow(() -> new IllegalArgumentException("there is no profile '" + parts[0]
                            + "'; write settings such as loss=5%,delay=40ms or one of " + presetNames()));
            read(preset.definition(), settings);
            from = 1;
        }
        final Map<String, String> given = new LinkedHashMap<>();
        for (int i = from; i < parts.length; i++) {
            readOne(parts[i], given);
        }
        settings.putAll(given);
        return profile(settings);
    }

    /** The shortest text that {@link #parse} reads as this profile; {@code none} for the one that does nothing. */
    public static String write(final ImpairProfile p) {
        final StringJoiner text = new StringJoiner(",").setEmptyValue("none");
        writeLoss(p, text);
        time(text, Key.DELAY, p.delayNs());
        time(text, Key.JITTER, p.jitterNs());
        if (p.jitterNs() > 0 && p.shape() == ImpairProfile.Shape.EXPONENTIAL) {
            text.add("shape=exponential");
        }
        if (p.jitterNs() > 0 && p.overtakes()) {
            text.add("overtake=yes");
        }
        if (p.reorder() > 0) {
            text.add("reorder=" + percent(p.reorder()));
            time(text, Key.REORDER_BY, p.reorderNs());
        }
        if (p.duplicate() > 0) {
            text.add("duplicate=" + percent(p.duplicate()));
        }
        if (p.bitsPerSecond() > 0) {
            text.add("rate=" + p.bitsPerSecond() + "bit");
            text.add("queue=" + p.queueBytes() + "b");
            if (p.overheadBytes() != ImpairProfile.IPV4_UDP_BYTES) {
                text.add("overhead=" + p.overheadBytes() + "b");
            }
        }
        return text.toString();
    }

    private static void writeLoss(final ImpairProfile p, final StringJoiner text) {
        if (p.meanLoss() == 0) {
            return;
        }
        text.add("loss=" + percent(p.meanLoss()));
        if (p.enterBad() > 0) {
            text.add("burst=" + plain(1 / p.leaveBad()));
            if (p.badLoss() < 1) {
                text.add("inside=" + percent(p.badLoss()));
            }
            if (p.goodLoss() > 0) {
                text.add("between=" + percent(p.goodLoss()));
            }
        }
    }

    private static void read(final String list, final Map<String, String> into) {
        if (!list.isEmpty()) {
            for (final String part : list.split(",")) {
                readOne(part, into);
            }
        }
    }

    private static void readOne(final String part, final Map<String, String> into) {
        final int equals = part.indexOf('=');
        if (equals < 1 || equals == part.length() - 1) {
            throw new IllegalArgumentException("'" + part + "' is no setting; write name=value, with commas between");
        }
        final String name = part.substring(0, equals).strip();
        if (Arrays.stream(Key.values()).noneMatch(key -> key.typed.equals(name))) {
            throw new IllegalArgumentException("there is no setting '" + name + "'; there are "
                    + Arrays.stream(Key.values()).map(key -> key.typed).collect(Collectors.joining(", ")));
        }
        if (into.put(name, part.substring(equals + 1).strip()) != null) {
            throw new IllegalArgumentException(name + " is given twice");
        }
    }

    private static ImpairProfile profile(final Map<String, String> settings) {
        for (final Key key : Key.values()) {
            if (key.needs != null && settings.containsKey(key.typed) && !settings.containsKey(key.needs)) {
                throw new IllegalArgumentException(key.typed + " needs " + key.needs + " beside it");
            }
        }
        final double loss = share(settings, Key.LOSS, 0);
        final double[] states = states(settings, loss);
        final long rate = (long) quantity(settings, Key.RATE, "0bit", RATE_UNITS, "2mbit or 500kbit");
        if (settings.containsKey(Key.RATE.typed) && rate < 1) {
            throw new IllegalArgumentException("rate must be at least 1bit; leave it out for no limit");
        }
        final double reorder = share(settings, Key.REORDER, 0);
        return new ImpairProfile(
                time(settings, Key.DELAY, "0ms"),
                time(settings, Key.JITTER, "0ms"),
                shape(settings.getOrDefault(Key.SHAPE.typed, "uniform")),
                isYes(settings.getOrDefault(Key.OVERTAKE.typed, "no")),
                states[0],
                states[1],
                states[2],
                states[3],
                share(settings, Key.DUPLICATE, 0),
                reorder,
                reorder > 0 ? time(settings, Key.REORDER_BY, DEFAULT_REORDER_BY) : 0,
                rate,
                rate > 0 ? queueBytes(settings, rate) : 0,
                (int) quantity(settings, Key.OVERHEAD, ImpairProfile.IPV4_UDP_BYTES + "b", SIZE_UNITS, "28b"));
    }

    /**
     * The four figures of Gilbert and Elliott from the three that people know: how much is lost in all, how many
     * packets a burst lasts on average, and how much is lost inside one. The share of packets sent in the bad state is
     * enter ÷ (enter + leave), and a burst lasts 1 ÷ leave packets.
     *
     * @return loss in the good and in the bad state, probability of entering and of leaving the bad one
     */
    private static double[] states(final Map<String, String> settings, final double loss) {
        final String burst = settings.get(Key.BURST.typed);
        if (burst == null || loss == 0) {
            return new double[] {loss, 1, 0, 1};
        }
        final double length = quantity(burst, Map.of("", 1.0), "burst", "a number of packets such as 3");
        final double inside = share(settings, Key.INSIDE, 1);
        final double between = share(settings, Key.BETWEEN, 0);
        if (length < 1) {
            throw new IllegalArgumentException("burst must be at least 1 packet");
        }
        if (between >= inside || loss < between || loss >= inside) {
            throw new IllegalArgumentException("loss=" + percent(loss) + " must lie between between=" + percent(between)
                    + " and inside=" + percent(inside));
        }
        final double leave = 1 / length;
        final double bad = (loss - between) / (inside - between);
        final double enter = bad * leave / (1 - bad);
        if (enter > 1) {
            throw new IllegalArgumentException("loss=" + percent(loss) + " needs longer bursts than burst="
                    + plain(length) + "; at least " + plain(Math.ceil(bad / (1 - bad))));
        }
        return new double[] {between, inside, enter, leave};
    }

    private static long queueBytes(final Map<String, String> settings, final long rate) {
        final String value = settings.getOrDefault(Key.QUEUE.typed, DEFAULT_QUEUE);
        if (value.endsWith("s")) {
            final double seconds = quantity(value, TIME_UNITS, "queue", "200ms or 64kb") / NS_PER_SECOND;
            if (seconds * NS_PER_SECOND > ImpairProfile.MAX_TIME_NS) {
                throw new IllegalArgumentException("queue must be at most 10s");
            }
            return (long) (rate / BITS_PER_BYTE * seconds);
        }
        return (long) quantity(value, SIZE_UNITS, "queue", "200ms or 64kb");
    }

    private static ImpairProfile.Shape shape(final String value) {
        return switch (value) {
            case "uniform" -> ImpairProfile.Shape.UNIFORM;
            case "exponential" -> ImpairProfile.Shape.EXPONENTIAL;
            default -> throw new IllegalArgumentException("shape is uniform or exponential, not " + value);
        };
    }

    private static boolean isYes(final String value) {
        return switch (value) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new IllegalArgumentException("overtake is yes or no, not " + value);
        };
    }

    private static double share(final Map<String, String> settings, final Key key, final double otherwise) {
        final String value = settings.get(key.typed);
        if (value == null) {
            return otherwise;
        }
        final double share = quantity(value, SHARE_UNITS, key.typed, "a share such as 5%");
        if (share > 1) {
            throw new IllegalArgumentException(key.typed + " must be 0% to 100%, not " + value);
        }
        return share;
    }

    private static long time(final Map<String, String> settings, final Key key, final String otherwise) {
        return (long) quantity(settings, key, otherwise, TIME_UNITS, "a time such as 40ms");
    }

    private static double quantity(
            final Map<String, String> settings,
            final Key key,
            final String otherwise,
            final Map<String, Double> units,
            final String example) {
        return quantity(settings.getOrDefault(key.typed, otherwise), units, key.typed, example);
    }

    private static double quantity(
            final String value, final Map<String, Double> units, final String name, final String example) {
        final Matcher matcher = QUANTITY.matcher(value);
        if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
            throw new IllegalArgumentException(name + " must be " + example + ", not " + value);
        }
        return Double.parseDouble(matcher.group(1)) * units.get(matcher.group(2));
    }

    private static void time(final StringJoiner text, final Key key, final long ns) {
        if (ns > 0) {
            text.add(key.typed + "=" + plain(ns / 1e6) + "ms");
        }
    }

    private static String percent(final double share) {
        return plain(share * 100) + "%";
    }

    /** At most six digits behind the point, no exponent, no needless zeros. */
    private static String plain(final double value) {
        final BigDecimal rounded = new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    private static String presetNames() {
        return Arrays.stream(ImpairPreset.values()).map(ImpairPreset::typed).collect(Collectors.joining(", "));
    }
}
