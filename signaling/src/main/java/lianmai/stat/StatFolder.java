package lianmai.stat;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Where the stat files of one user's servers are, and which of them belong to a server that lives. */
public final class StatFolder {
    private static final String ENDING = ".stat";
    /** Clocks are set; a process that took over a number of a dead one did not start within this of it. */
    private static final long SAME_START_MS = TimeUnit.SECONDS.toMillis(10);

    private final Path folder;

    StatFolder(final Path folder) {
        this.folder = folder;
    }

    /** This user's folder below the one for temporary files. */
    public static StatFolder usual() {
        return new StatFolder(Path.of(System.getProperty("java.io.tmpdir"), "lianmai-" + new UnixSystem().getUid()));
    }

    /**
     * The file for this process, after files that the dead have left are removed.
     *
     * @throws StatException when the folder is somebody else's: whoever makes it first in a folder for all could
     *     otherwise read or replace what is in it
     */
    public Path fileOfThisProcess() throws IOException {
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (final FileAlreadyExistsException e) {
            checkOurs(e);
        }
        living();
        return folder.resolve(ProcessHandle.current().pid() + ENDING);
    }

    private void checkOurs(final FileAlreadyExistsException e) throws IOException {
        final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
        final boolean ours = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals((int) new UnixSystem().getUid());
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !ours
                || permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new StatException(folder + " is not this user's own folder", e);
        }
    }

    /** The files of servers that live, oldest server first; removes what dead ones have left. */
    List<Path> living() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        record Found(Path file, long startedMs) {}
        final List<Found> found = new ArrayList<>();
        final List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().endsWith(ENDING))
                    .toList();
        }
        for (final Path file : files) {
            try (StatFile stat = StatFile.open(file)) {
                if (isAlive(stat.pid(), stat.startedMs())) {
                    found.add(new Found(file, stat.startedMs()));
                } else {
                    Files.deleteIfExists(file);
                }
            } catch (final StatException unreadable) {
                // Of another layout, or just gone. Its server, if it lives, is found by --file.
                removeIfDead(file);
            }
        }
        return found.stream()
                .sorted(Comparator.comparingLong(Found::startedMs))
                .map(Found::file)
                .toList();
    }

    private static void removeIfDead(final Path file) throws IOException {
        final String name = file.getFileName().toString();
        try {
            if (ProcessHandle.of(Long.parseLong(name.substring(0, name.length() - ENDING.length())))
                    .isEmpty()) {
                Files.deleteIfExists(file);
            }
        } catch (final NumberFormatException notOurs) {
            // Whatever it is, no server wrote it here.
        }
    }

    /** The file that a server of that number would have. */
    Path of(final long pid) {
        return folder.resolve(pid + ENDING);
    }

    /** Whether the process that wrote these two lives, rather than another one of the same number. */
    static boolean isAlive(final long pid, final long startedMs) {
        final Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty()) {
            return false;
        }
        final long nowStartedMs = startedMs(process.get());
        return nowStartedMs == 0 || startedMs == 0 || Math.abs(nowStartedMs - startedMs) <= SAME_START_MS;
    }

    static long startedMs(final ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Removes what a dead server has left at this place; refuses when it is something else. */
    static void makeRoomFor(final Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (StatFile old = StatFile.open(file)) {
            if (isAlive(old.pid(), old.startedMs())
                    && old.pid() != ProcessHandle.current().pid()) {
                throw new StatException(file + " belongs to the running server " + old.pid());
            }
        }
        Files.delete(file);
    }
}
