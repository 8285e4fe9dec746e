package lianmai.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lianmai.message.ErrorCode;
import lianmai.message.Role;
import lianmai.relay.PeerSpec;
import lianmai.room.Admission;
import lianmai.room.Claims;
import lianmai.room.HttpEntry;
import lianmai.room.Refusal;
import lianmai.room.RoomRegistry;
import lianmai.room.RoomSummary;
import lianmai.room.Watch;
import lianmai.sdp.IceFragment;
import lianmai.server.Tokens;
import lianmai.signaling.OriginPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRouterTest {
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final Map<String, String> SDP = Map.of("Content-Type", "application/sdp");

    private final Door door = new Door();
    private final Tokens tokens =
            new Tokens(Map.of("k1", "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8)));
    private final HttpRouter open = router(Admission.OPEN, true);
    private final HttpRouter keyed = router(tokens, false);

    @Test
    void shouldAnswerAWhipOfferWithASession() {
        final HttpReply reply = ask(open, "POST", "/whip/living%20room", SDP, "v=0");
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.headers())
                .containsEntry("content-type", "application/sdp")
                .containsEntry("location", "/whip/living%20room/secret")
                .containsEntry("etag", "\"ufrag1\"")
                .containsEntry("accept-patch", "application/trickle-ice-sdpfrag");
        assertThat(text(reply)).isEqualTo("answer");
        assertThat(door.calls).containsExactly("whip living room null v=0");
    }

    static Stream<Arguments> watches() {
        return Stream.of(
                Arguments.of("", new Watch.HostSeat()),
                Arguments.of("?seat=2", new Watch.FixedSeat(2)),
                Arguments.of("?follow=speaker", new Watch.Speaker()),
                Arguments.of("?seat=-1", null),
                Arguments.of("?seat=x", null),
                Arguments.of("?seat=99999999999", null),
                Arguments.of("?follow=host", null),
                Arguments.of("?follow=speaker&seat=1", null));
    }

    @ParameterizedTest
    @MethodSource("watches")
    void shouldShowAWhepViewerWhatItAsksFor(final String query, final Watch watch) {
        final HttpReply reply = ask(open, "POST", "/whep/r" + query, SDP, "v=0");
        if (watch == null) {
            assertThat(reply.status()).isEqualTo(400);
            assertThat(door.calls).isEmpty();
        } else {
            assertThat(reply.status()).isEqualTo(201);
            assertThat(door.calls).containsExactly("whep r null v=0 " + watch);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BAD_OFFER, 400",
        "SDP_NO_MEDIA, 422",
        "SDP_NOT_SECURE, 422",
        "SDP_FINGERPRINT, 422",
        "SDP_ICE_LITE, 422",
        "SDP_NO_CODEC, 406",
        "SDP_TOO_LONG, 413",
        "STAGE_FULL, 409",
        "ROOM_FULL, 409",
        "ROOM_LOCKED, 403",
        "KICKED, 403",
        "NO_SUCH_SEAT, 404",
        "BUSY, 503",
        "SERVER_CLOSING, 503"
    })
    void shouldRefuseWithAStatusAndOneSentence(final ErrorCode code, final int status) {
        door.refusal = Refusal.of(code);
        final HttpReply reply = ask(open, "POST", "/whip/r", SDP, "v=0");
        assertThat(reply.status()).isEqualTo(status);
        assertThat(text(reply)).isEqualTo("{\"code\":\"" + code.code() + "\",\"message\":\"" + code.sentence() + "\"}");
    }

    @Test
    void shouldTakeOnlySdp() {
        for (final String type : List.of("application/json", "text/plain", "")) {
            final HttpReply reply = ask(open, "POST", "/whip/r", Map.of("Content-Type", type), "v=0");
            assertThat(reply.status()).isEqualTo(415);
            assertThat(reply.headers()).containsEntry("accept-post", "application/sdp");
        }
        final Map<String, String> parameter = Map.of("Content-Type", "Application/SDP; charset=utf-8");
        assertThat(ask(open, "POST", "/whip/r", parameter, "v=0").status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /whip/r",
        "PUT, /whip/r",
        "DELETE, /whep/r",
        "PATCH, /whep/r",
        "GET, /whip/r/secret",
        "POST, /whip/r/secret",
        "POST, /healthz",
        "POST, /metrics",
        "DELETE, /api/rooms",
        "POST, /index.html"
    })
    void shouldNameTheMethodsThatAreAllowed(final String method, final String path) {
        final HttpReply reply = ask(open, method, path, SDP, "v=0");
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.headers()).containsKey("allow");
    }

    @Test
    void shouldAnswerAPreflight() {
        final Map<String, String> page =
                Map.of("Origin", "https://streamer.example", "Access-Control-Request-Method", "POST");
        final HttpReply reply = ask(keyed, "OPTIONS", "/whip/r", page, "");
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.headers())
                .containsEntry("accept-post", "application/sdp")
                .containsEntry("access-control-allow-origin", "https://streamer.example");
        assertThat(reply.headers().get("access-control-allow-headers")).contains("Authorization", "If-Match");
    }

    @Test
    void shouldDemandATokenOnceThereAreKeys() {
        assertThat(withToken("/whip/r", null).status()).isEqualTo(401);
        assertThat(withToken("/whip/r", null).headers()).containsEntry("www-authenticate", "Bearer");
        assertThat(withToken("/whip/r", "nonsense").status()).isEqualTo(401);
        assertThat(withToken("/whip/r", token("r", -1)).status()).isEqualTo(401);
        assertThat(withToken("/whip/r", token("other", 1000)).status()).isEqualTo(403);
        assertThat(door.calls).isEmpty();
        assertThat(withToken("/whip/r", token("r", 1000)).status()).isEqualTo(201);
        assertThat(door.calls).containsExactly("whip r anna v=0");
    }

    @Test
    void shouldLetOnlyNearbyPagesPostWithoutKeys() {
        assertThat(from("https://evil.example", "localhost:8090").status()).isEqualTo(403);
        assertThat(from("null", "localhost:8090").status()).isEqualTo(403);
        assertThat(from("http://rebound.example:8090", "rebound.example:8090").status())
                .isEqualTo(403);
        assertThat(door.calls).isEmpty();
        assertThat(from("http://localhost:8090", "localhost:8090").status()).isEqualTo(201);
        assertThat(from("http://127.0.0.1:3000", "localhost:8090").headers())
                .containsEntry("access-control-allow-origin", "http://127.0.0.1:3000")
                .containsEntry("vary", "Origin");
    }

    @Test
    void shouldHideTheRoomsFromANameMadeToResolveHere() {
        assertThat(ask(open, "GET", "/api/rooms", Map.of("Host", "rebound.example:8090"), "")
                        .status())
                .isEqualTo(403);
        final HttpReply rooms = ask(open, "GET", "/api/rooms", Map.of("Host", "localhost:8090"), "");
        assertThat(text(rooms)).contains("\"name\":\"r\"", "\"name\":\"other\"");
    }

    @Test
    void shouldShowATokenOnlyItsOwnRoom() {
        final Map<String, String> bearer = Map.of("Authorization", "Bearer " + token("r", 1000));
        assertThat(text(ask(keyed, "GET", "/api/rooms", bearer, "")))
                .contains("\"r\"")
                .doesNotContain("other");
        assertThat(ask(keyed, "GET", "/api/rooms", Map.of(), "").status()).isEqualTo(401);
    }

    @Test
    void shouldAgreeToMoreCandidatesOfThePresentSession() {
        assertThat(patch("\"ufrag1\"", "a=candidate:1\r\n").status()).isEqualTo(204);
        assertThat(patch(null, "a=candidate:1\r\n").status()).isEqualTo(428);
        assertThat(patch("\"ufrag0\"", "a=candidate:1\r\n").status()).isEqualTo(412);
        assertThat(patch("\"ufrag1\"", "nonsense").status()).isEqualTo(400);
        assertThat(ask(open, "PATCH", "/whip/r/secret", SDP, "v=0").status()).isEqualTo(415);
        assertThat(ask(open, "PATCH", "/whip/r/unknown", SDP, "v=0").status()).isEqualTo(404);
        assertThat(door.calls).isEmpty();
    }

    @Test
    void shouldRestartIce() {
        final HttpReply reply = patch("*", "a=ice-ufrag:newU\r\na=ice-pwd:" + "p".repeat(24) + "\r\n");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers())
                .containsEntry("etag", "\"ufrag2\"")
                .containsEntry("content-type", "application/trickle-ice-sdpfrag");
        assertThat(door.calls).containsExactly("restart secret ufrag2 newU");
        assertThat(patch("\"ufrag1\"", "a=candidate:1\r\n").status()).isEqualTo(412);
        assertThat(patch("*", "a=candidate:1\r\n").status())
                .as("nothing to restart")
                .isEqualTo(204);
    }

    @Test
    void shouldEndASessionOnce() {
        assertThat(ask(open, "DELETE", "/whip/r/secret", Map.of(), "").status()).isEqualTo(200);
        assertThat(ask(open, "DELETE", "/whip/r/secret", Map.of(), "").status()).isEqualTo(404);
    }

    @Test
    void shouldTellItsHealth() {
        final HttpReply reply = ask(open, "GET", "/healthz", Map.of(), "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(text(reply))
                .isEqualTo("{\"status\":\"ok\",\"seats\":4,\"rooms\":2,\"members\":3,\"peers\":4,\"connections\":1}");
        door.shortcoming = "Pauses are long.";
        final HttpReply yellow = ask(open, "GET", "/healthz", Map.of(), "");
        assertThat(yellow.status()).isEqualTo(200);
        assertThat(text(yellow)).startsWith("{\"status\":\"yellow\",\"why\":\"Pauses are long.\",\"seats\":4,");
        door.healthy = false;
        assertThat(ask(open, "GET", "/healthz", Map.of(), "").status()).isEqualTo(503);
    }

    @Test
    void shouldServeTheStudio() {
        final HttpReply page = ask(open, "GET", "/", Map.of(), "");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.headers())
                .containsEntry("content-type", "text/html; charset=utf-8")
                .containsEntry("x-content-type-options", "nosniff");
        assertThat(page.headers().get("content-security-policy")).contains("default-src 'self'");
        final HttpReply again =
                ask(open, "GET", "/", Map.of("If-None-Match", page.headers().get("etag")), "");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(ask(open, "GET", "/lianmai-client.js", Map.of(), "").headers())
                .containsEntry("content-type", "text/javascript; charset=utf-8")
                .containsEntry("access-control-allow-origin", "*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../lianmai/http/HttpShell.class",
                "/%2e%2e/web/index.html",
                "/..%2findex.html",
                "/.hidden.js",
                "//index.html",
                "/index.html/",
                "/index.html%00.js",
                "/lianmai",
                "/web",
                "/nothing.js",
                "/whip",
                "/whip/a/b/c",
                "/api/rooms/",
                "/a\\..\\index.html"
            })
    void shouldServeNothingElse(final String path) {
        assertThat(ask(open, "GET", path, Map.of(), "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "http://x/", "/%zz", "/whip/%"})
    void shouldNotTakeAMalformedTarget(final String target) {
        assertThat(HttpAsk.of("GET", target, Map.of(), "")).isNull();
    }

    private HttpReply patch(final String ifMatch, final String body) {
        final Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/trickle-ice-sdpfrag");
        if (ifMatch != null) {
            headers.put("If-Match", ifMatch);
        }
        return ask(open, "PATCH", "/whip/r/secret", headers, body);
    }

    private HttpReply withToken(final String path, final String token) {
        final Map<String, String> headers = new HashMap<>(SDP);
        if (token != null) {
            headers.put("Authorization", "Bearer " + token);
        }
        return ask(keyed, "POST", path, headers, "v=0");
    }

    private HttpReply from(final String origin, final String host) {
        final Map<String, String> headers = new HashMap<>(SDP);
        headers.put("Origin", origin);
        headers.put("Host", host);
        return ask(open, "POST", "/whip/r", headers, "v=0");
    }

    private String token(final String room, final long aliveMs) {
        return tokens.mint(new Claims(room, "anna", "Anna", Role.HOST, true), NOW_MS + aliveMs);
    }

    private HttpRouter router(final Admission admission, final boolean openServer) {
        return new HttpRouter(door, door, admission, new OriginPolicy(!openServer), door, () -> NOW_MS);
    }

    private static HttpReply ask(
            final HttpRouter router,
            final String method,
            final String target,
            final Map<String, String> headers,
            final String body) {
        return router.route(HttpAsk.of(method, target, headers, body));
    }

    private static String text(final HttpReply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    /** Rooms with one session in them, which write down what was asked of them. */
    private static final class Door implements RoomDoor, IceSessions, ServerStatus {
        private final List<String> calls = new ArrayList<>();
        private Refusal refusal;
        private boolean healthy = true;
        private String shortcoming;
        private boolean left;
        private int session = 1;

        @Override
        public boolean isHealthy() {
            return healthy;
        }

        @Override
        public String shortcoming() {
            return shortcoming;
        }

        @Override
        public int seats() {
            return 4;
        }

        @Override
        public Exposition metrics(final String accept) {
            return new Exposition("text/plain; for=" + accept, "lianmai_peers 0\n".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public HttpEntry joinWhip(final String room, final Claims claims, final String offer) {
            return entry("whip " + room + ' ' + (claims == null ? null : claims.identity()) + ' ' + offer);
        }

        @Override
        public HttpEntry joinWhep(final String room, final Claims claims, final String offer, final Watch watch) {
            return entry(
                    "whep " + room + ' ' + (claims == null ? null : claims.identity()) + ' ' + offer + ' ' + watch);
        }

        private HttpEntry entry(final String call) {
            calls.add(call);
            return refusal == null
                    ? new HttpEntry.Admitted("secret", "m1", 7, "answer")
                    : new HttpEntry.Refused(refusal);
        }

        @Override
        public boolean leave(final String resource) {
            final boolean first = !left && resource.equals("secret");
            left = true;
            return first;
        }

        @Override
        public long peerOf(final String resource) {
            return resource.equals("secret") ? 7 : 0;
        }

        @Override
        public boolean restartIce(final String resource, final PeerSpec.Ice ice) {
            calls.add("restart " + resource + ' ' + ice.localUfrag() + ' ' + ice.remoteUfrag());
            return true;
        }

        @Override
        public List<RoomSummary> rooms() {
            return List.of(new RoomSummary("r", "Anna", 1, 4, 2, false), new RoomSummary("other", null, 0, 4, 1, true));
        }

        @Override
        public RoomRegistry.Census census() {
            return new RoomRegistry.Census(1, 2, 3, 4, 5);
        }

        @Override
        public String current(final long peerId) {
            return "ufrag" + session;
        }

        @Override
        public Restart restart(final long peerId, final IceFragment fragment) {
            if (fragment.ufrag().isEmpty()) {
                return null;
            }
            session++;
            return new Restart(new PeerSpec.Ice(current(peerId), "p".repeat(24), fragment.ufrag()), "fragment");
        }
    }
}
