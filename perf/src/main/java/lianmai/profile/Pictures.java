package lianmai.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import one.convert.Arguments;
import one.convert.JfrToFlame;

/** What a recording becomes. */
final class Pictures {
    private Pictures() {}

    /** Draws the flame graph, each thread apart. */
    static void flameGraph(final Path recording, final ProfiledEvent event, final String title, final Path html)
            throws IOException {
        JfrToFlame.convert(
                recording.toString(), html.toString(), arguments(event, "html", "--threads", "--title", title));
    }

    static TopTable table(final Path recording, final ProfiledEvent event) throws IOException {
        final Path collapsed = Files.createTempFile("lianmai-profile", ".collapsed");
        try {
            JfrToFlame.convert(recording.toString(), collapsed.toString(), arguments(event, "collapsed"));
            try (Stream<String> lines = Files.lines(collapsed)) {
                return TopTable.of(lines, event.isSummed());
            }
        } finally {
            Files.deleteIfExists(collapsed);
        }
    }

    /** How often each of our own events is in it, by name. */
    static Map<String, Long> ownEvents(final Path recording) throws IOException {
        final Map<String, Long> counts = new TreeMap<>();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                final RecordedEvent event = file.readEvent();
                final String name = event.getEventType().getName();
                if (name.startsWith("lianmai.")) {
                    counts.merge(name, 1L, Long::sum);
                }
            }
        }
        return counts;
    }

    private static Arguments arguments(final ProfiledEvent event, final String output, final String... more) {
        final List<String> all =
                new ArrayList<>(List.of(event.converterOption(), "--dot", "--norm", "--output", output));
        if (event.isSummed()) {
            all.add("--total");
        }
        all.addAll(List.of(more));
        return new Arguments(all.toArray(String[]::new));
    }
}
