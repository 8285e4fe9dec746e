package lianmai.profile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * The profiler's native library, as a file that another JVM can load.
 *
 * <p>The file is the same one each time: a JVM that is profiled twice must not hold two copies, each with its own
 * signal handlers.
 */
public final class ProfilerLibrary {
    private static final int SHORT = 16;

    private ProfilerLibrary() {}

    /** The library for this machine, below the folder for temporary files. */
    public static Path file() throws IOException {
        return file(
                Path.of(System.getProperty("java.io.tmpdir"), "lianmai-profiler-" + System.getProperty("user.name")));
    }

    static Path file(final Path folder) throws IOException {
        final byte[] library;
        final String resource = resource();
        try (InputStream in = ProfilerLibrary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new ProfileException("async-profiler has no library for this machine (" + resource + ")");
            }
            library = in.readAllBytes();
        }
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (final FileAlreadyExistsException e) {
            checkOurs(folder, e);
        }
        final Path file = folder.resolve("libasyncProfiler-" + hash(library) + ".so");
        if (!Files.exists(file)) {
            final Path part = Files.createTempFile(folder, "part", ".so");
            Files.write(part, library);
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }

    /** Whoever makes the folder first, in a folder for all, could have this user's JVMs load a library of theirs. */
    private static void checkOurs(final Path folder, final FileAlreadyExistsException e) throws IOException {
        final Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName().equals(System.getProperty("user.name"))
                || permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new ProfileException(folder + " is not this user's own folder; remove it", e);
        }
    }

    private static String resource() {
        final String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        final boolean isArm = System.getProperty("os.arch").equals("aarch64");
        return os.startsWith("mac")
                ? "/macos/libasyncProfiler.so"
                : isArm ? "/linux-arm64/libasyncProfiler.so" : "/linux-x64/libasyncProfiler.so";
    }

    private static String hash(final byte[] content) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content))
                    .substring(0, SHORT);
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
