package lianmai.lab;

import java.util.List;
import java.util.regex.Pattern;

/** What a JVM says on a server's console: complaints, remarks and last words, not the server's own log. */
final class ConsoleWords {
    private static final Pattern OF_THE_JVM =
            Pattern.compile("(?i).*(warning|compilecommand|error|exception|unrecognized|could not).*");

    /** The server's own lines begin with the time; a stack trace's say nothing without the first. */
    private static final Pattern OTHERS = Pattern.compile("\\d\\d:\\d\\d:\\d\\d.*|\\s+at .*|\\t.*");

    /** What the server itself misses of its JVM, and how its lines begin. */
    private static final String MISSED = "the JVM needs";

    private static final Pattern SERVER = Pattern.compile("^\\d\\d:\\d\\d:\\S+ WARN +\\S+ +\\w+: ");

    private static final int MOST = 4;

    private ConsoleWords() {}

    /** Each remark once. */
    static List<String> of(final List<String> console) {
        return console.stream()
                .filter(line -> line.contains(MISSED)
                        || OF_THE_JVM.matcher(line).matches()
                                && !OTHERS.matcher(line).matches())
                .filter(line -> !JvmProbe.isEmptyWord(line))
                .map(JvmProbe::words)
                .map(words -> words.replaceAll("0x[0-9a-f]+", "0x…").replaceAll(" \\(file:[^)]*\\)", ""))
                .map(words -> SERVER.matcher(words).replaceFirst(""))
                .distinct()
                .limit(MOST)
                .toList();
    }
}
