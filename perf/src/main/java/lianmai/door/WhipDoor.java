package lianmai.door;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * WHIP (RFC 9725) for publishers and WHEP (draft-ietf-wish-whep) for viewers, of any server. A viewer gets one
 * publisher, whatever number of seats it asks for.
 *
 * <p>No trickle: the one candidate is in the offer, and the server's are taken from its answer. A server that answers
 * by an offer of its own (406) is not for us.
 *
 * <p>Thread: any; {@link #open} blocks. Owns: its HTTP connections until closed; sessions end by their own handles.
 */
public final class WhipDoor implements Door {
    /** Replaced by the room's name in addresses. */
    public static final String ROOM = "{room}";

    private static final Duration TIMEOUT = Duration.ofSeconds(Waiting.PATIENCE_S);
    private static final int MOST_OF_A_LINE = 200;

    private final String whip;
    private final String whep;
    private final String token;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http;

    /**
     * @param whip where publishers post; {@value #ROOM} stands for the room; null when there are none
     * @param whep where viewers post, likewise
     * @param token for {@code Authorization: Bearer}, or null
     * @throws IllegalArgumentException with a sentence when an address is none
     */
    public WhipDoor(final String whip, final String whep, final String token) {
        this.whip = checked("WHIP", whip);
        this.whep = checked("WHEP", whep);
        this.token = token;
        http = HttpClient.newBuilder()
                .executor(threads)
                .connectTimeout(TIMEOUT)
                // RFC 9725 §4.5: load balancers answer 307. Answers to POST by 303 are not of this protocol.
                .followRedirects(Redirect.NORMAL)
                // One connection a client at a time is what WHIP clients do; HTTP/2 over plain TCP few servers speak.
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private static String checked(final String what, final String template) {
        if (template == null) {
            return null;
        }
        final URI address;
        try {
            address = URI.create(template.replace(ROOM, "room"));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("the " + what + " address " + template + " is none", e);
        }
        final String scheme = address.getScheme();
        if (address.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException("the " + what + " address " + template + " is no http address");
        }
        return template;
    }

    @Override
    public String name() {
        return "whip";
    }

    @Override
    public Session open(final String room, final String name, final MediaRole role, final LocalTransport local)
            throws DoorException {
        final boolean publishes = role instanceof MediaRole.Publisher;
        final String template = publishes ? whip : whep;
        if (template == null) {
            throw new DoorException("no " + (publishes ? "WHIP" : "WHEP") + " address was given");
        }
        final MediaRole asked =
                switch (role) {
                    case MediaRole.Publisher publisher -> publisher;
                    case MediaRole.Viewer viewer -> new MediaRole.Viewer(viewer.audio(), viewer.video(), 1);
                };
        final String segment = URLEncoder.encode(room, StandardCharsets.UTF_8).replace("+", "%20");
        final URI address = URI.create(template.replace(ROOM, segment));
        final HttpResponse<String> answered = send(
                request(address)
                        .header("Content-Type", "application/sdp")
                        .header("Accept", "application/sdp")
                        .POST(BodyPublishers.ofString(ClientSdp.offer(asked, local)))
                        .build(),
                "POST");
        final Resource resource = new Resource(resource(answered));
        // RFC 9725 §4.2 wants 201; some servers say 200 and mean it.
        if (answered.statusCode() != 201 && answered.statusCode() != 200) {
            throw new DoorException(sentence("POST", address, answered));
        }
        try {
            return new Agreement(Agreement.read(answered.body()), asked, local, true, Map.of()).session(resource);
        } catch (final DoorException e) {
            resource.close();
            throw new DoorException(address + ": " + e.getMessage(), e);
        }
    }

    /** Where the session is, relative to where the answer came from; null when the server does not say. */
    private static URI resource(final HttpResponse<String> answered) throws DoorException {
        final String location = answered.headers().firstValue("location").orElse(null);
        try {
            return location == null ? null : answered.uri().resolve(location);
        } catch (final IllegalArgumentException e) {
            throw new DoorException("the server's Location is no address: " + firstLine(location), e);
        }
    }

    private HttpRequest.Builder request(final URI address) {
        final HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(TIMEOUT);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private HttpResponse<String> send(final HttpRequest request, final String method) throws DoorException {
        try {
            return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (final IOException e) {
            final String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new DoorException(method + ' ' + request.uri() + " failed: " + firstLine(why), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DoorException(method + ' ' + request.uri() + " was interrupted", e);
        }
    }

    private static String sentence(final String method, final URI address, final HttpResponse<String> answered) {
        return method + ' ' + address + " was answered by " + answered.statusCode() + ": " + firstLine(answered.body());
    }

    private static String firstLine(final String text) {
        final String line = text.strip().lines().findFirst().orElse("(nothing)");
        return line.length() <= MOST_OF_A_LINE ? line : line.substring(0, MOST_OF_A_LINE) + '…';
    }

    @Override
    public void close() {
        http.shutdownNow();
        threads.shutdownNow();
    }

    /** The session on the server. Thread: any. */
    private final class Resource implements Session.Handle {
        private final URI address;

        Resource(final URI address) {
            this.address = address;
        }

        /** DELETE (RFC 9725 §4.2); a server that gave no address notices by ICE. */
        @Override
        public void close() {
            if (address == null) {
                return;
            }
            try {
                send(request(address).DELETE().build(), "DELETE");
            } catch (final DoorException e) {
                // The server is gone, and the session with it.
            }
        }
    }
}
