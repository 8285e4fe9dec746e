package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldDrawOverOneLineOnATerminal() {
        final Progress progress = new Progress(out, true, 10);
        progress.show("round 1", "", 0, 0);
        progress.show("round 1", "5 packets", 5, 1);
        progress.end();
        assertThat(shown())
                .doesNotContain("\n")
                .contains("50 %  round 1  5 packets")
                .endsWith("\r\u001b[K");
    }

    @Test
    void shouldSayOnlyNewsElsewhere() {
        final Progress progress = new Progress(out, false, 100);
        long nowNs = 1;
        for (int i = 0; i < 40; i++) {
            progress.show("round 1", "5 packets", 0.5, nowNs);
            nowNs += TimeUnit.MILLISECONDS.toNanos(500);
        }
        progress.show("round 2", "", 0.5, nowNs);
        progress.end();
        assertThat(shown().lines().toList()).hasSize(5).first().isEqualTo("lianmai: 0 %: round 1: 5 packets");
        assertThat(shown()).endsWith("lianmai: 20 %: round 2\n").doesNotContain("\r");
    }
}
