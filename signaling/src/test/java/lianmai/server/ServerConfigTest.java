package lianmai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import lianmai.io.UdpPorts;
import lianmai.room.RoomLimits;
import lianmai.srtp.SrtpProviders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong settings are told in one line that says what to do; nothing lets others in by oversight. */
class ServerConfigTest {
    private static final Map<String, String> KEYS = Map.of("main", "0123456789abcdef0123456789abcdef");

    @TempDir
    private Path folder;

    private Path pem;

    @BeforeEach
    void writePem() throws IOException {
        pem = Files.writeString(folder.resolve("a.pem"), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.3.2.1", "::1", "localhost"})
    void shouldLetThisMachineInWithoutKeysOrTls(final String host) {
        assertThat(config(host, null, Map.of()).isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void shouldWantKeysAndTlsBeforeItLetsOthersIn(final String host) {
        assertRefused(host, null, Map.of());
        assertRefused(host, pem, Map.of());
        assertRefused(host, null, KEYS);
        assertThat(config(host, pem, KEYS).usesTls()).isTrue();
    }

    private void assertRefused(final String host, final Path tls, final Map<String, String> keys) {
        assertThatThrownBy(() -> config(host, tls, keys))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("./lianmai serve --host " + host + " --config")
                .hasMessageNotContaining("\n");
    }

    @Test
    void shouldNeverPrintASecret() {
        assertThat(config("127.0.0.1", null, KEYS).toString()).doesNotContain("0123456789");
    }

    @Test
    void shouldReadOptionsAndKeysFromAFile() throws IOException {
        final ConfigFile file = file("# mine\nhost=0.0.0.0\n port = 9000 \nkey.b=" + "b".repeat(32) + "\n");
        assertThat(file.value("host")).isEqualTo("0.0.0.0");
        assertThat(file.value("port")).isEqualTo("9000");
        assertThat(file.value("seats")).isNull();
        assertThat(file.keys()).containsOnlyKeys("b");
    }

    @ParameterizedTest
    @CsvSource({"hots=1, unknown setting 'hots'", "key.a=short, key.a has 5 characters"})
    void shouldSayWhichLineOfTheFileIsWrong(final String line, final String said) {
        assertThatThrownBy(() -> file(line).keys())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(said);
    }

    @Test
    void shouldSayThatTheFileIsNotThere() {
        final Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> ConfigFile.read(nowhere))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("does not exist");
    }

    private ConfigFile file(final String text) throws IOException {
        return ConfigFile.read(Files.writeString(folder.resolve("lianmai.conf"), text));
    }

    private static ServerConfig config(final String host, final Path tls, final Map<String, String> keys) {
        return new ServerConfig(
                host,
                8090,
                8090,
                List.of(),
                UdpPorts.Mode.AUTO,
                SrtpProviders.Mode.AUTO,
                tls,
                tls,
                keys,
                RoomLimits.DEFAULT,
                1,
                null,
                null);
    }
}
