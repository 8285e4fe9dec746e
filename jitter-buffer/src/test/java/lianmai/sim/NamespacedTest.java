package lianmai.sim;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The child JVM of {@link NetworkNamespace}: runs one test method and writes to a file how it went. */
final class NamespacedTest implements TestExecutionListener {
    static final String PASSED = "passed";
    static final String SKIPPED = "skipped: ";
    static final String FAILED = "failed: ";

    private String verdict = FAILED + "no such test";

    private NamespacedTest() {}

    /** @param arguments where the verdict goes, and the method as {@code class#method} */
    public static void main(final String[] arguments) throws IOException {
        Thread.ofPlatform().daemon().name("parent-watch").start(NamespacedTest::endWithParent);
        final LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectMethod(arguments[1]))
                .build();
        final NamespacedTest listener = new NamespacedTest();
        LauncherFactory.create().execute(request, listener);
        Files.writeString(Path.of(arguments[0]), listener.verdict, StandardCharsets.UTF_8);
        System.out.flush();
        // Native threads of a client library must not keep it alive.
        Runtime.getRuntime().halt(0);
    }

    /** The parent never writes: its pipe ends when it does. */
    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {}
        } catch (final IOException e) {
            // The same as its end.
        }
        Runtime.getRuntime().halt(1);
    }

    @Override
    public void executionSkipped(final TestIdentifier test, final String reason) {
        verdict = SKIPPED + reason;
    }

    @Override
    public void executionFinished(final TestIdentifier test, final TestExecutionResult result) {
        final Throwable cause = result.getThrowable().orElse(null);
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    verdict = PASSED;
                }
            }
            case ABORTED -> verdict = SKIPPED + (cause == null ? "" : cause.getMessage());
            case FAILED -> verdict = FAILED + trace(cause);
        }
    }

    private static String trace(final Throwable cause) {
        final StringWriter text = new StringWriter();
        if (cause != null) {
            cause.printStackTrace(new PrintWriter(text));
        }
        return text.toString();
    }
}
