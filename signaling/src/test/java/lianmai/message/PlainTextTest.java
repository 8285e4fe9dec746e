package lianmai.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "连麦", "Zoë 2", "👩‍🚀", "❤️", "עברית", "मि"})
    void shouldTakeNamesOfAllScripts(final String name) {
        assertThat(PlainText.isName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\u00A0",
                "a\u0000",
                "a\nb",
                "a\u2028b",
                "\u200B",
                "\u3164",
                "host\u202Egro",
                "\u2066x",
                "\uD800"
            })
    void shouldRefuseNamesThatHideOrDisturbOthers(final String name) {
        assertThat(PlainText.isName(name)).isFalse();
    }
}
