package lianmai.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lianmai.report.BenchResult.Pause;
import lianmai.report.BenchResult.Round;
import lianmai.report.Machine;
import lianmai.report.Metric;
import lianmai.report.ResultFile;
import lianmai.report.Spread;

/**
 * What the matrix has found; {@code results.json} is this record. Rows may come from different runs on one machine.
 *
 * @param schema {@link #SCHEMA} when it was written
 * @param rows in the matrix's order
 */
record LabResult(int schema, Machine machine, List<Row> rows) {
    /** Goes up when a reader of an older file would misunderstand a newer one. */
    static final int SCHEMA = 1;

    LabResult {
        rows = List.copyOf(rows);
    }

    /**
     * A cell.
     *
     * @param outcome why there are no figures, or null
     * @param words what server and JVM said on the console that is no part of their work
     * @param pauses of the first round, in it; no more than a plot can show
     */
    record Row(
            String name,
            Cell.Group group,
            String about,
            int pressure,
            Setting setting,
            String outcome,
            List<String> words,
            List<Round> rounds,
            List<Pause> pauses) {
        Row {
            words = List.copyOf(words);
            rounds = List.copyOf(rounds);
            pauses = List.copyOf(pauses);
        }

        /** A figure over the rounds that have it. */
        Optional<Spread> spread(final Metric metric) {
            final List<Double> values = values(metric);
            return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
        }

        /** Its median; 0 where no round has it, as of pauses where there were none. */
        double median(final Metric metric) {
            return spread(metric).map(Spread::median).orElse(0.0);
        }

        /** The largest of all rounds. */
        double largest(final Metric metric) {
            return values(metric).stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0);
        }

        private List<Double> values(final Metric metric) {
            return rounds.stream()
                    .map(round -> round.figures().get(metric))
                    .filter(value -> value != null)
                    .toList();
        }

        boolean isMeasured() {
            return !rounds.isEmpty();
        }
    }

    /**
     * How a row was measured.
     *
     * @param startedAt ISO 8601, UTC
     * @param roundSeconds measured in each round
     * @param warmUpSeconds under load before the first round
     */
    record Setting(String startedAt, String commit, double roundSeconds, double warmUpSeconds, int rounds) {}

    Optional<Row> row(final String name) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst();
    }

    /** These rows, with those of an older result of such a machine for the others; in the order of the cells. */
    LabResult over(final LabResult older, final List<Cell> order) {
        if (older.machine() == null || !older.machine().kind().equals(machine.kind())) {
            return this;
        }
        final List<Row> merged = new ArrayList<>();
        for (final Cell cell : order) {
            row(cell.name()).or(() -> older.row(cell.name())).ifPresent(merged::add);
        }
        return new LabResult(schema, machine, merged);
    }

    static LabResult read(final Path file) throws IOException {
        final LabResult result = ResultFile.read(file, LabResult.class, "a result of ./lianmai gc-lab");
        if (result.schema() != SCHEMA || result.machine() == null) {
            throw new IOException(file + " is not a result of this version of ./lianmai gc-lab");
        }
        return result;
    }

    /** Figures with four digits that mean something: files stay readable. */
    static Round rounded(final Map<Metric, Double> figures) {
        final Map<Metric, Double> rounded = new EnumMap<>(Metric.class);
        figures.forEach((metric, value) -> rounded.put(metric, rounded(value)));
        return new Round(rounded);
    }

    static double rounded(final double value) {
        return value == 0 || Double.isNaN(value)
                ? 0
                : new java.math.BigDecimal(value)
                        .round(new java.math.MathContext(4))
                        .doubleValue();
    }
}
