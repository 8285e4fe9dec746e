package lianmai.signaling;

import lianmai.message.ErrorCode;
import lianmai.message.PlainText;
import lianmai.room.Refusal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads the fields of one request and remembers the first that is wrong, so that a reader can take them all and then
 * ask
 * once. A wrong field reads as null, false or 0.
 */
final class Fields {
    /** What characters a text may have. */
    enum Text {
        /** No control characters: names, tokens, ids. */
        LINE,
        /** Line breaks and tabs too: chat, SDP. */
        LINES
    }

    private final JsonNode object;
    private final String prefix;
    private final Fields root;
    private String wrong;

    Fields(final JsonNode object) {
        this.object = object;
        prefix = "";
        root = this;
    }

    private Fields(final JsonNode object, final String prefix, final Fields root) {
        this.object = object;
        this.prefix = prefix;
        this.root = root;
    }

    /** The refusal that names the first wrong field, or null. */
    Refusal refusal() {
        return root.wrong == null ? null : new Refusal(ErrorCode.BAD_MESSAGE, root.wrong);
    }

    boolean has(final String name) {
        final JsonNode value = object.get(name);
        return value != null && !value.isNull();
    }

    /** The fields of an object in a field. */
    Fields object(final String name) {
        final JsonNode value = object.get(name);
        if (value == null || !value.isObject()) {
            wrong(name, "must be an object");
        }
        return new Fields(value == null ? JsonNodeFactory.instance.objectNode() : value, prefix + name + ".", root);
    }

    String text(final String name, final int longest, final Text kind) {
        final JsonNode value = object.get(name);
        if (value == null || !value.isString()) {
            wrong(name, "must be a text");
            return null;
        }
        final String text = value.stringValue();
        if (text.isBlank() || text.length() > longest) {
            wrong(name, "must have 1 to " + longest + " characters");
            return null;
        }
        if (kind == Text.LINE ? !PlainText.isLine(text) : !PlainText.isLines(text)) {
            wrong(name, "has characters that are not allowed");
            return null;
        }
        return text;
    }

    String optionalText(final String name, final int longest) {
        return has(name) ? text(name, longest, Text.LINE) : null;
    }

    boolean flag(final String name, final boolean fallback) {
        if (!has(name)) {
            return fallback;
        }
        final JsonNode value = object.get(name);
        if (!value.isBoolean()) {
            wrong(name, "must be true or false");
            return fallback;
        }
        return value.booleanValue();
    }

    long number(final String name, final long least, final long most) {
        final JsonNode value = object.get(name);
        final boolean fits = value != null && value.isIntegralNumber() && value.canConvertToLong();
        final long number = fits ? value.longValue() : least - 1;
        if (!fits || number < least || number > most) {
            wrong(name, "must be a whole number from " + least + " to " + most);
            return least;
        }
        return number;
    }

    Integer optionalNumber(final String name, final int least, final int most) {
        return has(name) ? (Integer) (int) number(name, least, most) : null;
    }

    void wrong(final String name, final String why) {
        if (root.wrong == null) {
            root.wrong = "The field '" + prefix + name + "' " + why + ".";
        }
    }
}
