package lianmai.capture;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lianmai.relay.Codec;
import lianmai.rtp.PacketKind;
import lianmai.rtp.RtpHeader;
import lianmai.rtp.SequenceNumbers;
import org.agrona.DirectBuffer;

/**
 * Sorts the UDP payloads of a network capture into RTP streams, each in the order of its sequence numbers, duplicates
 * left out. What is no RTP, or not of the wanted kind, is passed over: captures hold all sorts of traffic.
 *
 * <p>Thread: one. Units: ns, bytes.
 */
final class RtpCollector {
    /** Keeps what a hostile file can make us allocate in proportion to a real one: half an hour of 5 Mbit/s. */
    static final int MAX_PACKETS = 1_000_000;
    /** So that first packets that were overtaken do not have negative numbers. */
    private static final long FIRST_NUMBER = 1 << 16;
    /** Streams shorter than this are taken for noise when nobody asked for them. */
    private static final int MIN_PACKETS = 3;

    private static final int NAMED_STREAMS = 6;

    private record Key(int payloadType, long ssrc) {}

    /** @param at where its RTP header begins in the file */
    private record Packet(long number, int at, int length, long timeNs) {}

    private final FileBytes file;
    private final RtpChoice choice;
    private final Map<Key, List<Packet>> streams = new LinkedHashMap<>();
    private int packets;

    RtpCollector(final FileBytes file, final RtpChoice choice) {
        this.file = file;
        this.choice = choice;
    }

    /** Takes a UDP payload of the file. */
    void onDatagram(final int at, final int length, final long timeNs) throws CaptureException {
        final DirectBuffer b = file.buffer();
        if (PacketKind.of(b, at, length) != PacketKind.RTP || RtpHeader.length(b, at, length) == RtpHeader.MALFORMED) {
            return;
        }
        final Key key = new Key(RtpHeader.payloadType(b, at), RtpHeader.ssrc(b, at) & 0xFFFF_FFFFL);
        if (!choice.fits(key.payloadType, key.ssrc)) {
            return;
        }
        if (++packets > MAX_PACKETS) {
            throw file.wrong(at, "more than " + MAX_PACKETS + " RTP packets; cut the capture or choose one stream");
        }
        final List<Packet> stream = streams.computeIfAbsent(key, k -> new ArrayList<>());
        final int sequence = RtpHeader.sequence(b, at);
        final long number =
                stream.isEmpty() ? FIRST_NUMBER + sequence : SequenceNumbers.extend(stream.getLast().number, sequence);
        stream.add(new Packet(number, at, length, timeNs));
    }

    Recording recording(final Codec codec) throws CaptureException {
        final List<Packet> stream = chosen();
        stream.sort(Comparator.comparingLong(Packet::number).thenComparingLong(Packet::timeNs));
        final DirectBuffer b = file.buffer();
        final RecordingBuilder builder = new RecordingBuilder(file, codec);
        long ticks = 0;
        Packet before = null;
        for (final Packet packet : stream) {
            if (before != null) {
                if (packet.number == before.number) {
                    continue;
                }
                builder.missing(packet.number - before.number - 1);
                ticks += RtpHeader.timestamp(b, packet.at) - RtpHeader.timestamp(b, before.at);
            }
            before = packet;
            final int header = RtpHeader.length(b, packet.at, packet.length);
            final int payload = packet.length - header - RtpHeader.paddingLength(b, packet.at, packet.length);
            if (payload > 0) { // padding alone is a bandwidth probe
                builder.packet(
                        packet.at,
                        ticks,
                        packet.timeNs,
                        RtpHeader.marker(b, packet.at),
                        b,
                        packet.at + header,
                        payload);
            }
        }
        return builder.build();
    }

    private List<Packet> chosen() throws CaptureException {
        final Collection<Map.Entry<Key, List<Packet>>> likely = streams.entrySet().stream()
                .filter(stream -> stream.getValue().size() >= MIN_PACKETS || streams.size() == 1)
                .sorted(Comparator.comparingInt(stream -> -stream.getValue().size()))
                .toList();
        if (likely.size() == 1) {
            return likely.iterator().next().getValue();
        }
        if (likely.isEmpty()) {
            throw new CaptureException(file.name() + ": there is no RTP stream in it"
                    + (choice.equals(RtpChoice.ONLY) ? "" : " with this payload type and SSRC"));
        }
        final String names = likely.stream()
                .limit(NAMED_STREAMS)
                .map(stream -> String.format(
                        "pt=%d ssrc=0x%08x (%d packets)",
                        stream.getKey().payloadType,
                        stream.getKey().ssrc,
                        stream.getValue().size()))
                .collect(Collectors.joining(", "));
        throw new CaptureException(file.name() + ": there are " + likely.size() + " RTP streams in it; choose one of "
                + names + (likely.size() > NAMED_STREAMS ? ", …" : ""));
    }
}
