package lianmai.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars with their quartiles as whiskers and their value as text, as inline SVG.
 *
 * <p>Units: pixels of a picture 720 wide that scales with the page.
 */
public final class SvgBars {
    private static final int WIDTH = 720;
    private static final int LEFT = 210;
    /** Room for the figure behind the longest bar. */
    private static final int RIGHT = 180;

    private static final int ROW = 30;
    private static final int BAR = 16;
    private static final int TOP = 6;
    /** Room for the ticks of an axis. */
    private static final int AXIS = 22;

    private record Bar(String name, int color, Spread value, String text) {}

    private final List<Bar> bars = new ArrayList<>();
    private final Axis axis;

    /** Bars as long as their values. */
    public SvgBars() {
        this(null);
    }

    /** Bars along an axis, whose ticks are drawn below them. */
    public SvgBars(final Axis axis) {
        this.axis = axis;
    }

    public SvgBars add(final String name, final int color, final Spread value, final String text) {
        bars.add(new Bar(name, color, value, text));
        return this;
    }

    public String svg(final String title) {
        final double longest =
                bars.stream().mapToDouble(bar -> bar.value().upper()).max().orElse(1);
        final StringBuilder svg = new StringBuilder(2048);
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                2 * TOP + ROW * bars.size() + (axis == null ? 0 : AXIS),
                Html.escape(title)));
        if (axis != null) {
            ticks(svg);
        }
        final Axis along = axis == null ? new Axis(Axis.Scale.LINEAR, "", 0, Math.max(longest, 1e-9)) : axis;
        for (int i = 0; i < bars.size(); i++) {
            draw(svg, bars.get(i), TOP + i * ROW, along);
        }
        return svg.append("</svg>\n").toString();
    }

    private void ticks(final StringBuilder svg) {
        final int bottom = TOP + ROW * bars.size();
        for (final Axis.Tick tick : axis.ticks()) {
            final double x = LEFT + length(axis, tick.value());
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x,
                    x,
                    TOP,
                    bottom));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x,
                    bottom + 14,
                    Html.escape(tick.text())));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"label\" x=\"%d\" y=\"%d\">%s</text>",
                WIDTH - RIGHT + 12,
                bottom + 14,
                Html.escape(axis.label())));
    }

    private static double length(final Axis along, final double value) {
        return along.position(value) * (WIDTH - LEFT - RIGHT);
    }

    private static void draw(final StringBuilder svg, final Bar bar, final int top, final Axis along) {
        final double middle = top + ROW / 2.0;
        final Spread value = bar.value();
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"name\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                LEFT - 10,
                middle + 4,
                Html.escape(bar.name())));
        svg.append(String.format(
                Locale.ROOT,
                "<g class=\"s%d\"><rect class=\"bar\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"3\"/></g>",
                bar.color(),
                LEFT,
                middle - BAR / 2.0,
                Math.max(1, length(along, value.median())),
                BAR));
        if (value.upper() > value.lower()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"whisker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT + length(along, value.lower()),
                    LEFT + length(along, value.upper()),
                    middle,
                    middle));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"value\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                LEFT + length(along, Math.max(value.median(), value.upper())) + 8,
                middle + 4,
                Html.escape(bar.text())));
    }
}
