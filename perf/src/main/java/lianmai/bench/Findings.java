package lianmai.bench;

import java.util.ArrayList;
import java.util.List;
import lianmai.report.BenchResult.Contender;
import lianmai.report.BenchResult.Pause;
import lianmai.report.BenchResult.Reference;
import lianmai.report.BenchResult.Step;

/** What a scenario has found so far. Thread: main. */
final class Findings {
    private final List<Contender> contenders = new ArrayList<>();
    private final List<Reference> reference = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Pause> timeline = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    void add(final Contender contender) {
        contenders.add(contender);
    }

    void add(final Step step) {
        steps.add(step);
    }

    void reference(final List<Reference> rows) {
        reference.addAll(rows);
    }

    void timeline(final List<Pause> pauses) {
        timeline.addAll(pauses);
    }

    /** Once, however often it is found. */
    void warn(final String warning) {
        if (!warnings.contains(warning)) {
            warnings.add(warning);
        }
    }

    List<Contender> contenders() {
        return contenders;
    }

    List<Reference> reference() {
        return reference;
    }

    List<Step> steps() {
        return steps;
    }

    List<Pause> timeline() {
        return timeline;
    }

    List<String> warnings() {
        return warnings;
    }
}
