package lianmai.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which metrics and labels a query names; no parser, but enough for queries that are written plainly. */
final class PromQl {
    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w.])([a-zA-Z_:][\\w:]*)(?!\\w)\\s*(\\(?)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset", "bool");

    private PromQl() {}

    /** The labels of each metric in Prometheus' text format. */
    static Map<String, Set<String>> metrics(final String text) {
        final Map<String, Set<String>> metrics = new HashMap<>();
        for (final String line :
                text.lines().filter(each -> !each.startsWith("#")).toList()) {
            final Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                throw new AssertionError("no sample: " + line);
            }
            final Set<String> labels = metrics.computeIfAbsent(sample.group(1), _ -> new HashSet<>());
            if (sample.group(2) != null) {
                MATCHER.matcher(STRING.matcher(sample.group(2)).replaceAll(""))
                        .results()
                        .forEach(label -> labels.add(label.group(1)));
            }
        }
        return metrics;
    }

    /** What a query names that is not there. */
    static List<String> unknown(final String query, final Map<String, Set<String>> metrics) {
        final List<String> unknown = new ArrayList<>();
        final Set<String> labels = new HashSet<>();
        String rest = RANGE.matcher(STRING.matcher(query).replaceAll("")).replaceAll("");
        final Matcher selectors = SELECTOR.matcher(rest);
        while (selectors.find()) {
            final Set<String> known = metrics.get(selectors.group(1));
            labels.addAll(known == null ? Set.of() : known);
            MATCHER.matcher(selectors.group(2))
                    .results()
                    .filter(label -> known != null && !known.contains(label.group(1)))
                    .forEach(label -> unknown.add(selectors.group(1) + "{" + label.group(1) + "}"));
        }
        // Selectors without their labels, so that the names in them stand alone.
        rest = SELECTOR.matcher(rest).replaceAll("$1 ");
        final List<String> groupings = GROUPING.matcher(rest)
                .results()
                .map(grouping -> grouping.group(1))
                .toList();
        final Matcher names = NAME.matcher(GROUPING.matcher(rest).replaceAll(" "));
        while (names.find()) {
            if (names.group(2).isEmpty() && !WORDS.contains(names.group(1)) && !isFunction(rest, names.group(1))) {
                final Set<String> known = metrics.get(names.group(1));
                labels.addAll(known == null ? Set.of() : known);
                if (known == null) {
                    unknown.add(names.group(1));
                }
            }
        }
        for (final String grouping : groupings) {
            for (final String label : grouping.split("\\s*,\\s*")) {
                if (!labels.contains(label.strip())) {
                    unknown.add("by " + label.strip());
                }
            }
        }
        return unknown;
    }

    /** An aggregation is followed by its grouping, which has been taken out. */
    private static boolean isFunction(final String query, final String name) {
        return Pattern.compile("\\b" + name + "\\s+(?:by|without)\\b")
                .matcher(query)
                .find();
    }
}
