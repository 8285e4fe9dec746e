package lianmai.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which servers live, and what dead ones leave. */
class StatFolderTest {
    @TempDir
    private Path temporary;

    @Test
    void shouldFindTheServerThatRuns() throws IOException {
        final StatFolder folder = new StatFolder(temporary.resolve("own"));
        assertThat(folder.living()).isEmpty();
        final Path file = folder.fileOfThisProcess();
        assertThat(Files.getPosixFilePermissions(file.getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        try (StatPublisher _ = StatFiles.create(file)) {
            assertThat(folder.living()).containsExactly(file);
            assertThat(folder.of(ProcessHandle.current().pid())).isEqualTo(file);
        }
        assertThat(folder.living()).isEmpty();
    }

    @Test
    void shouldRemoveWhatADeadServerHasLeft() throws Exception {
        final Path left = copy("1234.stat", StatFiles.deadPid(), 0);
        assertThat(new StatFolder(temporary).living()).isEmpty();
        assertThat(left).doesNotExist();
    }

    /** Process numbers come round again; in a container the first one is always the same. */
    @Test
    void shouldNotTakeALaterProcessOfTheSameNumberForTheServer() throws IOException {
        final ProcessHandle self = ProcessHandle.current();
        final Path left = copy("1.stat", self.pid(), StatFolder.startedMs(self) - TimeUnit.HOURS.toMillis(1));
        assertThat(new StatFolder(temporary).living()).isEmpty();
        assertThat(left).doesNotExist();
    }

    @Test
    void shouldLeaveAloneWhatItCannotReadUnlessItsServerIsDead() throws Exception {
        final Path notes = Files.writeString(temporary.resolve("notes.stat"), "mine");
        final Path other =
                Files.writeString(temporary.resolve(ProcessHandle.current().pid() + ".stat"), "of another layout");
        final Path dead = Files.writeString(temporary.resolve(StatFiles.deadPid() + ".stat"), "of another layout");
        assertThat(new StatFolder(temporary).living()).isEmpty();
        assertThat(notes).exists();
        assertThat(other).exists();
        assertThat(dead).doesNotExist();
    }

    @Test
    void shouldNotUseAFolderThatOthersCanWriteTo() throws IOException {
        final Path open = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        final Path link = Files.createSymbolicLink(temporary.resolve("link"), temporary);
        for (final Path folder : new Path[] {open, link}) {
            assertThatThrownBy(() -> new StatFolder(folder).fileOfThisProcess())
                    .isInstanceOf(StatException.class)
                    .hasMessage(folder + " is not this user's own folder");
        }
    }

    @Test
    void shouldReplaceADeadServersFileButNoLivingOnes() throws Exception {
        final Path file = copy("chosen.stat", StatFiles.deadPid(), 0);
        try (StatPublisher _ = StatFiles.create(file);
                StatFile stat = StatFile.open(file)) {
            assertThat(stat.pid()).isEqualTo(ProcessHandle.current().pid());
        }
        final ProcessHandle living = ProcessHandle.current().parent().orElseThrow();
        copy("chosen.stat", living.pid(), StatFolder.startedMs(living));
        assertThatThrownBy(() -> StatFiles.create(file)).hasMessageContaining("belongs to the running server");
    }

    private Path copy(final String name, final long pid, final long startedMs) throws IOException {
        final Path file = temporary.resolve(name);
        final Path draft = temporary.resolve("draft");
        try (StatPublisher _ = StatFiles.create(draft)) {
            Files.copy(draft, file);
        }
        StatFiles.disown(file, pid, startedMs);
        return file;
    }
}
