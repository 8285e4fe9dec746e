/**
 * Captured media, for the load generator to replay: pcap and pcapng with RTP inside, IVF, Ogg Opus.
 *
 * <p>{@code CaptureFile.load} reads a whole file into a {@link lianmai.capture.Recording}, which never changes and
 * which any number of clients share; a {@link lianmai.capture.Replay} is one client's place in it. Files are
 * untrusted: sizes are bounded, and whatever is wrong is a {@link lianmai.capture.CaptureException} that names the
 * offset.
 */
package lianmai.capture;
