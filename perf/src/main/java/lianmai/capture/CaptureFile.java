package lianmai.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import lianmai.relay.Codec;

/** Reads any capture file that we know, by its first bytes; its name does not matter. */
public final class CaptureFile {
    /** It is read into memory as a whole; half an hour of 1 Mbit/s. */
    static final long MAX_BYTES = 256L << 20;

    private CaptureFile() {}

    /**
     * Reads one stream.
     *
     * @param codec what the file is expected to hold; a network capture does not say it
     * @param choice which stream of a network capture; other files have one
     * @throws CaptureException with one line for the user
     */
    public static Recording load(final Path path, final Codec codec, final RtpChoice choice) throws CaptureException {
        final String name = path.toString();
        try {
            if (!Files.isRegularFile(path)) {
                throw new CaptureException(name + (Files.exists(path) ? " is no ordinary file" : " does not exist"));
            }
            final long size = Files.size(path);
            if (size > MAX_BYTES) {
                throw new CaptureException(
                        name + " has " + (size >> 20) + " MiB; at most " + (MAX_BYTES >> 20) + " MiB are read");
            }
            return parse(name, Files.readAllBytes(path), codec, choice);
        } catch (final IOException e) {
            throw new CaptureException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    static Recording parse(final String name, final byte[] bytes, final Codec codec, final RtpChoice choice)
            throws CaptureException {
        final FileBytes file = new FileBytes(name, bytes);
        if (IvfReader.isOne(file)) {
            return expect(name, codec, Codec.VP8, IvfReader.read(file));
        }
        if (OggOpusReader.isOne(file)) {
            return expect(name, codec, Codec.OPUS, OggOpusReader.read(file));
        }
        final boolean isPcapng = PcapngReader.isOne(file);
        if (!isPcapng && !PcapReader.isOne(file)) {
            throw file.wrong(0, "neither pcap, pcapng, IVF nor Ogg");
        }
        final RtpCollector collector = new RtpCollector(file, choice);
        if (isPcapng) {
            PcapngReader.read(file, collector::onDatagram);
        } else {
            PcapReader.read(file, collector::onDatagram);
        }
        return collector.recording(codec);
    }

    private static Recording expect(final String name, final Codec wanted, final Codec held, final Recording recording)
            throws CaptureException {
        if (wanted != held) {
            throw new CaptureException(name + " holds " + held.encodingName() + ", not " + wanted.encodingName());
        }
        return recording;
    }
}
