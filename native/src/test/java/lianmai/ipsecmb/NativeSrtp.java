package lianmai.ipsecmb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import lianmai.srtp.SrtpAccelerator;
import lianmai.srtp.SrtpProvider;

/** The provider under test. */
final class NativeSrtp {
    private static final Path HEADER = Path.of("/usr/include/intel-ipsec-mb.h");

    private NativeSrtp() {}

    /** Skips the test where it cannot be built, and nowhere else. */
    static SrtpProvider provider() {
        assumeTrue(Files.exists(HEADER) && hasGcc(), "libipsec-mb-dev and gcc are not installed");
        final SrtpAccelerator.Found found = new NativeSrtpAccelerator().find();
        assertThat(found.provider()).as(found.reason()).isNotNull();
        return found.provider();
    }

    private static boolean hasGcc() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
    }
}
