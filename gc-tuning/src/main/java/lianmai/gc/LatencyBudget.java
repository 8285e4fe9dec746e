package lianmai.gc;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * How late packets may be, and how much of that has been used up in the last minute.
 *
 * <p>Two things are budgeted. One packet in a thousand may stay longer than {@link Limits#residenceNs()}: the budget of
 * a minute is a thousandth of its packets, and each packet that stays longer takes one. And no pause may hold the
 * threads longer than {@link Limits#pauseNs()}: one that does is a violation at once.
 *
 * <p>Late packets are put down to whatever held threads or took their cores meanwhile ({@link Culprits}). As that may
 * be told later than the packets were, the verdict waits for {@link #VERDICT_AFTER_NS}; until then it is
 * {@link PauseCause#RESIDENCE}.
 *
 * <p>Forgets what is {@link #WINDOW_S} seconds ago.
 *
 * <p>Thread: any; its lock is held for arithmetic only and never on the media path. Units: ns of one clock.
 */
public final class LatencyBudget {
    /** What one is told of and what is yellow is about the last minute. */
    public static final int WINDOW_S = 60;

    /**
     * What is aimed at, beside what is allowed: no pause as long as this, a tenth of the usual budget and what another
     * media server claims of its own (RESULTS.md). Pauses that miss it are counted, not complained of.
     */
    public static final long GOAL_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final int CAUSES = PauseCause.values().length;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long ALLOWED_OF = 1000;
    /** Flight Recorder tells each second what was in the last one: at the second report from now it is known. */
    private static final long VERDICT_AFTER_NS = TimeUnit.MILLISECONDS.toNanos(1500);

    private final Limits limits;
    private final BiConsumer<Violation, State> listener;
    private final long[] secondOf = new long[WINDOW_S];
    private final long[] packets = new long[WINDOW_S];
    private final long[] slow = new long[WINDOW_S];
    private final long[] longest = new long[WINDOW_S];
    private final long[] pauses = new long[CAUSES];
    private final long[] pausesOverGoal = new long[CAUSES];
    private final long[] pausedNs = new long[CAUSES];
    private final long[] violations = new long[CAUSES];
    private final Culprits culprits = new Culprits();
    private final Deque<Violation> unjudged = new ArrayDeque<>();
    private boolean wasLate;
    private Violation last;

    /**
     * What is allowed.
     *
     * @param residenceNs that all but one packet in a thousand stay at most
     * @param pauseNs that threads are held at most, from the order to stop until they may run on
     */
    public record Limits(long residenceNs, long pauseNs) {
        private static final long LEAST_NS = TimeUnit.MICROSECONDS.toNanos(10);
        private static final long MOST_NS = TimeUnit.SECONDS.toNanos(10);

        /** A twentieth of what people notice in a conversation, and no more lost in the JVM than that. */
        public static final Limits DEFAULT =
                new Limits(TimeUnit.MILLISECONDS.toNanos(1), TimeUnit.MILLISECONDS.toNanos(1));

        public Limits {
            if (residenceNs < LEAST_NS || residenceNs > MOST_NS || pauseNs < LEAST_NS || pauseNs > MOST_NS) {
                throw new IllegalArgumentException("a latency budget must be 10us to 10s");
            }
        }

        /**
         * Reads {@code 1ms} for both, or {@code 1ms,500us} for the residence and the pause.
         *
         * @throws IllegalArgumentException with a sentence for the user
         */
        public static Limits parse(final String text) {
            final String[] parts = text.split(",", -1);
            if (parts.length > 2) {
                throw new IllegalArgumentException(
                        "a latency budget is one time or two, such as 1ms,500us; not " + text);
            }
            return new Limits(time(parts[0], text), time(parts[parts.length - 1], text));
        }

        private static long time(final String part, final String text) {
            final String given = part.strip().toLowerCase(Locale.ROOT);
            try {
                final double factor = given.endsWith("us") ? 1e3 : given.endsWith("ms") ? 1e6 : 0;
                return factor == 0
                        ? Duration.parse("PT" + given).toNanos()
                        : Math.round(Double.parseDouble(given.substring(0, given.length() - 2)) * factor);
            } catch (final DateTimeParseException | NumberFormatException | ArithmeticException e) {
                throw new IllegalArgumentException("a latency budget is a time such as 1ms or 500us, not " + text, e);
            }
        }

        @Override
        public String toString() {
            return Pause.milliseconds(residenceNs) + " residence, " + Pause.milliseconds(pauseNs) + " pause";
        }
    }

    /**
     * Something took longer than allowed.
     *
     * @param ns how long it took; of late packets the budget that was exceeded
     * @param isOfPackets whether packets were late; else threads were held
     */
    public record Violation(PauseCause cause, String detail, long atNs, long ns, boolean isOfPackets) {
        /** Late packets that are put down to somebody. */
        private Violation by(final Culprits.Culprit culprit) {
            return new Violation(culprit.cause(), detail + "; meanwhile there were " + culprit, atNs, ns, isOfPackets);
        }

        @Override
        public String toString() {
            return isOfPackets
                    ? detail
                    : Pause.milliseconds(ns) + " of " + cause + " (" + detail + "): " + cause.sentence();
        }
    }

    /**
     * How it stands.
     *
     * @param residenceLeft what part of the minute's slow packets is left: 1 all, 0 none, below 0 overspent
     * @param pauseLeft how far below the limit the minute's longest pause was, as a part of it; below 0 overspent
     * @param packets of the minute
     * @param late of them
     * @param longestPauseNs of the minute
     * @param last violation ever, or null
     */
    public record State(
            double residenceLeft, double pauseLeft, long packets, long late, long longestPauseNs, Violation last) {
        /** Whether more was used than there is; there was a violation then within the minute, or is one at once. */
        public boolean isOverspent() {
            return residenceLeft < 0 || pauseLeft < 0;
        }

        /** What was used, for people: both parts, as either may be overspent. */
        @Override
        public String toString() {
            return late + " of " + packets + " packets late, longest pause " + Pause.milliseconds(longestPauseNs);
        }
    }

    /**
     * @param listener told of each violation, by the thread that reports what caused it; must not call back
     */
    public LatencyBudget(final Limits limits, final BiConsumer<Violation, State> listener) {
        this.limits = limits;
        this.listener = listener;
        Arrays.fill(secondOf, Long.MIN_VALUE);
    }

    public Limits limits() {
        return limits;
    }

    /** Threads were held. */
    public void onPause(final Pause pause) {
        final Violation violation;
        final State state;
        synchronized (this) {
            final int cell = cellOf(pause.endNs());
            longest[cell] = Math.max(longest[cell], pause.totalNs());
            pauses[pause.cause().ordinal()]++;
            pausedNs[pause.cause().ordinal()] += pause.totalNs();
            if (pause.totalNs() >= GOAL_NS) {
                pausesOverGoal[pause.cause().ordinal()]++;
            }
            culprits.onPause(pause);
            if (pause.totalNs() <= limits.pauseNs) {
                return;
            }
            violation = new Violation(pause.cause(), pause.detail(), pause.endNs(), pause.totalNs(), false);
            state = note(violation, pause.endNs());
        }
        listener.accept(violation, state);
    }

    /** A collection is over. */
    public synchronized void onCollectorRun(final CollectorRun run) {
        culprits.onRun(run);
    }

    /**
     * What was forwarded in the last second; to be called each second.
     *
     * @param late how many of the packets stayed longer than {@link Limits#residenceNs()}
     * @param mostly on what their time went
     */
    public void onResidence(final long nowNs, final long forwarded, final long late, final String mostly) {
        final Violation violation;
        final State state;
        synchronized (this) {
            final int cell = cellOf(nowNs);
            packets[cell] += forwarded;
            slow[cell] += late;
            final State sinceNow = stateAt(nowNs);
            final boolean isLate = sinceNow.residenceLeft < 0;
            if (isLate && late > 0) {
                addLate(late + " of " + forwarded, ", mostly " + mostly, nowNs);
            } else if (isLate && !wasLate) {
                // None of this second's: those before it were few of many, and are many of what is left in the minute.
                addLate(sinceNow.late + " of the last minute's " + sinceNow.packets, "", nowNs);
            }
            wasLate = isLate;
            if (unjudged.isEmpty() || nowNs - unjudged.getFirst().atNs < VERDICT_AFTER_NS) {
                return;
            }
            violation = judge(unjudged.removeFirst());
            state = note(violation, nowNs);
        }
        listener.accept(violation, state);
    }

    private void addLate(final String which, final String mostly, final long nowNs) {
        final String detail = which + " packets stayed longer than " + Pause.milliseconds(limits.residenceNs) + mostly;
        last = new Violation(PauseCause.RESIDENCE, detail, nowNs, limits.residenceNs, true);
        unjudged.add(last);
    }

    private Violation judge(final Violation violation) {
        final Optional<Culprits.Culprit> culprit = culprits.before(violation.atNs, limits.residenceNs);
        return culprit.map(violation::by).orElse(violation);
    }

    /** How it stands now. */
    public synchronized State state(final long nowNs) {
        return stateAt(nowNs);
    }

    /** Pauses since the start. */
    public synchronized long pauses(final PauseCause cause) {
        return pauses[cause.ordinal()];
    }

    /** Those of them that took {@link #GOAL_NS} or longer, whatever is allowed. */
    public synchronized long pausesOverGoal(final PauseCause cause) {
        return pausesOverGoal[cause.ordinal()];
    }

    /** How long they held threads, in total. */
    public synchronized long pausedNs(final PauseCause cause) {
        return pausedNs[cause.ordinal()];
    }

    /** Violations since the start. */
    public synchronized long violations(final PauseCause cause) {
        return violations[cause.ordinal()];
    }

    private State note(final Violation violation, final long nowNs) {
        violations[violation.cause.ordinal()]++;
        last = violation;
        return stateAt(nowNs);
    }

    private State stateAt(final long nowNs) {
        final long second = Math.floorDiv(nowNs, SECOND_NS);
        long forwarded = 0;
        long late = 0;
        long longestNs = 0;
        for (int i = 0; i < WINDOW_S; i++) {
            if (secondOf[i] > second - WINDOW_S && secondOf[i] <= second) {
                forwarded += packets[i];
                late += slow[i];
                longestNs = Math.max(longestNs, longest[i]);
            }
        }
        // Of fewer than a thousand packets one is still no more than its share.
        final double allowed = Math.max(1, (double) forwarded / ALLOWED_OF);
        return new State(1 - late / allowed, 1 - (double) longestNs / limits.pauseNs, forwarded, late, longestNs, last);
    }

    /** The cell of the second, emptied when it held an older one; what is older than that one counts there. */
    private int cellOf(final long nowNs) {
        final long second = Math.floorDiv(nowNs, SECOND_NS);
        final int cell = (int) Math.floorMod(second, (long) WINDOW_S);
        if (secondOf[cell] < second) {
            secondOf[cell] = second;
            packets[cell] = 0;
            slow[cell] = 0;
            longest[cell] = 0;
        }
        return cell;
    }
}
