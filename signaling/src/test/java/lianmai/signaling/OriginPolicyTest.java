package lianmai.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginPolicyTest {
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8090, 127.0.0.1:8090, true",
        "http://localhost:3000, 127.0.0.1:8090, true",
        "http://LOCALHOST, 127.0.0.1:8090, true",
        "http://[::1]:8090, [::1]:8090, true",
        "http://192.168.1.5:8090, 192.168.1.5:8090, true",
        "http://192.168.1.5:8091, 192.168.1.5:8090, false",
        "https://evil.example, 127.0.0.1:8090, false",
        "http://evil.example:8090, evil.example:8090, false",
        "http://localhost.evil.example, 127.0.0.1:8090, false",
        "http://127.evil.example, 127.0.0.1:8090, false",
        "http://127.0.0.1.evil.example, 127.0.0.1:8090, false",
        "http://127.0.0.1@evil.example, 127.0.0.1:8090, false",
        "null, 127.0.0.1:8090, false",
        "'', 127.0.0.1:8090, false",
        "http://%zz, 127.0.0.1:8090, false",
    })
    void shouldLetInOnlyPagesFromHereWithoutKeys(final String origin, final String host, final boolean allowed) {
        assertThat(new OriginPolicy(false).allows(origin, host)).isEqualTo(allowed);
        assertThat(new OriginPolicy(true).allows(origin, host)).isTrue();
    }

    @Test
    void shouldLetProgramsIn() {
        assertThat(new OriginPolicy(false).allows(null, "127.0.0.1:8090")).isTrue();
        assertThat(new OriginPolicy(false).allows("http://evil.example", null)).isFalse();
    }
}
