package lianmai.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceRowTest {
    private static final String ECHO = "{\"name\":\"echo/spin\",\"packets\":197,\"rounds\":2,"
            + "\"nsPerPacket\":{\"median\":9500.5,\"lower\":9000.25,\"upper\":10000},\"cpuNsPerPacket\":8.5,"
            + "\"packetsPerSecond\":1940.8,"
            + "\"errors\":1,\"received\":197,\"drops\":2,\"preemptions\":13,"
            + "\"latencies\":{\"roundTrip\":{\"count\":197,\"impossible\":3,\"p50\":4341,\"p99\":79234,\"p999\":79235,"
            + "\"p9999\":79236,\"max\":79237}},\"numbers\":{\"requestsPerSecond\":2000}}";

    @Test
    void shouldReadEverythingThatALoopPrints() throws ReferenceException {
        final ReferenceRow row = ReferenceRow.parse(ECHO);

        assertThat(row.name()).isEqualTo("echo/spin");
        assertThat(row.packets()).isEqualTo(197);
        assertThat(row.nsPerPacket()).isEqualTo(new ReferenceRow.Spread(9500.5, 9000.25, 10000));
        assertThat(row.cpuNsPerPacket()).isEqualTo(8.5);
        assertThat(row.packetsPerSecond()).isEqualTo(1940.8);
        assertThat(row.errors()).isEqualTo(1);
        assertThat(row.drops()).isEqualTo(2);
        assertThat(row.preemptions()).isEqualTo(13);
        assertThat(row.latencies())
                .containsExactly(
                        Map.entry("roundTrip", new ReferenceRow.Latency(197, 3, 4341, 79234, 79235, 79236, 79237)));
        assertThat(row.numbers()).containsEntry("requestsPerSecond", 2000.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Segmentation fault", "{\"name\":\"echo/spin\"}", "[1]"})
    void shouldNotTakeAnythingElseForARow(final String line) {
        assertThatExceptionOfType(ReferenceException.class).isThrownBy(() -> ReferenceRow.parse(line));
    }

    @Test
    void shouldShowMicrosecondsAndHiccups() throws ReferenceException {
        final ReferenceRow spin = ReferenceRow.parse(ECHO.replace("echo/spin", "spin")
                .replace(
                        "\"requestsPerSecond\":2000",
                        "\"stolenShare\":0.0125,\"gapsOver1us\":66,\"gapsOver10us\":34,\"gapsOver100us\":1,"
                                + "\"gapsOver1ms\":0"));

        assertThat(ReferenceTable.lines(List.of(spin)))
                .anyMatch(line -> line.contains("9000.3–10000.0"))
                .anyMatch(line -> line.contains("roundTrip") && line.contains("79.2"))
                .contains("host: 1.250 % of the core's time went elsewhere;"
                        + " gaps over 1 µs: 66, 10 µs: 34, 100 µs: 1, 1 ms: 0");
    }
}
