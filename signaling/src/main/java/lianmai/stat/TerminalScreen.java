package lianmai.stat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A terminal's other screen, drawn anew each time in the size that the window has then; what was on the terminal before
 * is back at the end. The terminal is asked and set with {@code stty}, which every system with terminals has.
 *
 * <p>Thread: one; {@link #close} any. Owns: the terminal's settings until {@link #close()}.
 */
final class TerminalScreen implements Screen {
    private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
    private static final String FIRST_SCREEN = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";
    private static final String[] TONES = {"", "\u001b[1m", "\u001b[2m", "\u001b[1;31m"};
    private static final String USUAL = "\u001b[0m";
    private static final int END_OF_INPUT = 4;

    private final PrintStream out;
    private final InputStream keys;
    private final String settings;
    private final boolean colours = System.getenv("NO_COLOR") == null;
    private int[] size;
    private boolean quit;
    private boolean closed;

    private TerminalScreen(final PrintStream out, final InputStream keys, final int[] size) {
        this.out = out;
        this.keys = keys;
        this.size = size;
        settings = stty("-g");
        stty("-icanon", "-echo", "min", "0");
        out.print(OTHER_SCREEN);
        out.flush();
    }

    /** The terminal that standard output goes to; null when it is none, or one that cannot move its cursor. */
    static TerminalScreen ofStandardOutput() {
        final String kind = System.getenv("TERM");
        final int[] size = kind == null || kind.equals("dumb") ? null : measure();
        return size == null ? null : new TerminalScreen(System.out, System.in, size);
    }

    /** Rows and columns; null when standard output is no terminal. */
    private static int[] measure() {
        // The child inherits our standard output, so it can tell both whether that is a terminal and how large.
        final ProcessBuilder asking = new ProcessBuilder("sh", "-c", "test -t 1 && stty size <&1 >&2");
        final String said = run(asking.redirectOutput(ProcessBuilder.Redirect.INHERIT), Process::getErrorStream);
        final String[] parts = said.split(" ");
        try {
            return parts.length != 2 ? null : new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
        } catch (final NumberFormatException notASize) {
            return null;
        }
    }

    private static String stty(final String... arguments) {
        final ProcessBuilder asking = new ProcessBuilder("stty");
        asking.command().addAll(List.of(arguments));
        return run(asking.redirectInput(new File("/dev/tty")), Process::getInputStream);
    }

    private interface Outlet {
        InputStream of(Process process);
    }

    private static String run(final ProcessBuilder builder, final Outlet outlet) {
        try {
            final Process process = builder.start();
            final String said = new String(outlet.of(process).readAllBytes(), StandardCharsets.US_ASCII).strip();
            return process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == 0 ? said : "";
        } catch (final IOException unknown) {
            return "";
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    @Override
    public int width() {
        final int[] now = measure();
        if (now != null) {
            size = now;
        }
        return size[1];
    }

    @Override
    public void show(final List<StatView.Line> lines) {
        final boolean unicode = out.charset().equals(StandardCharsets.UTF_8);
        final int rows = Math.max(2, size[0]);
        final boolean fits = lines.size() <= rows;
        final StringBuilder frame = new StringBuilder(HOME);
        for (int i = 0; i < (fits ? lines.size() : rows - 1); i++) {
            final StatView.Line line = lines.get(i);
            frame.append(i == 0 ? "" : "\r\n")
                    .append(colours ? TONES[line.tone().ordinal()] : "");
            frame.append(unicode ? line.text() : Words.ascii(line.text()));
            frame.append(colours ? USUAL : "").append(REST_OF_LINE);
        }
        if (!fits) {
            frame.append("\r\n(").append(lines.size() - rows + 1).append(" more lines in a larger window)");
            frame.append(REST_OF_LINE);
        }
        out.print(frame.append(REST_OF_SCREEN));
        out.flush();
    }

    @Override
    public boolean isQuit() {
        try {
            while (!quit && keys.available() > 0) {
                final int key = keys.read();
                quit = key == 'q' || key == 'Q' || key == END_OF_INPUT;
            }
        } catch (final IOException closedInput) {
            // Then only Ctrl-C ends it.
            return quit;
        }
        return quit || out.checkError();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        out.print(FIRST_SCREEN);
        out.flush();
        if (!settings.isEmpty()) {
            stty(settings);
        }
    }
}
