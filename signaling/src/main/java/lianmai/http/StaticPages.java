package lianmai.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The studio's files, from the class path under {@code /web/}. Only plain names with a known ending are looked up, so a
 * path can neither climb out nor name a folder. Files are kept in memory once asked for; there are a few dozen.
 *
 * <p>Thread: signaling (confined).
 */
final class StaticPages {
    private static final String ROOT = "/web/";
    private static final int MAX_DEPTH = 4;

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "json", "application/json",
            "woff2", "font/woff2",
            "webmanifest", "application/manifest+json");

    private record Page(String type, String etag, byte[] bytes) {}

    private final Map<String, Page> pages = new HashMap<>();

    /** A file, 304 when the client has it, or null when there is none. */
    HttpReply get(final List<String> path, final String ifNoneMatch) {
        final Page page = page(path);
        if (page == null) {
            return null;
        }
        final boolean known = ifNoneMatch != null && ifNoneMatch.contains(page.etag);
        final HttpReply reply = known ? HttpReply.of(304) : HttpReply.of(200, page.type, page.bytes);
        return reply.with("etag", page.etag)
                .with("cache-control", "no-cache")
                .with(
                        "content-security-policy",
                        "default-src 'self'; object-src 'none'; base-uri 'none'; "
                                + "form-action 'self'; frame-ancestors 'none'")
                .with("x-content-type-options", "nosniff")
                .with("referrer-policy", "no-referrer")
                // The client library is there to be imported by other people's pages.
                .with("access-control-allow-origin", "*");
    }

    private Page page(final List<String> path) {
        final boolean root = path.size() == 1 && path.getFirst().isEmpty();
        final String name = root ? "index.html" : String.join("/", path);
        final Page known = pages.get(name);
        if (known != null) {
            return known;
        }
        final String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null || !root && !plain(path)) {
            return null;
        }
        final byte[] bytes = read(ROOT + name);
        if (bytes == null) {
            return null;
        }
        final Page page = new Page(type, etag(bytes), bytes);
        pages.put(name, page);
        return page;
    }

    private static boolean plain(final List<String> path) {
        return path.size() <= MAX_DEPTH
                && path.stream().allMatch(name -> name.length() <= 64 && name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*"));
    }

    private static byte[] read(final String resource) {
        try (InputStream in = StaticPages.class.getResourceAsStream(resource)) {
            return in == null ? null : in.readAllBytes();
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }

    private static String etag(final byte[] bytes) {
        try {
            final byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(hash, 0, 12) + '"';
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
