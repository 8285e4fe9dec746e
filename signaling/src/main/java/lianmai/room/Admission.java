package lianmai.room;

/** Checks the tokens of joins. */
@FunctionalInterface
public interface Admission {
    /** Lets everybody in by name: for a server without keys. */
    Admission OPEN = (token, name, epochMillis) -> new Granted(Claims.anonymous(name));

    /**
     * @param token null when none was given
     * @param name the name asked for
     * @param epochMillis now, on the wall clock
     */
    Result admit(String token, String name, long epochMillis);

    /** What became of it. */
    sealed interface Result permits Granted, Denied {}

    record Granted(Claims claims) implements Result {}

    record Denied(Refusal refusal) implements Result {}
}
