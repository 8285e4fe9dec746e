package lianmai.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import lianmai.profile.Targets.Target;
import org.junit.jupiter.api.Test;

class TargetsTest {
    private static final Target ONE = new Target(7, "serve --port 0");

    @Test
    void shouldKnowAServerByItsCommandLine() {
        assertThat(Targets.target(7, "@relay.args", "-cp", "x", "lianmai.server.Main", "serve", "--port", "0"))
                .isEqualTo(new Target(7, "serve --port 0"));
        assertThat(Targets.target(8, "-cp", "x", "lianmai.server.Main", "token"))
                .isNull();
        assertThat(Targets.target(9, "-cp", "x", "lianmai.server.Main")).isNull();
        assertThat(Targets.target(10)).isNull();
    }

    @Test
    void shouldTakeTheOnlyServer() {
        assertThat(Targets.only(ProfiledSide.SERVER, List.of(ONE))).isEqualTo(ONE);
    }

    @Test
    void shouldListSeveralServersInOneLine() {
        assertThatThrownBy(() -> Targets.only(ProfiledSide.SERVER, List.of(ONE, new Target(9, "serve"))))
                .isInstanceOf(ProfileException.class)
                .hasMessage("2 servers run; say which with --pid: 7 (serve --port 0), 9 (serve)");
    }

    @Test
    void shouldSayWhatToDoWithoutAServer() {
        assertThatThrownBy(() -> Targets.only(ProfiledSide.SERVER, List.of()))
                .isInstanceOf(ProfileException.class)
                .hasMessageContaining("./lianmai serve");
        assertThatThrownBy(() -> Targets.only(ProfiledSide.LOAD, List.of()))
                .isInstanceOf(ProfileException.class)
                .hasMessageStartingWith("no load generator of this user runs; start one with ./lianmai bench");
    }

    @Test
    void shouldKnowALoadGeneratorByItsCommandLine() {
        assertThat(Targets.generator(7, "/jdk/bin/java", "@bench.args", "-cp", "x", "lianmai.bench.Main", "fanout"))
                .isEqualTo(new Target(7, "bench fanout"));
        assertThat(Targets.generator(8, "java", "-Da=b", "-cp", "x", "lianmai.lab.LabCommand"))
                .isEqualTo(new Target(8, "gc-lab"));
        assertThat(Targets.generator(9, "unshare", "--", "java", "-cp", "x", "lianmai.bench.Main", "fanout"))
                .isNull();
        assertThat(Targets.generator(10, "java", "-cp", "x", "lianmai.server.Main", "serve"))
                .isNull();
        assertThat(Targets.generator(11)).isNull();
    }

    @Test
    void shouldNotTakeThisTestForAServer() {
        assertThat(Targets.servers(Stream.of(ProcessHandle.current()))).isEmpty();
    }
}
