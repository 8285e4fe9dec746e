package lianmai.stat;

import java.util.List;

/** Where the view is shown. Thread: one. */
interface Screen extends AutoCloseable {
    /** Columns that a line may have. */
    int width();

    /** Shows lines in place of, or after, those before. */
    void show(List<StatView.Line> lines);

    /** Whether the user wants no more. */
    boolean isQuit();

    @Override
    void close();
}
