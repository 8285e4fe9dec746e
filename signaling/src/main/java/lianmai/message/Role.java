package lianmai.message;

import java.util.Locale;

/** What a member may do in a room. */
public enum Role {
    /** Everything. A room has at most one. */
    HOST,
    /** Sits on the stage, or brought a token that lets it. */
    GUEST,
    /** Watches, chats, applies for the stage. */
    VIEWER,
    /** What the host may, but nothing to the host. */
    MODERATOR;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The name in messages and tokens. */
    public String text() {
        return text;
    }

    /** The role of that name, or null. */
    public static Role of(final String text) {
        for (final Role role : values()) {
            if (role.text.equals(text)) {
                return role;
            }
        }
        return null;
    }
}
