package lianmai.sdp;

import java.util.Map;
import java.util.Set;

/**
 * One payload type of an offered m-line: {@code a=rtpmap}, {@code a=fmtp} and {@code a=rtcp-fb} together.
 *
 * @param type 0 … 127
 * @param encoding as offered; compared without case
 * @param clockRate RTP ticks per second
 * @param channels 1 unless given
 * @param parameters of {@code a=fmtp}, names in lower case
 * @param feedback such as {@code nack pli}, wildcards resolved
 */
public record Payload(
        int type, String encoding, int clockRate, int channels, Map<String, String> parameters, Set<String> feedback) {

    boolean is(final String name, final int rate) {
        return encoding.equalsIgnoreCase(name) && clockRate == rate;
    }

    String parameter(final String name, final String absent) {
        return parameters.getOrDefault(name, absent);
    }
}
