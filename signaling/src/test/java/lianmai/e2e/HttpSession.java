package lianmai.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A WHIP or WHEP session as a client without a browser has it: what the POST brought, and its end. */
record HttpSession(URI location, String etag, String answer) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /**
     * POSTs an offer, which must be taken.
     *
     * @param server the server's address, {@code path} such as {@code whep/room?seat=1}
     */
    static HttpSession post(final String server, final String path, final String offer) throws IOException {
        final URI address = URI.create(server + path);
        final HttpResponse<String> response = send(HttpRequest.newBuilder(address)
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(offer))
                .build());
        if (response.statusCode() != 201) {
            throw new AssertionError(path + " → " + response.statusCode() + " " + response.body());
        }
        return new HttpSession(
                address.resolve(response.headers().firstValue("location").orElseThrow()),
                response.headers().firstValue("etag").orElseThrow(),
                response.body());
    }

    /** Ends it; the status. */
    int delete() throws IOException {
        return send(HttpRequest.newBuilder(location).DELETE().build()).statusCode();
    }

    /** What a GET of an address says. */
    static String get(final String address) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(address)).build()).body();
    }

    private static HttpResponse<String> send(final HttpRequest request) throws IOException {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
