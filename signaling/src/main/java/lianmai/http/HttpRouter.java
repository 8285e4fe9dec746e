package lianmai.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import lianmai.message.ErrorCode;
import lianmai.room.Admission;
import lianmai.room.Claims;
import lianmai.room.RoomRegistry;
import lianmai.room.RoomSummary;
import lianmai.signaling.OriginPolicy;

/**
 * Decides what each HTTP request comes to. Never throws for anything a client sends.
 *
 * <p>Thread: signaling (confined).
 */
public final class HttpRouter {
    private static final String METHODS = "GET, HEAD, POST, PATCH, DELETE, OPTIONS";

    private final RoomDoor door;
    private final Admission admission;
    private final OriginPolicy origins;
    private final ServerStatus status;
    private final LongSupplier epochMillis;
    private final StaticPages pages = new StaticPages();
    private final Map<String, MediaEndpoint> endpoints;

    /**
     * @param admission {@link Admission#OPEN} on a server without keys
     * @param epochMillis the wall clock, for the expiry of tokens
     */
    public HttpRouter(
            final RoomDoor door,
            final IceSessions sessions,
            final Admission admission,
            final OriginPolicy origins,
            final ServerStatus status,
            final LongSupplier epochMillis) {
        this.door = door;
        this.admission = admission;
        this.origins = origins;
        this.status = status;
        this.epochMillis = epochMillis;
        endpoints = Map.of("whip", MediaEndpoint.whip(door, sessions), "whep", MediaEndpoint.whep(door, sessions));
    }

    /** The answer to a request. */
    public HttpReply route(final HttpAsk ask) {
        final String origin = ask.header("origin");
        final boolean welcome = origins.allows(origin, ask.header("host"));
        final boolean preflight = ask.method().equals("OPTIONS");
        if (!welcome && !ask.reads() && !preflight) {
            return HttpReply.refusal(403, ErrorCode.NOT_ALLOWED, "Pages of this origin may not use this server.");
        }
        final HttpReply reply = dispatch(ask);
        if (origin == null || !welcome || reply.headers().containsKey("access-control-allow-origin")) {
            return reply;
        }
        return reply.with("access-control-allow-origin", origin)
                .with("access-control-expose-headers", "Location, ETag, Accept-Patch, Accept-Post, Retry-After")
                .with("vary", "Origin");
    }

    private HttpReply dispatch(final HttpAsk ask) {
        final List<String> path = ask.path();
        final MediaEndpoint endpoint = endpoints.get(path.getFirst());
        if (endpoint != null) {
            return switch (path.size()) {
                case 2 -> endpoint(endpoint, ask, path.get(1));
                case 3 -> session(endpoint, ask, path.get(2));
                default -> notFound();
            };
        }
        if (path.equals(List.of("healthz"))) {
            return ask.reads() ? health() : notAllowed(ask, "GET, HEAD");
        }
        if (path.equals(List.of("metrics"))) {
            return ask.reads() ? metrics(ask) : notAllowed(ask, "GET, HEAD");
        }
        if (path.equals(List.of("api", "rooms"))) {
            return ask.reads() ? rooms(ask) : notAllowed(ask, "GET, HEAD");
        }
        final HttpReply page = pages.get(path, ask.header("if-none-match"));
        if (page == null) {
            return notFound();
        }
        return ask.reads() ? page : notAllowed(ask, "GET, HEAD");
    }

    private HttpReply endpoint(final MediaEndpoint endpoint, final HttpAsk ask, final String room) {
        if (!ask.method().equals("POST")) {
            return notAllowed(ask, "POST");
        }
        return switch (who(ask)) {
            case Admission.Denied denied -> HttpReply.refusal(denied.refusal());
            case Admission.Granted(final Claims claims)
            when claims != null && !claims.covers(room) ->
                HttpReply.refusal(403, ErrorCode.BAD_TOKEN, "The token is for another room.");
            case Admission.Granted(final Claims claims) -> endpoint.post(ask, room, claims);
        };
    }

    private static HttpReply session(final MediaEndpoint endpoint, final HttpAsk ask, final String resource) {
        return switch (ask.method()) {
            case "PATCH" -> endpoint.patch(ask, resource);
            case "DELETE" -> endpoint.delete(resource);
            default -> notAllowed(ask, "PATCH, DELETE");
        };
    }

    /** The claims of the token; null claims on a server without keys. */
    private Admission.Result who(final HttpAsk ask) {
        return isOpen() ? new Admission.Granted(null) : admission.admit(ask.bearer(), null, epochMillis.getAsLong());
    }

    private boolean isOpen() {
        return admission == Admission.OPEN;
    }

    private HttpReply health() {
        final boolean well = status.isHealthy();
        final RoomRegistry.Census census = door.census();
        final Map<String, Object> told = new LinkedHashMap<>();
        final String shortcoming = status.shortcoming();
        told.put("status", !well ? "unavailable" : shortcoming == null ? "ok" : "yellow");
        if (shortcoming != null) {
            told.put("why", shortcoming);
        }
        told.put("seats", status.seats());
        told.put("rooms", census.rooms());
        told.put("members", census.members());
        told.put("peers", census.peers());
        told.put("connections", census.connections());
        return HttpReply.json(well ? 200 : 503, told);
    }

    private HttpReply metrics(final HttpAsk ask) {
        final ServerStatus.Exposition metrics = status.metrics(ask.header("accept"));
        return HttpReply.of(200, metrics.contentType(), metrics.body()).with("cache-control", "no-store");
    }

    private HttpReply rooms(final HttpAsk ask) {
        // Without keys the names are for this machine only: not for a page whose name was made to resolve to it.
        final String host = ask.header("host");
        if (isOpen() && host != null && !origins.allows("http://" + host, host)) {
            return HttpReply.refusal(403, ErrorCode.NOT_ALLOWED, "Ask by address or as localhost.");
        }
        return switch (who(ask)) {
            case Admission.Denied denied -> HttpReply.refusal(denied.refusal());
            case Admission.Granted(final Claims claims) -> {
                final List<RoomSummary> visible = door.rooms().stream()
                        .filter(room -> claims == null || claims.covers(room.name()))
                        .toList();
                yield HttpReply.json(200, Map.of("rooms", visible));
            }
        };
    }

    /** Says what is allowed: 204 when that was the question (CORS preflight, RFC 9725 §4.2), else 405. */
    private static HttpReply notAllowed(final HttpAsk ask, final String allowed) {
        final String allow = allowed + ", OPTIONS";
        if (!ask.method().equals("OPTIONS")) {
            return HttpReply.refusal(405, ErrorCode.BAD_STATE, "The method must be one of " + allow + '.')
                    .with("allow", allow);
        }
        final HttpReply reply = HttpReply.of(204)
                .with("allow", allow)
                .with("access-control-allow-methods", METHODS)
                .with("access-control-allow-headers", "Authorization, Content-Type, If-Match")
                .with("access-control-max-age", "600");
        return allowed.contains("POST") ? reply.with("accept-post", MediaEndpoint.SDP) : reply;
    }

    private static HttpReply notFound() {
        return HttpReply.refusal(404, ErrorCode.ROOM_NOT_FOUND, "There is nothing at this address.");
    }
}
