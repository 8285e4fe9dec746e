package lianmai.message;

/** Which characters a text may have. */
public final class PlainText {
    /** The longest name of a room or a member, in characters. */
    public static final int MAX_NAME = 64;

    private PlainText() {}

    /** Whether it can name a room or a member. */
    public static boolean isName(final String text) {
        return !text.isBlank() && text.length() <= MAX_NAME && isLine(text);
    }

    /** Whether it has no control characters, shows something, and can be written as UTF-8. */
    public static boolean isLine(final String text) {
        return isWritable(text)
                && text.codePoints().noneMatch(c -> Character.isISOControl(c) || breaksLines(c))
                && text.codePoints().anyMatch(PlainText::isVisible);
    }

    /** Line separators, and what turns the direction of the text behind it: it would change how others' names look. */
    private static boolean breaksLines(final int c) {
        return c == 0x2028 || c == 0x2029 || c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
    }

    /** Whether a reader sees anything of it: neither space nor format character nor one of the letters without ink. */
    private static boolean isVisible(final int c) {
        return !Character.isWhitespace(c)
                && !Character.isSpaceChar(c)
                && Character.getType(c) != Character.FORMAT
                && c != 0x115F
                && c != 0x1160
                && c != 0x2800
                && c != 0x3164
                && c != 0xFFA0;
    }

    /** As {@link #isLine}, but with line breaks and tabs. */
    public static boolean isLines(final String text) {
        return isWritable(text)
                && text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t');
    }

    /** Whether every surrogate has its other half. */
    private static boolean isWritable(final String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
