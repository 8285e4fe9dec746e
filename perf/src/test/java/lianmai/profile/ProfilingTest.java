package lianmai.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfilingTest {
    private static final Path FILE = Path.of("/out/a.jfr");
    private static final Duration MOST = Duration.ofSeconds(90);

    private final List<String> commands = new ArrayList<>();

    @Test
    void shouldTakeTheBestWayThatThereIs() {
        final Profiling profiling = Profiling.start(refusing(Map.of()), ProfiledEvent.CPU, FILE, MOST);
        assertThat(profiling.way()).isEqualTo("perf_event");
        assertThat(profiling.shortcoming()).isEmpty();
        assertThat(commands)
                .singleElement()
                .asString()
                .startsWith("start,event=cpu-clock,")
                .contains(",file=/out/a.jfr,", "jfrsync=+lianmai.ShardTurn+", ",timeout=90");
    }

    @Test
    void shouldFallBackAndSayWhyInOneLine() {
        final Profiling profiling = Profiling.start(
                refusing(Map.of("event=cpu-clock", "No access to perf events")), ProfiledEvent.CPU, FILE, MOST);
        assertThat(profiling.shortcoming())
                .isEqualTo("sampling with ctimer (no kernel frames), because perf_event: No access to perf events");
        assertThat(commands).hasSize(2);
    }

    @Test
    void shouldSayEveryReasonWhenThereIsNoWay() {
        final Agent agent = refusing(Map.of("event=cpu-clock", "one", "event=ctimer", "two", "event=itimer", "three"));
        assertThatThrownBy(() -> Profiling.start(agent, ProfiledEvent.CPU, FILE, MOST))
                .isInstanceOf(ProfileException.class)
                .hasMessage("the profiler cannot sample cpu here: perf_event: one; ctimer: two; itimer: three");
    }

    @Test
    void shouldLeaveAnotherProfileAlone() {
        final Agent agent = refusing(Map.of("event=alloc", "Profiler already started"));
        assertThatThrownBy(() -> Profiling.start(agent, ProfiledEvent.ALLOC, FILE, MOST))
                .isInstanceOf(ProfileException.class)
                .hasMessageContaining("being profiled already");
        assertThat(commands).hasSize(1);
    }

    @Test
    void shouldStopIntoTheFile() {
        final Profiling profiling = Profiling.start(refusing(Map.of()), ProfiledEvent.LOCK, FILE, MOST);
        assertThat(profiling.stop()).isNull();
        assertThat(commands.getLast()).isEqualTo("stop,file=/out/a.jfr");
    }

    @Test
    void shouldKnowItsEvents() {
        assertThat(ProfiledEvent.parse("wall")).isEqualTo(ProfiledEvent.WALL);
        assertThatThrownBy(() -> ProfiledEvent.parse("disk"))
                .isInstanceOf(ProfileException.class)
                .hasMessage("--event must be cpu, alloc, wall or lock, not disk");
    }

    private Agent refusing(final Map<String, String> refusals) {
        return command -> {
            commands.add(command);
            return refusals.entrySet().stream()
                    .filter(refusal -> command.contains(refusal.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        };
    }
}
