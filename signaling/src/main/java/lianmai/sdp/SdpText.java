package lianmai.sdp;

/** The small grammar that attributes share. */
final class SdpText {
    /** Not a number of the wanted range. */
    static final long NOT_A_NUMBER = -1;

    private SdpText() {}

    /** A decimal number of at most {@code max}, or {@link #NOT_A_NUMBER}. */
    static long number(final String text, final long max) {
        if (text.isEmpty() || text.length() > 10) {
            return NOT_A_NUMBER;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return NOT_A_NUMBER;
            }
            value = value * 10 + c - '0';
        }
        return value <= max ? value : NOT_A_NUMBER;
    }

    /** Whether every character is visible ASCII and there are 1 … {@code maxLength} of them. */
    static boolean visible(final String text, final int maxLength) {
        if (text.isEmpty() || text.length() > maxLength) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** Whether the text is {@code min} … 256 ice-chars (RFC 8839 §5.4). */
    static boolean iceChars(final String text, final int min) {
        if (text.length() < min || text.length() > 256) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            final boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && !(c >= '0' && c <= '9') && c != '+' && c != '/') {
                return false;
            }
        }
        return true;
    }

    /** The part before the first {@code separator}, or all of it. */
    static String before(final String text, final char separator) {
        final int at = text.indexOf(separator);
        return at < 0 ? text : text.substring(0, at);
    }

    /** The part after the first {@code separator}, or nothing. */
    static String after(final String text, final char separator) {
        final int at = text.indexOf(separator);
        return at < 0 ? "" : text.substring(at + 1);
    }
}
