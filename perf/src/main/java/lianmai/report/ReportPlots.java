package lianmai.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import lianmai.report.BenchResult.Contender;
import lianmai.report.BenchResult.Pause;
import lianmai.report.BenchResult.Percentile;
import lianmai.report.BenchResult.Round;
import lianmai.report.BenchResult.Step;
import lianmai.report.SvgPlot.Point;
import lianmai.report.SvgPlot.Series;
import lianmai.report.SvgPlot.Style;

/** The plots of a report; one for which there is nothing to show is left out. */
final class ReportPlots {
    /** The style sheet has this many colours for contenders; the next is grey, for what is not one. */
    private static final int COLORS = 3;

    private static final int GREY = 3;

    static final String OVERLOAD_TITLE = "Goodput over what is offered";

    /** Scenarios that time beginnings. */
    private static final Set<String> FIRST_PACKETS = Set.of("joinstorm", "stage");

    private final BenchResult result;
    private final StringBuilder html = new StringBuilder(16_384);

    ReportPlots(final BenchResult result) {
        this.result = result;
    }

    String html() {
        latency();
        cost();
        loss();
        steps();
        overload();
        timeline();
        return html.toString();
    }

    private void section(final String title, final String caption, final String svg) {
        html.append("<section><h2>")
                .append(Html.escape(title))
                .append("</h2><p class=\"soft\">")
                .append(Html.escape(caption))
                .append("</p>")
                .append(svg)
                .append("</section>\n");
    }

    private void latency() {
        final List<Percentile> all = result.contenders().stream()
                .flatMap(contender -> contender.latency().stream())
                .toList();
        if (all.isEmpty()) {
            return;
        }
        final SvgPlot plot = new SvgPlot(
                Axis.nines("so many were at least as fast", highest(all, Percentile::percent)),
                Axis.log("µs", lowest(all, Percentile::micros), highest(all, Percentile::micros)));
        for (int i = 0; i < result.contenders().size(); i++) {
            final Contender contender = result.contenders().get(i);
            final List<Point> points = contender.latency().stream()
                    .map(percentile -> new Point(percentile.percent(), percentile.micros(), tip(contender, percentile)))
                    .toList();
            plot.add(new Series(contender.name(), Style.LINE, color(i), points));
        }
        if (result.scenario().equals("residence")) {
            section(
                    "Residence in the relay",
                    "From the kernel's receive timestamp until what follows from a packet is submitted.",
                    plot.svg("residence by percentile"));
            return;
        }
        final boolean isFirstPacket = FIRST_PACKETS.contains(result.scenario());
        section(
                isFirstPacket ? "Time to first packet" : "Latency",
                isFirstPacket
                        ? "From the wish (to join, to have a guest on the stage) to the viewer's first packet."
                        : "One way, from when a packet was due at its publisher, sent late or not, until it reached the"
                                + " viewer.",
                plot.svg("latency by percentile"));
    }

    private static String tip(final Contender contender, final Percentile percentile) {
        return contender.name() + ": " + percentile.percent() + " % within "
                + Metric.LATENCY_P50_US.text(percentile.micros());
    }

    private void cost() {
        final SvgBars bars = new SvgBars();
        int rows = 0;
        for (int i = 0; i < result.contenders().size(); i++) {
            final Contender contender = result.contenders().get(i);
            final Map<Metric, Spread> spreads = contender.spreads();
            for (final Metric metric : List.of(Metric.SERVER_NS_PER_PACKET, Metric.RELAY_NS_PER_PACKET)) {
                final Spread spread = spreads.get(metric);
                if (spread != null) {
                    final String part = metric == Metric.RELAY_NS_PER_PACKET ? ", relay thread" : "";
                    bars.add(contender.name() + part, color(i), spread, metric.text(spread));
                    rows++;
                }
            }
        }
        if (rows == 0) {
            return;
        }
        final Spread generator = result.contenders().getFirst().spreads().get(Metric.GENERATOR_NS_PER_PACKET);
        if (generator != null) {
            bars.add("the generator itself", GREY, generator, Metric.GENERATOR_NS_PER_PACKET.text(generator));
        }
        for (final BenchResult.Reference reference : result.reference()) {
            // Round trips and the spinner are nothing that a forwarded packet could cost.
            if (!reference.name().matches("(send|receive|fanout)/.*")) {
                continue;
            }
            final Spread value = Spread.of(reference.nsPerPacket());
            bars.add("C loop: " + reference.name(), GREY, value, Metric.RELAY_NS_PER_PACKET.text(value));
        }
        section(
                "CPU for each forwarded packet",
                "User and system time of the server's threads, from the kernel's scheduler; whiskers are quartiles."
                        + " Grey: the generator, and bare C loops that only send.",
                bars.svg("CPU for each forwarded packet"));
    }

    private void loss() {
        if (!result.steps().isEmpty()) {
            return;
        }
        final List<Series> all = new ArrayList<>();
        for (int i = 0; i < result.contenders().size(); i++) {
            final Contender contender = result.contenders().get(i);
            final List<Point> points = new ArrayList<>();
            for (final Round round : contender.rounds()) {
                final Double rate = round.figures().get(Metric.FORWARDED_PER_S);
                final Double lost = round.figures().get(Metric.LOSS_PERCENT);
                if (rate != null && lost != null) {
                    points.add(new Point(rate, lost, contender.name() + ": " + Metric.LOSS_PERCENT.text(lost)));
                }
            }
            all.add(new Series(contender.name(), Style.DOTS, color(i), points));
        }
        final List<Point> points =
                all.stream().flatMap(series -> series.points().stream()).toList();
        if (points.isEmpty()) {
            return;
        }
        final SvgPlot plot = new SvgPlot(
                Axis.linear("packets forwarded a second", highest(points, Point::x)),
                Axis.linear("% lost", Math.max(0.1, highest(points, Point::y))));
        all.forEach(plot::add);
        section("Loss", "One dot a round.", plot.svg("loss over load"));
    }

    private void steps() {
        final List<Step> steps = result.steps();
        if (steps.isEmpty()) {
            return;
        }
        final SvgPlot plot = new SvgPlot(
                Axis.linear("packets offered a second", highest(steps, Step::packetsPerSecond)),
                Axis.linear("% lost", Math.max(0.2, highest(steps, Step::lossPercent))));
        plot.add(new Series("good", Style.DOTS, 2, dots(steps, true)));
        plot.add(new Series("too much", Style.DOTS, 1, dots(steps, false)));
        section(
                "Loss over load",
                "Each dot is a load that was tried; too much is where packets are lost or late beyond the limits.",
                plot.svg("loss over load"));
    }

    private void overload() {
        final SvgPlot plot = overload(result);
        if (plot != null) {
            section(
                    OVERLOAD_TITLE,
                    "What decoders can use of it: whole frames, back to a key frame. One dot a round, the line through"
                            + " their medians; grey is what there would be without limits, up to the peak.",
                    plot.svg(OVERLOAD_TITLE));
        }
    }

    /** The curve of an overloaded server, or null for a result of something else. */
    static SvgPlot overload(final BenchResult result) {
        final List<Point> dots = new ArrayList<>();
        final List<Point> medians = new ArrayList<>();
        for (final Contender level : result.contenders()) {
            for (final Round round : level.rounds()) {
                final Double offered = round.figures().get(Metric.OFFERED_PERCENT);
                final Double used = round.figures().get(Metric.GOODPUT_PERCENT);
                if (offered != null && used != null) {
                    dots.add(new Point(offered, used, level.name() + ": " + Metric.GOODPUT_PERCENT.text(used)));
                }
            }
            final Map<Metric, Spread> spreads = level.spreads();
            if (spreads.containsKey(Metric.OFFERED_PERCENT)) {
                final Spread used = spreads.get(Metric.GOODPUT_PERCENT);
                medians.add(new Point(
                        spreads.get(Metric.OFFERED_PERCENT).median(),
                        used.median(),
                        level.name() + ": " + Metric.GOODPUT_PERCENT.text(used)));
            }
        }
        if (dots.isEmpty()) {
            return null;
        }
        medians.sort(Comparator.comparingDouble(Point::x));
        final double most = highest(dots, Point::x);
        final SvgPlot plot =
                new SvgPlot(Axis.linear("% offered of the peak", most), Axis.linear("% used of the peak", 105));
        final Point none = new Point(0, 0, "nothing offered");
        final Point full = new Point(100, 100, "the peak");
        plot.add(new Series(
                "all that is offered", Style.LINE, GREY, List.of(none, full, new Point(most, 100, "the peak"))));
        plot.add(new Series("lianmai", Style.LINE, 0, medians));
        plot.add(new Series("rounds", Style.DOTS, 2, dots));
        return plot;
    }

    private static List<Point> dots(final List<Step> steps, final boolean isGood) {
        return steps.stream()
                .filter(step -> step.isGood() == isGood)
                .map(step -> new Point(
                        step.packetsPerSecond(),
                        step.lossPercent(),
                        step.subscribers() + " viewers: " + Metric.LOSS_PERCENT.text(step.lossPercent())
                                + ", 99 % within " + Metric.LATENCY_P99_US.text(step.p99Micros())))
                .toList();
    }

    private void timeline() {
        final List<Pause> pauses = result.timeline();
        if (pauses.isEmpty()) {
            return;
        }
        final SvgPlot plot = new SvgPlot(
                Axis.linear("seconds since the first round", highest(pauses, Pause::atS)),
                Axis.log("µs", lowest(pauses, Pause::micros), highest(pauses, Pause::micros)));
        plot.add(new Series("safepoint", Style.STEMS, 0, stems(pauses, true)));
        plot.add(new Series("collection", Style.STEMS, 1, stems(pauses, false)));
        section(
                "The server's JVM",
                "Safepoints stop its threads, from the wish to stop until they run again;"
                        + " collections run beside them, and their length is not a pause.",
                plot.svg("safepoints and collections over time"));
    }

    private static List<Point> stems(final List<Pause> pauses, final boolean isSafepoint) {
        return pauses.stream()
                .filter(pause -> pause.isSafepoint() == isSafepoint)
                .map(pause -> new Point(
                        pause.atS(),
                        pause.micros(),
                        String.format(
                                Locale.ROOT,
                                "%s, %s at %.2f s",
                                pause.what(),
                                Metric.SAFEPOINT_MAX_US.text(pause.micros()),
                                pause.atS())))
                .toList();
    }

    private static int color(final int contender) {
        return Math.min(contender, COLORS - 1);
    }

    private static <T> double highest(final List<T> list, final ToDoubleFunction<T> value) {
        return list.stream().mapToDouble(value).max().orElse(1);
    }

    private static <T> double lowest(final List<T> list, final ToDoubleFunction<T> value) {
        return list.stream().mapToDouble(value).filter(each -> each > 0).min().orElse(1);
    }
}
