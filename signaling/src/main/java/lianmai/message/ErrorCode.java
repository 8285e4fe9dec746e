package lianmai.message;

/** Every reason for which a request is refused, with the one sentence that a person reads. */
public enum ErrorCode {
    BAD_JSON("badJson", "The frame is not one JSON object."),
    BAD_MESSAGE("badMessage", "A field is missing or has the wrong type or size."),
    UNKNOWN_TYPE("unknownType", "There is no request of this type."),
    TOO_LARGE("tooLarge", "The message is larger than allowed."),
    TOO_DEEP("tooDeep", "The message is nested deeper than 16 levels."),
    RATE_LIMITED("rateLimited", "Too many messages; wait a moment."),
    NOT_JOINED("notJoined", "Join a room first."),
    ALREADY_JOINED("alreadyJoined", "This connection has joined a room already."),
    BAD_STATE("badState", "The request does not fit what is going on now."),
    MEDIA_OVER("mediaOver", "The server has given this peer connection up; offer a new one."),
    NOT_ALLOWED("notAllowed", "Your role does not allow this."),
    CANNOT_PUBLISH("cannotPublish", "This member may not or cannot send media."),
    NO_SUCH_MEMBER("noSuchMember", "There is no such member in this room."),
    NO_SUCH_SEAT("noSuchSeat", "There is no such seat on this stage."),
    STAGE_FULL("stageFull", "No seat is free."),
    ROOM_FULL("roomFull", "The room is full."),
    ROOM_LOCKED("roomLocked", "The room is locked."),
    ROOM_NOT_FOUND("roomNotFound", "There is no such room."),
    TOO_MANY_ROOMS("tooManyRooms", "The server has as many rooms as it may have."),
    BAD_TOKEN("badToken", "The token is missing, malformed, or not signed with a known key."),
    TOKEN_EXPIRED("tokenExpired", "The token has expired."),
    KICKED("kicked", "You were removed from this room; try again in 10 minutes."),
    RESUME_EXPIRED("resumeExpired", "The session is over; join anew."),
    BAD_OFFER("badOffer", "The offer is not valid SDP."),
    SDP_NO_MEDIA("sdpNoMedia", "The offer has no audio or video line that the server can use."),
    SDP_NOT_SECURE("sdpNotSecure", "The offer does not use DTLS-SRTP."),
    SDP_TOO_LONG("sdpTooLong", "The offer is too long."),
    SDP_FINGERPRINT("sdpFingerprint", "The offer has no usable certificate fingerprint, or more than one."),
    SDP_ICE_LITE("sdpIceLite", "The offer is ice-lite, and so is the server."),
    SDP_NO_CODEC("sdpNoCodec", "The offer shares no codec with the server."),
    BUSY("busy", "The server is too busy; try again soon."),
    SERVER_CLOSING("serverClosing", "The server is shutting down."),
    INTERNAL("internal", "Something went wrong on the server.");

    private final String code;
    private final String sentence;

    ErrorCode(final String code, final String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    /** The name in messages; programs match on it. */
    public String code() {
        return code;
    }

    /** What it says when there is nothing more exact to say. */
    public String sentence() {
        return sentence;
    }
}
