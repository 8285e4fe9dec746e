package lianmai.profile;

/** The profiler in the JVM that is profiled. */
@FunctionalInterface
public interface Agent {
    /**
     * Has it carry out a command, such as {@code stop}.
     *
     * @return null, or in a few words why it could not
     */
    String execute(String command);
}
