package lianmai.rtp;

import java.util.Arrays;
import java.util.Map;

/**
 * Which id each header extension has on one m-line (RFC 8285 §5). Immutable; looking up allocates nothing.
 *
 * <p>Units: ids are 1 … 14 in the one-byte form and up to 255 in the two-byte form; 0 means not negotiated.
 */
public final class ExtensionIds {
    // Before NONE, whose construction needs it.
    private static final RtpExtension[] KINDS = RtpExtension.values();

    /** Nothing negotiated. */
    public static final ExtensionIds NONE = new ExtensionIds(Map.of());

    private final int[] idByKind = new int[KINDS.length];
    private final RtpExtension[] kindById = new RtpExtension[256];

    public ExtensionIds(final Map<RtpExtension, Integer> ids) {
        ids.forEach((kind, id) -> {
            if (id < 1 || id > 255) {
                throw new IllegalArgumentException("header extension id out of 1..255: " + id);
            }
            idByKind[kind.ordinal()] = id;
            kindById[id] = kind;
        });
    }

    /** The id of an extension, or 0 when it was not negotiated. */
    public int id(final RtpExtension kind) {
        return idByKind[kind.ordinal()];
    }

    /** The extension behind an id, or null. */
    public RtpExtension kind(final int id) {
        return id >= 1 && id <= 255 ? kindById[id] : null;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof ExtensionIds that && Arrays.equals(idByKind, that.idByKind);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(idByKind);
    }

    @Override
    public String toString() {
        return "ExtensionIds" + Arrays.toString(idByKind);
    }
}
