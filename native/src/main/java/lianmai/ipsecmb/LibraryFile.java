package lianmai.ipsecmb;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The built C library, a resource beside the classes: a file in a build tree, or an entry of a jar. */
final class LibraryFile {
    static final String NAME = "liblianmai_srtp.so";

    private LibraryFile() {}

    /** Whether the build could make it. */
    static boolean isBuilt() {
        return resource() != null;
    }

    /**
     * Loads it for good.
     *
     * @throws IllegalStateException when it is not there or cannot be linked, with the reason
     */
    static SymbolLookup lookup() {
        final URL resource = resource();
        if (resource == null) {
            throw new IllegalStateException(NAME + " was not built");
        }
        try {
            final URI uri = resource.toURI();
            return "file".equals(uri.getScheme()) ? load(Path.of(uri)) : loadCopy(resource);
        } catch (final IOException | URISyntaxException e) {
            throw new IllegalStateException(NAME + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static URL resource() {
        return LibraryFile.class.getResource("/" + NAME);
    }

    private static SymbolLookup loadCopy(final URL resource) throws IOException {
        final Path copy = Files.createTempFile("lianmai", ".so");
        try (InputStream in = resource.openStream()) {
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return load(copy);
        } finally {
            // What is mapped stays.
            Files.deleteIfExists(copy);
        }
    }

    private static SymbolLookup load(final Path file) {
        try {
            return SymbolLookup.libraryLookup(file, Arena.global());
        } catch (final IllegalArgumentException e) {
            throw new IllegalStateException(NAME + " cannot be linked; is libipsec-mb1 installed?", e);
        }
    }
}
