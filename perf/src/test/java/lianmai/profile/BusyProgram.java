package lianmai.profile;

import java.io.IOException;

/** A JVM to be profiled: computes, allocates and waits for a lock, on two threads, until its standard input ends. */
final class BusyProgram {
    private static final int WORKERS = 2;
    private static final Object LOCK = new Object();
    static double sum;
    static volatile byte[] kept = new byte[0];

    private BusyProgram() {}

    public static void main(final String[] arguments) throws IOException {
        for (int i = 0; i < WORKERS; i++) {
            final Thread thread = new Thread(BusyProgram::work, "worker");
            thread.setDaemon(true);
            thread.start();
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Whoever started it ends it by closing the pipe, or by ending.
        }
    }

    private static void work() {
        while (true) {
            compute();
            exclusively();
            kept = new byte[1024 + kept.length % 2];
        }
    }

    /** For most of the time, so that each comes while the other is inside. */
    private static void exclusively() {
        synchronized (LOCK) {
            compute();
            compute();
        }
    }

    private static void compute() {
        for (int i = 0; i < 100_000; i++) {
            sum += Math.sin(i);
        }
    }
}
