package lianmai.load;

/**
 * A sampled viewer's line shows another publisher than before: the first packet of whoever took a seat.
 *
 * @param room its name
 * @param viewer the client's number
 * @param publisher number, in the order of the plan
 * @param arrivalNs of {@link System#nanoTime}
 */
public record Takeover(String room, int viewer, int publisher, boolean isAudio, long arrivalNs) {}
