package lianmai.profile;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The profiler in another JVM, reached through the JDK's attach mechanism.
 *
 * <p>Thread: any, one at a time. Owns: the connection until {@link #close()}.
 */
public final class AttachedAgent implements Agent, AutoCloseable {
    private static final int TRIES = 100;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** A process this young may still become a JVM that answers. */
    private static final Duration YOUNG = Duration.ofSeconds(10);

    private final VirtualMachine machine;
    private final Path library;

    private AttachedAgent(final VirtualMachine machine, final Path library) {
        this.machine = machine;
        this.library = library;
    }

    /** Connects to a JVM of this user. */
    public static AttachedAgent to(final long pid, final Path library) {
        for (int i = 0; i < TRIES && isYoung(pid); i++) {
            try {
                return new AttachedAgent(VirtualMachine.attach(Long.toString(pid)), library);
            } catch (final IOException | AttachNotSupportedException notYet) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        try {
            return new AttachedAgent(VirtualMachine.attach(Long.toString(pid)), library);
        } catch (final IOException | AttachNotSupportedException e) {
            throw new ProfileException(
                    "cannot attach to process " + pid + ": " + e.getMessage()
                            + "; it must be a JVM of the same user that still runs",
                    e);
        }
    }

    private static boolean isYoung(final long pid) {
        final Instant now = Instant.now();
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .filter(start -> start.isAfter(now.minus(YOUNG)))
                .isPresent();
    }

    /** A JVM that is about to start loads no agents yet. */
    @Override
    public String execute(final String command) {
        String refusal = tryOnce(command);
        for (int i = 0; i < TRIES && refusal != null && refusal.contains("live phase"); i++) {
            LockSupport.parkNanos(PAUSE_NS);
            refusal = tryOnce(command);
        }
        return refusal;
    }

    private String tryOnce(final String command) {
        Path log = null;
        try {
            log = Files.createTempFile("lianmai-profile", ".log");
            machine.loadAgentPath(library.toString(), command + ",log=" + log);
            return null;
        } catch (final AgentInitializationException e) {
            return said(log, e);
        } catch (final AgentLoadException e) {
            return "the library cannot be loaded: " + e.getMessage();
        } catch (final IOException e) {
            return "the process does not answer: " + e.getMessage();
        } finally {
            delete(log);
        }
    }

    private static String said(final Path log, final AgentInitializationException e) {
        try {
            final String words = Files.readAllLines(log).stream()
                    .map(line -> line.replaceFirst("^\\[\\w+]\\s*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.joining("; "));
            return words.isEmpty() ? "error " + e.returnValue() : words;
        } catch (final IOException unreadable) {
            return "error " + e.returnValue();
        }
    }

    private static void delete(final Path log) {
        try {
            if (log != null) {
                Files.deleteIfExists(log);
            }
        } catch (final IOException e) {
            log.toFile().deleteOnExit();
        }
    }

    @Override
    public void close() {
        try {
            machine.detach();
        } catch (final IOException e) {
            // The process has ended, and the connection with it.
        }
    }
}
