/**
 * Session descriptions (RFC 8866, RFC 9429): the client offers, the server answers, and between the two stands one
 * {@link lianmai.sdp.MediaPlan} that says what each m-line is for. Pure: text in, text and plain records out.
 */
package lianmai.sdp;
