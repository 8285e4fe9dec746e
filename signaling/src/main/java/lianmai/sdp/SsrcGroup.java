package lianmai.sdp;

import java.util.List;

/** SSRCs that belong together, such as a stream and its retransmission under {@code FID} (RFC 5576 §4.2). */
public record SsrcGroup(String semantics, List<Integer> ssrcs) {}
