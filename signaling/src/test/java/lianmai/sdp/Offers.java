package lianmai.sdp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import lianmai.dtls.Fingerprint;

/** Offers as real clients make them, and the short way to an answer. */
public final class Offers {
    public static final ServerTransport TRANSPORT = new ServerTransport(
            List.of(new ServerTransport.Address("127.0.0.1", 8090), new ServerTransport.Address("192.0.2.7", 8090)),
            new Fingerprint("sha-256", "0123456789abcdef".repeat(4)));

    public static final MediaPolicy POLICY = MediaPolicy.withSeats(4);

    private Offers() {}

    /** The text of a stored offer. */
    public static String text(final String name) {
        try (InputStream in = Offers.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static SdpOffer parsed(final String name) {
        return value(SdpOffer.parse(text(name)));
    }

    static PlanRequest request(final PlanRequest.Role role) {
        return new PlanRequest(role, 7, 3, 0, "srvU", "serverPasswordOf24Chars0", seeded());
    }

    static IntSupplier seeded() {
        final SplittableRandom random = new SplittableRandom(20_260_101);
        return random::nextInt;
    }

    static MediaPlan plan(final String name, final PlanRequest.Role role) {
        return value(MediaPlan.negotiate(parsed(name), POLICY, request(role)));
    }

    /** What a text comes to for a role: the error's code, or {@code ok}. */
    static String code(final String offer, final PlanRequest.Role role) {
        final SdpOutcome<MediaPlan> outcome =
                SdpOffer.parse(offer).then(parsed -> MediaPlan.negotiate(parsed, POLICY, request(role)));
        return switch (outcome) {
            case SdpOutcome.Ok<MediaPlan> ok -> "ok";
            case SdpOutcome.Refused<MediaPlan> refused -> refused.error().code().id();
        };
    }

    static <T> T value(final SdpOutcome<T> outcome) {
        return switch (outcome) {
            case SdpOutcome.Ok<T>(final T value) -> value;
            case SdpOutcome.Refused<T>(final SdpError error) -> throw new AssertionError(error.toString());
        };
    }
}
