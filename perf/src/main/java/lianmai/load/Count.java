package lianmai.load;

/** What the agent counts, over all clients and the whole run. */
enum Count {
    /** RTP packets of publishers, repair apart. */
    SENT_PACKETS,
    /** Their bytes as UDP payload. */
    SENT_BYTES,
    /** Bytes of payload of publishers' pictures. */
    SENT_VIDEO_BYTES,
    /** RTX packets of publishers. */
    SENT_REPAIRS,
    /** Key frames of publishers. */
    SENT_KEY_FRAMES,
    /** Key frame requests that reached publishers. */
    KEY_FRAME_REQUESTS,
    /** RTP packets that reached viewers, RTX apart. */
    RECEIVED_PACKETS,
    /** Their bytes as UDP payload. */
    RECEIVED_BYTES,
    /** RTX packets that reached viewers. */
    RECEIVED_REPAIRS,
    /** Packets due by sequence numbers. */
    DUE,
    /** Of these, those that came by themselves. */
    ARRIVED,
    DUPLICATES,
    /** Came after one with a higher number. */
    REORDERED,
    /** Streams whose numbers jumped. */
    RESTARTS,
    /** Packets due by what publishers sent, for viewers that have settled. */
    DUE_BY_PUBLISHERS,
    /** What those viewers got. */
    ARRIVED_SETTLED,
    /** Decrypted and looked at. */
    CHECKED,
    /** Lost packets that RTX brought to sampled viewers. */
    REPAIRED,
    /** Marks damaged, missing where one must be, or out of order against sequence numbers. */
    INTEGRITY_ERRORS,
    /** Synthetic packets due to sampled viewers, counted by publishers' own numbers. */
    CONTENT_DUE,
    /** Of these, those that came, by themselves or by RTX. */
    CONTENT_ARRIVED,
    /** Of {@link #CONTENT_DUE}, sound. */
    AUDIO_DUE,
    /** Of {@link #CONTENT_ARRIVED}, sound. */
    AUDIO_ARRIVED,
    /** Bytes of payload in frames that sampled viewers' decoders can use. */
    USABLE_BYTES,
    /** RTCP datagrams due to viewers, by SRTCP's own numbers. */
    RTCP_DUE,
    /** Of these, those that came. */
    RTCP_ARRIVED,
    /** Steps that the server took out of the sequence numbers. */
    RENUMBERED,
    /** SRTP refused it, but not as a replay. */
    UNDECRYPTABLE,
    /** Key frames that reached sampled viewers. */
    KEY_FRAMES,
    /** Requests to send again, of sampled viewers. */
    NACKED,
    /** Key frame requests of viewers. */
    PLIS,
    /** Datagrams of every kind in and out. */
    DATAGRAMS_IN,
    DATAGRAMS_OUT,
    /** Datagrams for nobody. */
    STRAY
}
