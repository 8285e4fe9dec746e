package lianmai.ice;

/**
 * What {@link IceLiteAgent#verify} says about a check. Negative: drop it, answer nothing, nothing has changed. Else it
 * is authentic, and the value is what {@link IceLiteAgent#answer} wants to have back.
 */
public final class IceStatus {
    /** Not a STUN message whose attributes fill it. */
    public static final int MALFORMED = -1;
    /** A response, or a method other than Binding. */
    public static final int NOT_A_CHECK = -2;
    /** A Binding indication: nobody signs it, so it keeps nothing alive here. */
    public static final int INDICATION = -3;
    /** USERNAME is missing or not exactly {@code ours:theirs}. */
    public static final int BAD_USERNAME = -4;
    /** FINGERPRINT is missing, does not fit, or is not the last attribute. */
    public static final int BAD_FINGERPRINT = -5;
    /** MESSAGE-INTEGRITY is missing or does not fit. */
    public static final int BAD_INTEGRITY = -6;
    /** This agent's consent has expired; only a restart brings it back. */
    public static final int EXPIRED = -7;

    static final int OK = 0;
    static final int ROLE_CONFLICT = 1;
    static final int UNKNOWN_ATTRIBUTE = 2;
    static final int KIND_MASK = 3;
    /** Set when the check came under the credentials from before a restart. */
    static final int PREVIOUS = 4;

    private IceStatus() {}
}
