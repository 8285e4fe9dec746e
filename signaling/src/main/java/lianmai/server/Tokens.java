package lianmai.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import lianmai.message.ErrorCode;
import lianmai.message.PlainText;
import lianmai.message.Role;
import lianmai.room.Admission;
import lianmai.room.Claims;
import lianmai.room.Refusal;

/**
 * Mints and verifies the tokens of {@code docs/protocol.md}: JWT (RFC 7519) with HS256 (RFC 7515) and a key id. Other
 * algorithms, {@code none} above all, are refused.
 *
 * <p>Thread: any; immutable. Units: ms since the Unix epoch.
 */
public final class Tokens implements Admission {
    /** HS256 keys shorter than its hash are forbidden (RFC 7518 §3.2). */
    public static final int MIN_SECRET_BYTES = 32;

    private final Map<String, byte[]> secrets = new LinkedHashMap<>();

    /**
     * @param secrets key id → secret of at least 32 bytes; the first is minted with
     * @throws IllegalArgumentException when there is none or one is too short
     */
    public Tokens(final Map<String, byte[]> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("at least one token key is needed");
        }
        secrets.forEach((keyId, secret) -> {
            if (keyId.isBlank() || secret.length < MIN_SECRET_BYTES) {
                throw new IllegalArgumentException(
                        "token key '" + keyId + "' needs a secret of at least " + MIN_SECRET_BYTES + " bytes");
            }
            this.secrets.put(keyId, secret.clone());
        });
    }

    /** A token with the first key. */
    public String mint(final Claims claims, final long expiresAtEpochMillis) {
        final Map.Entry<String, byte[]> key = secrets.entrySet().iterator().next();
        final JWTClaimsSet set = new JWTClaimsSet.Builder()
                .subject(claims.identity())
                .claim("room", claims.room())
                .claim("name", claims.name())
                .claim("role", claims.role() == null ? null : claims.role().text())
                .claim("publish", claims.publish())
                .expirationTime(Date.from(Instant.ofEpochMilli(expiresAtEpochMillis)))
                .build();
        final JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKey()).build();
        final SignedJWT token = new SignedJWT(header, set);
        try {
            token.sign(new MACSigner(key.getValue()));
        } catch (final JOSEException impossible) {
            throw new IllegalStateException("HS256 with a key of sufficient length failed", impossible);
        }
        return token.serialize();
    }

    /** Whose token it is, or why it is refused. */
    public Result verify(final String token, final long epochMillis) {
        try {
            final SignedJWT jwt = SignedJWT.parse(token);
            final String keyId = jwt.getHeader().getKeyID();
            final byte[] secret = keyId == null ? null : secrets.get(keyId);
            if (secret == null) {
                return denied("The token names no key of this server.");
            }
            if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm())) {
                return denied("The token is not signed with HS256.");
            }
            if (!jwt.verify(new MACVerifier(secret))) {
                return denied("The token's signature is wrong.");
            }
            return claims(jwt.getJWTClaimsSet(), epochMillis);
        } catch (final ParseException | JOSEException | IllegalArgumentException | IllegalStateException malformed) {
            return denied("The token is malformed.");
        }
    }

    @Override
    public Result admit(final String token, final String name, final long epochMillis) {
        return token == null ? denied("A token is needed.") : verify(token, epochMillis);
    }

    private static Result claims(final JWTClaimsSet set, final long epochMillis) throws ParseException {
        final Date expires = set.getExpirationTime();
        if (expires == null) {
            return denied("The token has no 'exp'.");
        }
        if (expires.toInstant().toEpochMilli() <= epochMillis) {
            return new Denied(Refusal.of(ErrorCode.TOKEN_EXPIRED));
        }
        final Date begins = set.getNotBeforeTime();
        if (begins != null && begins.toInstant().toEpochMilli() > epochMillis) {
            return denied("The token is not valid yet.");
        }
        final String room = set.getStringClaim("room");
        final String identity = set.getSubject();
        final String name = set.getStringClaim("name");
        final String roleText = set.getStringClaim("role");
        final Role role = roleText == null ? Role.VIEWER : Role.of(roleText);
        if (isMissing(room) || isMissing(identity) || role == null || name != null && !PlainText.isName(name)) {
            return denied("The token's 'room', 'sub', 'name' or 'role' is missing or not valid.");
        }
        final Boolean publish = set.getBooleanClaim("publish");
        return new Granted(new Claims(room, identity, name, role, publish == null ? role != Role.VIEWER : publish));
    }

    private static boolean isMissing(final String text) {
        return text == null || text.isBlank();
    }

    private static Result denied(final String sentence) {
        return new Denied(new Refusal(ErrorCode.BAD_TOKEN, sentence));
    }
}
