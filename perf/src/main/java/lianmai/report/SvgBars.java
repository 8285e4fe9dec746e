package lianmai.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars with their quartiles as whiskers and their value as text, as inline SVG.
 *
 * <p>Units: pixels of a picture 720 wide that scales with the page.
 */
final class SvgBars {
    private static final int WIDTH = 720;
    private static final int LEFT = 210;
    /** Room for the figure behind the longest bar. */
    private static final int RIGHT = 180;

    private static final int ROW = 30;
    private static final int BAR = 16;
    private static final int TOP = 6;

    private record Bar(String name, int color, Spread value, String text) {}

    private final List<Bar> bars = new ArrayList<>();

    SvgBars add(final String name, final int color, final Spread value, final String text) {
        bars.add(new Bar(name, color, value, text));
        return this;
    }

    String svg(final String title) {
        final double longest =
                bars.stream().mapToDouble(bar -> bar.value().upper()).max().orElse(1);
        final StringBuilder svg = new StringBuilder(2048);
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                2 * TOP + ROW * bars.size(),
                Html.escape(title)));
        for (int i = 0; i < bars.size(); i++) {
            draw(svg, bars.get(i), TOP + i * ROW, (WIDTH - LEFT - RIGHT) / Math.max(longest, 1e-9));
        }
        return svg.append("</svg>\n").toString();
    }

    private static void draw(final StringBuilder svg, final Bar bar, final int top, final double pixels) {
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
                Math.max(1, value.median() * pixels),
                BAR));
        if (value.upper() > value.lower()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"whisker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT + value.lower() * pixels,
                    LEFT + value.upper() * pixels,
                    middle,
                    middle));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"value\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                LEFT + Math.max(value.median(), value.upper()) * pixels + 8,
                middle + 4,
                Html.escape(bar.text())));
    }
}
