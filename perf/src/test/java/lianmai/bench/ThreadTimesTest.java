package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadTimesTest {
    @TempDir
    private Path tasks;

    private void thread(final int id, final String name, final long ns) throws IOException {
        final Path folder = Files.createDirectories(tasks.resolve(Integer.toString(id)));
        Files.writeString(folder.resolve("comm"), name + "\n");
        Files.writeString(folder.resolve("schedstat"), ns + " 17 3\n");
    }

    @Test
    void shouldTellTheRelayFromTheRest() throws Exception {
        thread(1, "java", 1_000);
        thread(2, "relay-0", 50_000);
        final ThreadTimes times = new ThreadTimes(tasks);
        final ThreadTimes.Sample before = times.sample();
        thread(2, "relay-0", 80_000);
        thread(3, "relay-1", 5_000);
        assertThat(times.sample().minus(before)).isEqualTo(new ThreadTimes.Sample(35_000, 35_000, 17));
    }

    @Test
    void shouldNotForgetWhatAnEndedThreadHad() throws Exception {
        thread(1, "java", 1_000);
        thread(2, "worker", 7_000);
        final ThreadTimes times = new ThreadTimes(tasks);
        times.sample();
        Files.delete(tasks.resolve("2/comm"));
        Files.delete(tasks.resolve("2/schedstat"));
        Files.delete(tasks.resolve("2"));
        assertThat(times.sample()).isEqualTo(new ThreadTimes.Sample(8_000, 0, 0));
    }

    @Test
    void shouldSayThatTheServerHasEnded() {
        assertThatThrownBy(() -> new ThreadTimes(tasks.resolve("none")).sample())
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("has ended");
    }

    @Test
    void shouldCountThisProcess() throws Exception {
        final ThreadTimes times = new ThreadTimes(ProcessHandle.current().pid());
        final ThreadTimes.Sample before = times.sample();
        long sum = 0;
        for (int i = 0; i < 50_000_000; i++) {
            sum += i ^ sum;
        }
        assertThat(times.sample().minus(before).process()).as("with %d", sum).isPositive();
    }
}
