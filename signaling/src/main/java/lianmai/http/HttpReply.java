package lianmai.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import lianmai.message.ErrorCode;
import lianmai.room.Refusal;
import tools.jackson.databind.json.JsonMapper;

/**
 * One HTTP answer. The shell adds its length.
 *
 * @param headers in the order written
 */
public record HttpReply(int status, Map<String, String> headers, byte[] body) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final byte[] NOTHING = new byte[0];

    static HttpReply of(final int status) {
        return new HttpReply(status, Map.of(), NOTHING);
    }

    static HttpReply of(final int status, final String type, final byte[] body) {
        return new HttpReply(status, Map.of("content-type", type), body);
    }

    static HttpReply of(final int status, final String type, final String body) {
        return of(status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    static HttpReply json(final int status, final Object value) {
        return of(status, "application/json", JSON.writeValueAsBytes(value)).with("cache-control", "no-store");
    }

    /** The protocol's error code and sentence, under the status that comes nearest. */
    static HttpReply refusal(final Refusal refusal) {
        final int status = status(refusal.code());
        final HttpReply reply = refusal(status, refusal.code(), refusal.sentence());
        return switch (status) {
            case 401 -> reply.with("www-authenticate", "Bearer");
            case 503 -> reply.with("retry-after", "1");
            default -> reply;
        };
    }

    static HttpReply refusal(final int status, final ErrorCode code, final String sentence) {
        final Map<String, String> problem = new LinkedHashMap<>();
        problem.put("code", code.code());
        problem.put("message", sentence);
        return json(status, problem);
    }

    /** This, with one header more. */
    HttpReply with(final String name, final String value) {
        final Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpReply(status, more, body);
    }

    private static int status(final ErrorCode code) {
        return switch (code) {
            case BAD_TOKEN, TOKEN_EXPIRED -> 401;
            case NOT_ALLOWED, CANNOT_PUBLISH, KICKED, ROOM_LOCKED -> 403;
            case ROOM_NOT_FOUND, NO_SUCH_SEAT, NO_SUCH_MEMBER -> 404;
            case SDP_NO_CODEC -> 406;
            case STAGE_FULL, ROOM_FULL, BAD_STATE -> 409;
            case TOO_LARGE, SDP_TOO_LONG -> 413;
            // The text is SDP, but not one that could be served (RFC 9725 §4.2).
            case SDP_NO_MEDIA, SDP_NOT_SECURE, SDP_FINGERPRINT, SDP_ICE_LITE -> 422;
            case RATE_LIMITED -> 429;
            case INTERNAL -> 500;
            case BUSY, SERVER_CLOSING, TOO_MANY_ROOMS -> 503;
            default -> 400;
        };
    }
}
