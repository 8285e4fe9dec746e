package lianmai.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A plot of points over two axes, as inline SVG; colours are those of the style sheet ({@code .s0} … {@code .s3}).
 *
 * <p>Units: pixels of a 720 by 300 picture that scales with the page.
 */
public final class SvgPlot {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 26;
    private static final int TOP = 34;
    private static final int BOTTOM = 46;
    /** What {@code report.html} says of it, for a plot on its own. */
    private static final String STYLE = "text{fill:#1c1d1f;font:12px system-ui,sans-serif}.tick,.label{fill:#62656b}"
            + ".grid{stroke:#e4e4e1}.axis{stroke:#62656b}.line{fill:none;stroke:var(--c);stroke-width:2}"
            + ".stem{stroke:var(--c)}.dot{fill:var(--c)}"
            + ".s0{--c:#2a6fd6}.s1{--c:#e0682c}.s2{--c:#1a9f77}.s3{--c:#8a8d93}";

    /** About the width of a character of the legend. */
    private static final double LEGEND_CHARACTER = 6.7;

    public enum Style {
        LINE,
        DOTS,
        /** A thin line from the axis up to a dot: events in time. */
        STEMS
    }

    public record Point(double x, double y, String tip) {}

    /** @param color index of the style sheet's series colours */
    public record Series(String name, Style style, int color, List<Point> points) {
        public Series {
            points = List.copyOf(points);
        }
    }

    private final Axis across;
    private final Axis up;
    private final List<Series> all = new ArrayList<>();

    public SvgPlot(final Axis across, final Axis up) {
        this.across = across;
        this.up = up;
    }

    public SvgPlot add(final Series series) {
        all.add(series);
        return this;
    }

    /** The {@code <svg>} element. */
    public String svg(final String title) {
        final StringBuilder svg = new StringBuilder(4096);
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                HEIGHT,
                escape(title)));
        grid(svg);
        legend(svg);
        for (final Series series : all) {
            svg.append("<g class=\"s").append(series.color()).append("\">");
            draw(svg, series);
            svg.append("</g>");
        }
        return svg.append("</svg>\n").toString();
    }

    /** The same as a file of its own, which brings its colours along: those of a light page, on one of any colour. */
    String file(final String title) {
        return svg(title)
                .replaceFirst(
                        "<svg ([^>]*)>",
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + HEIGHT
                                + "\" $1><style>" + STYLE + "</style><rect width=\"" + WIDTH + "\" height=\"" + HEIGHT
                                + "\" fill=\"#fff\"/>");
    }

    private void grid(final StringBuilder svg) {
        final int right = WIDTH - RIGHT;
        final int bottom = HEIGHT - BOTTOM;
        for (final Axis.Tick tick : up.ticks()) {
            final double y = y(tick.value());
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT,
                    right,
                    y,
                    y));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 8,
                    y + 4,
                    escape(tick.text())));
        }
        for (final Axis.Tick tick : across.ticks()) {
            final double x = x(tick.value());
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x,
                    x,
                    bottom,
                    bottom + 4));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x,
                    bottom + 18,
                    escape(tick.text())));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>",
                LEFT,
                right,
                bottom,
                bottom));
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                right,
                HEIGHT - 8,
                escape(across.label())));
        svg.append(String.format(Locale.ROOT, "<text class=\"label\" x=\"4\" y=\"16\">%s</text>", escape(up.label())));
    }

    private void legend(final StringBuilder svg) {
        double x = WIDTH - RIGHT;
        for (int i = all.size() - 1; i >= 0; i--) {
            final Series series = all.get(i);
            x -= series.name().length() * LEGEND_CHARACTER;
            svg.append(String.format(
                    Locale.ROOT, "<text class=\"label\" x=\"%.1f\" y=\"16\">%s</text>", x, escape(series.name())));
            x -= 14;
            svg.append(String.format(
                    Locale.ROOT,
                    "<g class=\"s%d\"><circle class=\"dot\" cx=\"%.1f\" cy=\"12\" r=\"4.5\"/></g>",
                    series.color(),
                    x + 5));
            x -= 14;
        }
    }

    private void draw(final StringBuilder svg, final Series series) {
        if (series.style() == Style.LINE) {
            svg.append("<polyline class=\"line\" points=\"");
            for (final Point point : series.points()) {
                svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.x()), y(point.y())));
            }
            svg.append("\"/>");
        }
        for (final Point point : series.points()) {
            final double x = x(point.x());
            final double y = y(point.y());
            if (series.style() == Style.STEMS) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<line class=\"stem\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.1f\"/>",
                        x,
                        x,
                        HEIGHT - BOTTOM,
                        y));
            }
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"><title>%s</title></circle>",
                    x,
                    y,
                    series.style() == Style.DOTS ? "4" : "2.5",
                    escape(point.tip())));
        }
    }

    private double x(final double value) {
        return LEFT + across.position(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(final double value) {
        return HEIGHT - BOTTOM - up.position(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static String escape(final String text) {
        return Html.escape(text);
    }
}
