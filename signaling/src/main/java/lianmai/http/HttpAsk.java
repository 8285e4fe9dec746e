package lianmai.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP request, read completely.
 *
 * @param path its segments, percent-decoded each for itself, so that {@code %2F} separates nothing
 * @param query the first value of each parameter
 * @param headers by lower-case name
 * @param body as UTF-8
 */
public record HttpAsk(
        String method, List<String> path, Map<String, String> query, Map<String, String> headers, String body) {

    /** Takes a request apart; null when the target is malformed. */
    public static HttpAsk of(
            final String method, final String target, final Map<String, String> headers, final String body) {
        if (!target.startsWith("/")) {
            return null;
        }
        try {
            final int end = target.indexOf('?');
            final String rawPath = end < 0 ? target : target.substring(0, end);
            final List<String> path = new ArrayList<>();
            for (final String segment : rawPath.substring(1).split("/", -1)) {
                path.add(new QueryStringDecoder('/' + segment).path().substring(1));
            }
            final Map<String, String> query = new HashMap<>();
            new QueryStringDecoder(target).parameters().forEach((name, values) -> query.put(name, values.getFirst()));
            final Map<String, String> byLowerCase = new HashMap<>();
            headers.forEach((name, value) -> byLowerCase.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
            return new HttpAsk(method, List.copyOf(path), Map.copyOf(query), Map.copyOf(byLowerCase), body);
        } catch (final IllegalArgumentException notPercentEncoded) {
            return null;
        }
    }

    /** A header's value, or null. */
    public String header(final String name) {
        return headers.get(name);
    }

    /** Whether the method only reads. */
    boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }

    /** The media type of the body without parameters, lower case; empty when none is stated. */
    String contentType() {
        final String value = headers.getOrDefault("content-type", "");
        final int parameters = value.indexOf(';');
        return (parameters < 0 ? value : value.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    /** The token of {@code Authorization: Bearer} (RFC 6750 §2.1), or null. */
    String bearer() {
        final String value = headers.getOrDefault("authorization", "");
        return value.regionMatches(true, 0, "Bearer ", 0, 7)
                ? value.substring(7).strip()
                : null;
    }
}
