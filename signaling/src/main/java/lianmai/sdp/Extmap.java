package lianmai.sdp;

import lianmai.rtp.RtpExtension;

/**
 * An offered header extension that we know (RFC 8285 §5).
 *
 * @param id 1 … 14, or 16 … 255 in the two-byte form
 * @param direction as the offerer sees it
 */
public record Extmap(int id, Direction direction, RtpExtension kind) {}
