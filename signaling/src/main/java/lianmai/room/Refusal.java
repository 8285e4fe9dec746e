package lianmai.room;

import lianmai.message.ErrorCode;

/** Why something is not done: the code for programs, the sentence for people. */
public record Refusal(ErrorCode code, String sentence) {
    public static Refusal of(final ErrorCode code) {
        return new Refusal(code, code.sentence());
    }
}
