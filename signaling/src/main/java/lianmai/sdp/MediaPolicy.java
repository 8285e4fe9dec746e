package lianmai.sdp;

import java.util.List;
import lianmai.relay.Codec;

/**
 * What a room lets its members send and receive.
 *
 * @param codecs the ordered preference; a publisher is answered with the first of each kind that it shares
 * @param seats how many seats the stage has, 1 … {@value #MAX_SEATS}
 */
public record MediaPolicy(List<Codec> codecs, int seats) {
    public static final int MAX_SEATS = 12;

    /** The order of design §6: what most publishers encode in hardware or cheaply comes first. */
    public static final List<Codec> DEFAULT_CODECS = List.of(Codec.OPUS, Codec.VP8, Codec.H264, Codec.VP9, Codec.AV1);

    public MediaPolicy {
        codecs = List.copyOf(codecs);
        if (seats < 1 || seats > MAX_SEATS) {
            throw new IllegalArgumentException("seats out of 1.." + MAX_SEATS + ": " + seats);
        }
    }

    /** The default codecs with this many seats. */
    public static MediaPolicy withSeats(final int seats) {
        return new MediaPolicy(DEFAULT_CODECS, seats);
    }
}
