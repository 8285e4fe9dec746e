package lianmai.room;

/**
 * What of a member's media is muted, and by whom: a host's mute and one's own are kept apart, so that neither can undo
 * the other.
 */
record Mutes(boolean audioBySelf, boolean videoBySelf, boolean audioByHost, boolean videoByHost) {
    static final Mutes NONE = new Mutes(false, false, false, false);

    boolean audio() {
        return audioBySelf || audioByHost;
    }

    boolean video() {
        return videoBySelf || videoByHost;
    }

    /** These, with the meant kinds set to {@code on}. */
    Mutes bySelf(final boolean audio, final boolean video, final boolean on) {
        return new Mutes(audio ? on : audioBySelf, video ? on : videoBySelf, audioByHost, videoByHost);
    }

    Mutes byHost(final boolean audio, final boolean video, final boolean on) {
        return new Mutes(audioBySelf, videoBySelf, audio ? on : audioByHost, video ? on : videoByHost);
    }
}
