package lianmai.profile;

import java.io.IOException;

/** A JVM to be profiled: computes and allocates on two threads until its standard input ends. */
final class BusyProgram {
    static double sum;
    static volatile byte[] kept = new byte[0];

    private BusyProgram() {}

    public static void main(final String[] arguments) throws IOException {
        final Thread thread = new Thread(BusyProgram::work, "worker");
        thread.setDaemon(true);
        thread.start();
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Whoever started it ends it by closing the pipe, or by ending.
        }
    }

    private static void work() {
        while (true) {
            compute();
            kept = new byte[1024 + kept.length % 2];
        }
    }

    private static void compute() {
        for (int i = 0; i < 100_000; i++) {
            sum += Math.sin(i);
        }
    }
}
