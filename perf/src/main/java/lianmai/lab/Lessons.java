package lianmai.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import lianmai.lab.LabResult.Row;
import lianmai.report.Metric;

/** What a result says in a paragraph: each sentence is made of its figures, and left out where they are missing. */
final class Lessons {
    private static final int HIGH = 400;
    private static final List<String> OTHERS = List.of("g1", "parallel", "shenandoah");

    private final LabResult result;
    private final List<String> sentences = new ArrayList<>();

    Lessons(final LabResult result) {
        this.result = result;
    }

    String text() {
        sentences.clear();
        pauses();
        residence();
        stutter();
        recipe();
        flags();
        return sentences.isEmpty() ? "Nothing of the production row was measured." : String.join(" ", sentences);
    }

    private Optional<Row> measured(final String name) {
        return result.row(name).filter(Row::isMeasured);
    }

    private void pauses() {
        measured(Cells.row(Cells.PRODUCTION, HIGH))
                .filter(row -> row.spread(Metric.GC_PAUSE_P99_US).isPresent())
                .ifPresent(row -> {
                    String sentence = "With `relay.args` and a control plane that allocates "
                            + Metric.PRESSURE_MB_PER_S.text(row.median(Metric.PRESSURE_MB_PER_S))
                            + " the collector holds the server's threads for "
                            + Metric.GC_PAUSE_P99_US.text(row.median(Metric.GC_PAUSE_P99_US))
                            + " (99 %), longest "
                            + Metric.GC_PAUSE_MAX_US.text(row.largest(Metric.GC_PAUSE_MAX_US));
                    final String others = OTHERS.stream()
                            .map(name -> measured(Cells.row(name, HIGH))
                                    .filter(other ->
                                            other.spread(Metric.GC_PAUSE_P99_US).isPresent())
                                    .map(other -> name + " "
                                            + Metric.GC_PAUSE_P99_US.text(other.median(Metric.GC_PAUSE_P99_US))
                                            + ", longest "
                                            + Metric.GC_PAUSE_MAX_US.text(other.largest(Metric.GC_PAUSE_MAX_US))))
                            .flatMap(Optional::stream)
                            .collect(Collectors.joining("; "));
                    sentence += others.isEmpty() ? "." : ". Others under the same load: " + others + ".";
                    sentences.add(sentence);
                });
    }

    private void residence() {
        final Optional<Row> calm = measured(Cells.row(Cells.PRODUCTION, 0));
        final Optional<Row> pressed = measured(Cells.row(Cells.PRODUCTION, HIGH));
        if (calm.isEmpty() || pressed.isEmpty()) {
            return;
        }
        sentences.add("99.9 % of the packets stay in the server for at most "
                + Metric.RESIDENCE_P999_US.text(calm.get().median(Metric.RESIDENCE_P999_US))
                + " without that pressure and "
                + Metric.RESIDENCE_P999_US.text(pressed.get().median(Metric.RESIDENCE_P999_US)) + " with it.");
        result.rows().stream()
                .filter(row -> row.group() == Cell.Group.COLLECTOR && row.pressure() == HIGH)
                .filter(row -> row.spread(Metric.RESIDENCE_P999_US).isPresent())
                .min(Comparator.comparingDouble(row -> row.median(Metric.RESIDENCE_P999_US)))
                .ifPresent(best -> sentences.add("Under it the shortest of all collectors is `" + best.name()
                        + "` with " + Metric.RESIDENCE_P999_US.text(best.median(Metric.RESIDENCE_P999_US)) + "."));
    }

    private void stutter() {
        result.rows().stream()
                .filter(row -> row.name().startsWith(Cells.PRODUCTION + "/") && row.isMeasured())
                .max(Comparator.comparingDouble(row -> row.median(Metric.STUTTER_PERCENT)))
                .ifPresent(worst -> sentences.add("Of the sound, "
                        + Metric.STUTTER_PERCENT.text(worst.median(Metric.STUTTER_PERCENT))
                        + " is concealed at worst (`" + worst.name() + "`)."));
    }

    private void recipe() {
        final Optional<Row> recipe = measured(Cells.row("recipe", Cells.USUAL_PRESSURE));
        final Optional<Row> relay = measured(Cells.row(Cells.PRODUCTION, Cells.USUAL_PRESSURE));
        if (recipe.isPresent() && relay.isPresent() && Contrast.isPossible(recipe.get(), relay.get())) {
            final List<String> differences = Contrast.of(recipe.get(), relay.get());
            sentences.add(
                    differences.isEmpty()
                            ? "The recipe's flags change nothing that the rounds could tell from noise."
                            : "The recipe's flags change: " + String.join("; ", differences) + ".");
        }
    }

    private void flags() {
        final Optional<Row> base = measured(Cells.row(Cells.PRODUCTION, Cells.USUAL_PRESSURE));
        final List<Row> without = result.rows().stream()
                .filter(row -> row.group() == Cell.Group.FLAG)
                .toList();
        if (base.isEmpty() || without.isEmpty()) {
            return;
        }
        final List<String> idle = without.stream()
                .filter(row -> row.isMeasured()
                        && Contrast.isPossible(row, base.get())
                        && Contrast.of(row, base.get()).isEmpty()
                        && Contrast.words(row, base.get()).isEmpty())
                .map(row -> "`" + row.name() + "`")
                .toList();
        final long broken = without.stream().filter(row -> !row.isMeasured()).count();
        sentences.add("Of the " + without.size() + " flags of `relay.args`, each left out once, " + broken
                + " cannot be missed at all"
                + (idle.isEmpty() ? "." : "; no difference was found for " + String.join(", ", idle) + "."));
    }
}
