package lianmai.sdp;

/** Which way media of an m-line flows, as the describing side sees it (RFC 8866 §6.7). */
public enum Direction {
    SENDRECV("sendrecv", true, true),
    SENDONLY("sendonly", true, false),
    RECVONLY("recvonly", false, true),
    INACTIVE("inactive", false, false);

    private final String attribute;
    private final boolean sends;
    private final boolean receives;

    Direction(final String attribute, final boolean sends, final boolean receives) {
        this.attribute = attribute;
        this.sends = sends;
        this.receives = receives;
    }

    public String attribute() {
        return attribute;
    }

    public boolean sends() {
        return sends;
    }

    public boolean receives() {
        return receives;
    }

    /** The direction of an attribute's name, or null. */
    static Direction of(final String attribute) {
        return switch (attribute) {
            case "sendrecv" -> SENDRECV;
            case "sendonly" -> SENDONLY;
            case "recvonly" -> RECVONLY;
            case "inactive" -> INACTIVE;
            default -> null;
        };
    }
}
