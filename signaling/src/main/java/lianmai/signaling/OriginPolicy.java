package lianmai.signaling;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Which web pages may talk to the server.
 *
 * <p>With keys, any: a page without a token gets nowhere. Without keys the server is bound to loopback, and every page
 * in
 * the user's browser could reach it: then only pages from loopback or from the very address that was asked, which must
 * be an IP literal, since a foreign name may be made to resolve to loopback. Programs send no {@code Origin} and may.
 *
 * <p>Thread: any; stateless.
 */
public final class OriginPolicy {
    private final boolean anyOrigin;

    /** @param anyOrigin whether tokens protect the server */
    public OriginPolicy(final boolean anyOrigin) {
        this.anyOrigin = anyOrigin;
    }

    /**
     * @param origin the {@code Origin} header, or null
     * @param host the {@code Host} header, or null
     */
    public boolean allows(final String origin, final String host) {
        if (anyOrigin || origin == null) {
            return true;
        }
        final String authority = authorityOf(origin);
        if (authority == null) {
            return false;
        }
        final String name = nameOf(authority);
        final boolean sameOrigin = authority.equalsIgnoreCase(host);
        return isLoopback(name) || sameOrigin && isLiteral(name);
    }

    /** {@code host:port} of an origin (RFC 6454 §6.1), or null when it has none. */
    private static String authorityOf(final String origin) {
        try {
            return new URI(origin).getRawAuthority();
        } catch (final URISyntaxException notAnOrigin) {
            return null;
        }
    }

    private static String nameOf(final String authority) {
        final int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
        return (end <= 0 ? authority : authority.substring(0, end)).toLowerCase(Locale.ROOT);
    }

    private static boolean isLoopback(final String name) {
        return "localhost".equals(name) || "[::1]".equals(name) || isIpv4(name) && name.startsWith("127.");
    }

    private static boolean isLiteral(final String name) {
        return isIpv4(name) || name.startsWith("[") && name.endsWith("]");
    }

    private static boolean isIpv4(final String name) {
        return name.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }
}
