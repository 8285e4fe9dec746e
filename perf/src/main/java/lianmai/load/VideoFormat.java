package lianmai.load;

import org.agrona.MutableDirectBuffer;

/**
 * How a codec puts a frame into packets; the frame is filler but for what a relay or decoder looks at.
 *
 * <p>Thread: confined. Units: bytes.
 */
interface VideoFormat {
    /** Begins a frame of about this length; answers in how many packets it goes. */
    int begin(int frameLength, boolean keyFrame);

    /** Writes the codec's bytes of a packet; answers the payload's whole length. */
    int packet(int packet, MutableDirectBuffer out, int offset);

    /** How many of a packet's bytes are the codec's. */
    int head(int packet);
}
