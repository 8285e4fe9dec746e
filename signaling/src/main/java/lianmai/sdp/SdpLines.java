package lianmai.sdp;

/**
 * Walks over the lines of a description without copying the text. Lines end with CR LF or LF (RFC 8866 §5); empty
 * lines are skipped.
 */
final class SdpLines {
    private final String text;
    private int next;
    private int start;
    private int end;

    SdpLines(final String text) {
        this.text = text;
    }

    /** Whether there are more than {@code limit} lines; stops counting there. */
    static boolean exceed(final String text, final int limit) {
        int lines = 0;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            if (++lines > limit) {
                return true;
            }
        }
        return false;
    }

    /** Goes to the next line that is not empty; false at the end. */
    boolean advance() {
        while (next < text.length()) {
            start = next;
            final int feed = text.indexOf('\n', start);
            end = feed < 0 ? text.length() : feed;
            next = end + 1;
            if (end > start && text.charAt(end - 1) == '\r') {
                end--;
            }
            if (end > start) {
                return true;
            }
        }
        return false;
    }

    /** The line's letter, or 0 when the line is not of the form {@code x=…}. */
    char type() {
        return end - start >= 2 && text.charAt(start + 1) == '=' ? text.charAt(start) : 0;
    }

    /** What follows {@code x=}. */
    String value() {
        return text.substring(start + 2, end);
    }
}
