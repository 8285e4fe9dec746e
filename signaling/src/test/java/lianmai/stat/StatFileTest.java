package lianmai.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one build writes another can read, and nobody reads what does not belong together. */
@Timeout(30)
class StatFileTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("a.stat");
    }

    @Test
    void shouldReadBackWhatWasPublished() throws IOException {
        try (StatPublisher publisher = StatFiles.create(file());
                StatFile stat = StatFile.open(file())) {
            final long[] cells = new long[StatFiles.figures().cells()];
            Arrays.setAll(cells, i -> i * 3L);
            publisher.publish(cells, 1_700_000_000_000L, 42);

            assertThat(stat.read().cells()).isEqualTo(cells);
            assertThat(stat.read().publishedMs()).isEqualTo(1_700_000_000_000L);
            assertThat(stat.read().ageNs()).isEqualTo(42);
            assertThat(stat.entries()).isEqualTo(StatFiles.figures().entries());
            assertThat(stat.about()).containsEntry("url", "http://127.0.0.1:8090/");
            assertThat(stat.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(Files.getPosixFilePermissions(file())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(file()).doesNotExist();
        assertThat(folder).isEmptyDirectory();
    }

    /** Every publication has one number in all cells; a reader must never find two. */
    @Test
    void shouldNeverReadHalfOfAPublication() throws Exception {
        try (StatPublisher publisher = StatFiles.create(file());
                StatFile stat = StatFile.open(file())) {
            final AtomicBoolean enough = new AtomicBoolean();
            final Thread writer = Thread.ofPlatform().start(() -> {
                final long[] cells = new long[StatFiles.figures().cells()];
                for (long n = 1; !enough.get(); n++) {
                    Arrays.fill(cells, n);
                    publisher.publish(cells, n, n);
                    // A server publishes once a second; one that never pauses leaves a reader no moment.
                    LockSupport.parkNanos(20_000);
                }
            });
            try {
                for (int i = 0; i < 300; i++) {
                    final StatReading reading = stat.read();
                    assertThat(reading.cells()).containsOnly(reading.ageNs());
                    assertThat(reading.publishedMs()).isEqualTo(reading.ageNs());
                }
            } finally {
                enough.set(true);
                writer.join();
            }
        }
    }

    @Test
    void shouldSayThatAServerStoppedWhileItPublished() throws IOException {
        try (StatPublisher publisher = StatFiles.create(file());
                StatFile stat = StatFile.open(file())) {
            publisher.begin();
            assertThatThrownBy(stat::read).isInstanceOf(StatException.class).hasMessageContaining("half written");
            publisher.end();
            assertThat(stat.read().cells()).containsOnly(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "LIANMAI"})
    void shouldRefuseWhatIsNoStatFile(final String text) throws IOException {
        Files.writeString(file(), text);
        assertRefused("is no stat file");
        Files.writeString(file(), text + "x".repeat(500));
        assertRefused("is no stat file");
        assertThatThrownBy(() -> StatFiles.create(file())).isInstanceOf(StatException.class);
        assertThat(file()).as("somebody's file").hasContent(text + "x".repeat(500));
    }

    @Test
    void shouldSayThatAFileCannotBeWritten() {
        final Path nowhere = folder.resolve("nowhere").resolve("a.stat");
        assertThatThrownBy(() -> StatFiles.create(nowhere))
                .isInstanceOf(StatException.class)
                .hasMessageStartingWith("cannot write the stat file " + nowhere);
    }

    @Test
    void shouldRefuseAFileThatIsNotThere() {
        assertRefused("does not exist");
    }

    @ParameterizedTest
    @CsvSource({
        // Offsets and values as StatLayout has them: version 2, no header, a huge text, a million cells, no magic.
        "8, 0x4000000002, has layout 2",
        "8, 0x0000000001, contradict",
        "56, 0x0000000A7FFFFFFF, contradict",
        "56, 0x000F424000000010, contradict",
        "56, 0xFFFFFFFF00000010, contradict",
        "0, 0, is no stat file"
    })
    void shouldRefuseADamagedHeader(final long at, final String value, final String why) throws IOException {
        try (StatPublisher _ = StatFiles.create(file())) {
            StatFiles.patch(file(), at, Long.parseUnsignedLong(value.replace("0x", ""), 16));
            assertRefused(why);
        }
    }

    @Test
    void shouldRefuseAFileThatWasCutOff() throws IOException {
        try (StatPublisher _ = StatFiles.create(file())) {
            Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), 300));
            assertRefused("contradict");
        }
    }

    /** Later builds may show things in ways that this one has not heard of. */
    @Test
    void shouldSkipLinesItDoesNotKnow() throws IOException {
        try (StatPublisher _ = StatFiles.create(file())) {
            replace("level\trooms", "ratio\trooms");
            try (StatFile stat = StatFile.open(file())) {
                assertThat(stat.entries()).hasSize(StatFiles.figures().entries().size() - 1);
                assertThat(stat.entries()).noneMatch(entry -> entry.name().equals("rooms"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rooms\t\t\t16, rooms\t\t\t99, outside",
        "rooms\t\t\t16, rooms\t\t\tx9, damaged",
        "rooms\t, rooms , damaged"
    })
    void shouldRefuseADamagedDescription(final String part, final String damaged, final String why) throws IOException {
        try (StatPublisher _ = StatFiles.create(file())) {
            replace(part, damaged.equals("rooms") ? "rooms " : damaged);
            assertRefused(why);
        }
    }

    private void replace(final String part, final String other) throws IOException {
        final String text = Files.readString(file(), StandardCharsets.ISO_8859_1);
        assertThat(text).contains(part);
        Files.writeString(file(), text.replace(part, other), StandardCharsets.ISO_8859_1);
    }

    private void assertRefused(final String why) {
        assertThatThrownBy(() -> StatFile.open(file()).close())
                .isInstanceOf(StatException.class)
                .hasMessageStartingWith(file().toString())
                .hasMessageContaining(why);
    }
}
