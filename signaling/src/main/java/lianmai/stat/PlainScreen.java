package lianmai.stat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A pipe or a file: one block of lines an interval, a blank line between two. */
final class PlainScreen implements Screen {
    private static final int WIDTH = 160;

    private final PrintStream out;
    private boolean first = true;

    PlainScreen(final PrintStream out) {
        this.out = out;
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public void show(final List<StatView.Line> lines) {
        if (!first) {
            out.println();
        }
        first = false;
        final boolean unicode = out.charset().equals(StandardCharsets.UTF_8);
        lines.forEach(line -> out.println(unicode ? line.text() : Words.ascii(line.text())));
        out.flush();
    }

    /** Whoever reads the pipe has closed it. */
    @Override
    public boolean isQuit() {
        return out.checkError();
    }

    @Override
    public void close() {
        out.flush();
    }
}
