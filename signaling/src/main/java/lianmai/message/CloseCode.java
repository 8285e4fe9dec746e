package lianmai.message;

/** Why the server closes a WebSocket (RFC 6455 §7.4; 4000 and above are ours). */
public enum CloseCode {
    NORMAL(1000, "normal"),
    GOING_AWAY(1001, "goingAway"),
    PROTOCOL(4000, "protocol"),
    UNAUTHORIZED(4001, "unauthorized"),
    KICKED(4002, "kicked"),
    SLOW_CONSUMER(4003, "slowConsumer"),
    REPLACED(4004, "replaced"),
    ROOM_CLOSED(4005, "roomClosed"),
    RATE(4006, "rate"),
    SILENT(4007, "silent");

    private final int code;
    private final String reason;

    CloseCode(final int code, final String reason) {
        this.code = code;
        this.reason = reason;
    }

    public int code() {
        return code;
    }

    /** The reason text of the close frame. */
    public String reason() {
        return reason;
    }
}
