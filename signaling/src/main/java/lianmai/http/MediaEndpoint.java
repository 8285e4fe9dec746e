package lianmai.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import lianmai.message.ErrorCode;
import lianmai.room.Claims;
import lianmai.room.HttpEntry;
import lianmai.room.Refusal;
import lianmai.room.Watch;
import lianmai.sdp.IceFragment;
import lianmai.sdp.SdpError;
import lianmai.sdp.SdpOutcome;

/**
 * WHIP (RFC 9725) or WHEP (draft-ietf-wish-whep): two protocols of one shape, which differ in how one enters.
 *
 * <pre>
 *   POST /whip/{room}             offer → 201, answer, Location, ETag
 *   PATCH /whip/{room}/{session}  more candidates → 204; with If-Match: * and new credentials an ICE restart → 200
 *   DELETE /whip/{room}/{session} → 200
 * </pre>
 *
 * <p>The session's URL is a secret of 144 bits and stands for the token that made it: a publisher whose token has
 * expired while it was live can still end its session.
 *
 * <p>Thread: signaling.
 */
final class MediaEndpoint {
    static final String SDP = "application/sdp";
    static final String FRAGMENT = "application/trickle-ice-sdpfrag";

    /** How one enters a room. */
    private interface Entrance {
        HttpEntry enter(String room, Claims claims, HttpAsk ask);
    }

    private final String name;
    private final Entrance entrance;
    private final RoomDoor door;
    private final IceSessions sessions;

    private MediaEndpoint(final String name, final Entrance entrance, final RoomDoor door, final IceSessions sessions) {
        this.name = name;
        this.entrance = entrance;
        this.door = door;
        this.sessions = sessions;
    }

    static MediaEndpoint whip(final RoomDoor door, final IceSessions sessions) {
        return new MediaEndpoint(
                "whip", (room, claims, ask) -> door.joinWhip(room, claims, ask.body()), door, sessions);
    }

    static MediaEndpoint whep(final RoomDoor door, final IceSessions sessions) {
        return new MediaEndpoint(
                "whep",
                (room, claims, ask) -> {
                    final Watch watch = watch(ask.query());
                    return watch == null
                            ? new HttpEntry.Refused(new Refusal(
                                    ErrorCode.BAD_MESSAGE, "The query is ?seat=<number> or ?follow=speaker."))
                            : door.joinWhep(room, claims, ask.body(), watch);
                },
                door,
                sessions);
    }

    /** What an offer comes to. */
    HttpReply post(final HttpAsk ask, final String room, final Claims claims) {
        if (!ask.contentType().equals(SDP)) {
            return HttpReply.refusal(415, ErrorCode.BAD_OFFER, "The body must be application/sdp.")
                    .with("accept-post", SDP);
        }
        return switch (entrance.enter(room, claims, ask)) {
            case HttpEntry.Refused refused -> HttpReply.refusal(refused.refusal());
            case HttpEntry.Admitted admitted ->
                HttpReply.of(201, SDP, admitted.answer())
                        .with("location", '/' + name + '/' + encoded(room) + '/' + encoded(admitted.resource()))
                        .with("etag", etag(admitted.peerId()))
                        .with("accept-patch", FRAGMENT)
                        .with("cache-control", "no-store");
        };
    }

    /** What an ICE fragment comes to. */
    HttpReply patch(final HttpAsk ask, final String resource) {
        final long peer = door.peerOf(resource);
        if (peer == 0) {
            return gone();
        }
        if (!ask.contentType().equals(FRAGMENT)) {
            return HttpReply.refusal(415, ErrorCode.BAD_OFFER, "The body must be " + FRAGMENT + '.')
                    .with("accept-patch", FRAGMENT);
        }
        final String match = ask.header("if-match");
        if (match == null) {
            return HttpReply.refusal(428, ErrorCode.BAD_STATE, "PATCH needs If-Match: the ETag, or * to restart ICE.");
        }
        return switch (IceFragment.parse(ask.body())) {
            case SdpOutcome.Refused<IceFragment>(final SdpError error) ->
                HttpReply.refusal(400, ErrorCode.BAD_OFFER, error.sentence());
            case SdpOutcome.Ok<IceFragment>(final IceFragment fragment)
            when match.equals("*") -> restart(resource, peer, fragment);
            // Candidates are learned from authenticated checks, so there is nothing to do but to agree.
            case SdpOutcome.Ok<IceFragment> _ when match.equals(etag(peer)) -> HttpReply.of(204);
            case SdpOutcome.Ok<IceFragment> _ ->
                HttpReply.refusal(412, ErrorCode.BAD_STATE, "The ETag is of an earlier ICE session.");
        };
    }

    /** Ends a session. */
    HttpReply delete(final String resource) {
        return door.leave(resource) ? HttpReply.of(200) : gone();
    }

    private HttpReply restart(final String resource, final long peer, final IceFragment fragment) {
        final IceSessions.Restart restart = sessions.restart(peer, fragment);
        if (restart == null) {
            return HttpReply.of(204);
        }
        door.restartIce(resource, restart.ice());
        return HttpReply.of(200, FRAGMENT, restart.fragment())
                .with("etag", etag(peer))
                .with("cache-control", "no-store");
    }

    /** Names the ICE session (RFC 9725 §4.3.1). */
    private String etag(final long peer) {
        return '"' + sessions.current(peer) + '"';
    }

    private static HttpReply gone() {
        return HttpReply.refusal(404, ErrorCode.NO_SUCH_MEMBER, "There is no such session, or it has ended.");
    }

    /** Which seat a viewer asks for; null when it cannot be understood. */
    private static Watch watch(final Map<String, String> query) {
        final String follow = query.get("follow");
        final String seat = query.get("seat");
        if (follow != null) {
            return follow.equals("speaker") && seat == null ? new Watch.Speaker() : null;
        }
        if (seat == null) {
            return new Watch.HostSeat();
        }
        return seat.matches("\\d{1,3}") ? new Watch.FixedSeat(Integer.parseInt(seat)) : null;
    }

    private static String encoded(final String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
