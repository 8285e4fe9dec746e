package lianmai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import lianmai.message.ErrorCode;
import lianmai.message.Role;
import lianmai.room.Admission;
import lianmai.room.Claims;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OTHER = "fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
    private static final Claims CLAIMS = new Claims("tea", "ann@example", "Ann", Role.HOST, true);

    private final Tokens tokens = new Tokens(Map.of("k1", SECRET));

    @Test
    void shouldVerifyWhatItMinted() {
        assertThat(tokens.verify(tokens.mint(CLAIMS, NOW + 1000), NOW)).isEqualTo(new Admission.Granted(CLAIMS));
    }

    @Test
    void shouldMintWithTheFirstKeyAndAcceptAll() {
        final Map<String, byte[]> keys = new LinkedHashMap<>();
        keys.put("new", OTHER);
        keys.put("k1", SECRET);
        final Tokens both = new Tokens(keys);
        assertThat(both.verify(tokens.mint(CLAIMS, NOW + 1000), NOW)).isInstanceOf(Admission.Granted.class);
        assertThat(tokens.verify(both.mint(CLAIMS, NOW + 1000), NOW)).isInstanceOf(Admission.Denied.class);
    }

    @Test
    void shouldRefuseAnExpiredToken() {
        final String token = tokens.mint(CLAIMS, NOW);
        assertThat(code(tokens.verify(token, NOW - 1000))).isNull();
        assertThat(code(tokens.verify(token, NOW))).isEqualTo(ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void shouldAskForAToken() {
        assertThat(code(tokens.admit(null, "Ann", NOW))).isEqualTo(ErrorCode.BAD_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "a.b.c",
                "..",
                "eyJhbGciOiJub25lIn0.e30.",
                "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
                "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0.e30.c2ln",
                "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0.bm90IGpzb24.c2ln"
            })
    void shouldRefuseWhatIsNoToken(final String token) {
        assertThat(code(tokens.verify(token, NOW))).isEqualTo(ErrorCode.BAD_TOKEN);
    }

    @Test
    void shouldRefuseAChangedToken() {
        final String token = tokens.mint(CLAIMS, NOW + 1000);
        for (int i = 0; i < token.length() - 1; i++) {
            final char other = token.charAt(i) == 'A' ? 'B' : 'A';
            final String changed = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(code(tokens.verify(changed, NOW))).as("position " + i).isEqualTo(ErrorCode.BAD_TOKEN);
        }
    }

    @Test
    void shouldRefuseAnotherKeyUnderTheSameNameAndOtherAlgorithms() throws Exception {
        assertThat(code(tokens.verify(sign(JWSAlgorithm.HS256, "k1", OTHER, valid().build()), NOW)))
                .isEqualTo(ErrorCode.BAD_TOKEN);
        final byte[] longSecret = new byte[64];
        final Tokens longKey = new Tokens(Map.of("k1", longSecret));
        assertThat(code(longKey.verify(sign(JWSAlgorithm.HS512, "k1", longSecret, valid().build()), NOW)))
                .isEqualTo(ErrorCode.BAD_TOKEN);
    }

    @Test
    void shouldRefuseMissingOrOddClaims() throws Exception {
        assertThat(codeOf(valid().claim("room", null))).isEqualTo(ErrorCode.BAD_TOKEN);
        assertThat(codeOf(valid().claim("room", 7))).isEqualTo(ErrorCode.BAD_TOKEN);
        assertThat(codeOf(valid().subject(null))).isEqualTo(ErrorCode.BAD_TOKEN);
        assertThat(codeOf(valid().claim("role", "king"))).isEqualTo(ErrorCode.BAD_TOKEN);
        assertThat(codeOf(valid().claim("publish", "yes"))).isEqualTo(ErrorCode.BAD_TOKEN);
        assertThat(codeOf(valid().claim("name", "a\u0000"))).isEqualTo(ErrorCode.BAD_TOKEN);
        assertThat(codeOf(valid().expirationTime(null))).isEqualTo(ErrorCode.BAD_TOKEN);
        assertThat(codeOf(valid().notBeforeTime(Date.from(Instant.parse("2999-01-01T00:00:00Z")))))
                .isEqualTo(ErrorCode.BAD_TOKEN);
        assertThat(codeOf(valid().notBeforeTime(Date.from(Instant.EPOCH)))).isNull();
        assertThat(codeOf(valid())).isNull();
    }

    @Test
    void shouldLetViewersPublishOnlyWhenTheTokenSaysSo() throws Exception {
        assertThat(claimsOf(valid().claim("role", null)).publish()).isFalse();
        assertThat(claimsOf(valid().claim("role", "viewer").claim("publish", true))
                        .publish())
                .isTrue();
        assertThat(claimsOf(valid().claim("role", "guest")).publish()).isTrue();
    }

    @Test
    void shouldRefuseShortSecrets() {
        assertThatThrownBy(() -> new Tokens(Map.of("k", new byte[31])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32");
        assertThatThrownBy(() -> new Tokens(Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static JWTClaimsSet.Builder valid() {
        return new JWTClaimsSet.Builder()
                .subject("x")
                .claim("room", "tea")
                .expirationTime(Date.from(Instant.ofEpochMilli(NOW + 1000)));
    }

    private ErrorCode codeOf(final JWTClaimsSet.Builder claims) throws Exception {
        return code(tokens.verify(sign(JWSAlgorithm.HS256, "k1", SECRET, claims.build()), NOW));
    }

    private Claims claimsOf(final JWTClaimsSet.Builder claims) throws Exception {
        final String token = sign(JWSAlgorithm.HS256, "k1", SECRET, claims.build());
        return ((Admission.Granted) tokens.verify(token, NOW)).claims();
    }

    private static String sign(
            final JWSAlgorithm algorithm, final String keyId, final byte[] secret, final JWTClaimsSet claims)
            throws Exception {
        final SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static ErrorCode code(final Admission.Result result) {
        return result instanceof Admission.Denied denied ? denied.refusal().code() : null;
    }
}
