package lianmai.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UfragKeyTest {
    @Test
    void shouldBeOneToOneWithEightIceCharacters() {
        final Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            final long key = UfragKey.random(random::nextLong);
            final String text = UfragKey.text(key);
            assertThat(text).hasSize(8).matches("[A-Za-z0-9+/]{8}");
            assertThat(UfragKey.of(text)).isEqualTo(key).isNotNegative();
        }
        assertThat(UfragKey.text(0)).isEqualTo("AAAAAAAA");
        assertThat(UfragKey.of("////////")).isEqualTo((1L << 48) - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "evtj", "ABCDEFG", "ABCDEFGHI", "ABCDEFG:", "ABCDEFG\u00e9"})
    void shouldRefuseWhatIsNotOneOfOurs(final String text) {
        assertThat(UfragKey.of(text)).isEqualTo(UfragKey.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ABCDEFGH", "ABCDEFG:HIJK", "ABCDEFGHI:x", "ABC EFGH:x", "evtj:h6vY"})
    void shouldFindNoPeerInAnotherUsername(final String username) {
        final Checks check = Checks.request(username);
        assertThat(UfragKey.ofUsername(check.buffer, 0, check.length)).isEqualTo(UfragKey.NONE);
    }

    @Test
    void shouldFindOurHalfOfAUsername() {
        final Checks check = Checks.request("ABCDEFGH:theirs");
        assertThat(UfragKey.ofUsername(check.buffer, 0, check.length)).isEqualTo(UfragKey.of("ABCDEFGH"));
        final Checks none = Checks.begin(StunMessage.BINDING_REQUEST);
        assertThat(UfragKey.ofUsername(none.buffer, 0, none.length)).isEqualTo(UfragKey.NONE);
    }

    @Test
    void shouldFindNoPeerInAMessageCutWithinAnAttribute() {
        final byte[] whole = Checks.request("ABCDEFGH:theirs").bytes();
        final UnsafeBuffer cut = new UnsafeBuffer(whole, 0, 32);
        assertThat(UfragKey.ofUsername(cut, 0, 32)).isEqualTo(UfragKey.NONE);
    }

    @Test
    void shouldMakeCredentialsThatDifferAndAreLongEnough() {
        final Random random = new Random(2);
        final Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            final IceCredentials credentials = IceCredentials.random(random::nextLong);
            assertThat(credentials.password()).matches("[A-Za-z0-9+/]{24}");
            assertThat(credentials.toString()).doesNotContain(credentials.password());
            assertThat(seen.add(credentials.ufrag()) && seen.add(credentials.password()))
                    .isTrue();
        }
    }
}
