package lianmai.room;

import java.util.Locale;
import lianmai.message.Role;

/**
 * Who somebody is and what they may.
 *
 * @param room the room it is good for, {@code *} for any
 * @param identity what a kick is remembered by
 * @param name the name to show, or null to take the one asked for
 * @param role null when nobody vouches for a role (a server without keys)
 * @param publish whether media may be sent
 */
public record Claims(String room, String identity, String name, Role role, boolean publish) {
    /** A guest of a server without keys: known by nothing but a name. */
    public static Claims anonymous(final String name) {
        return new Claims("*", name.strip().toLowerCase(Locale.ROOT), name.strip(), null, true);
    }

    /** These, with a name for who has none. */
    public Claims named(final String fallback) {
        return name == null ? new Claims(room, identity, fallback, role, publish) : this;
    }

    public boolean covers(final String roomName) {
        return "*".equals(room) || room.equals(roomName);
    }
}
