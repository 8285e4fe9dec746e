package lianmai.srtp;

import java.util.Locale;
import java.util.ServiceLoader;

/** Chooses the {@link SrtpProvider}; the choice and its reason are said, never silent. */
public final class SrtpProviders {
    private static final String NOT_THERE = "the native module is not on the class path";

    private SrtpProviders() {}

    /** What {@code --srtp} says. */
    public enum Mode {
        /** Native where it works, else jitsi-srtp. */
        AUTO,
        NATIVE,
        JITSI;

        /**
         * The mode of a command line's word.
         *
         * @throws IllegalArgumentException when it is none of {@code auto}, {@code native}, {@code jitsi}
         */
        public static Mode parse(final String word) {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "auto" -> AUTO;
                case "native" -> NATIVE;
                case "jitsi" -> JITSI;
                default -> throw new IllegalArgumentException("--srtp is auto, native or jitsi, not " + word);
            };
        }
    }

    /**
     * The provider and why it is this one.
     *
     * @param reason a few words for the log
     * @param advice a sentence for the user on how to get a faster one; empty when there is nothing to say
     */
    public record Chosen(SrtpProvider provider, String reason, String advice) {}

    /**
     * Chooses among jitsi-srtp and what {@link ServiceLoader} finds.
     *
     * @throws IllegalArgumentException with a sentence for the user when {@link Mode#NATIVE} is not possible here
     */
    public static Chosen choose(final Mode mode) {
        return choose(mode, ServiceLoader.load(SrtpAccelerator.class));
    }

    static Chosen choose(final Mode mode, final Iterable<SrtpAccelerator> accelerators) {
        if (mode == Mode.JITSI) {
            return new Chosen(new JitsiSrtpProvider(), "--srtp jitsi asks for it", "");
        }
        SrtpAccelerator.Found found = SrtpAccelerator.Found.missing(NOT_THERE, "");
        for (final SrtpAccelerator accelerator : accelerators) {
            found = accelerator.find();
            if (found.provider() != null) {
                return new Chosen(found.provider(), found.reason(), "");
            }
        }
        if (mode == Mode.NATIVE) {
            throw new IllegalArgumentException("--srtp native is not possible here: " + found.reason()
                    + (found.advice().isEmpty() ? "" : "; " + found.advice()));
        }
        return new Chosen(new JitsiSrtpProvider(), found.reason(), found.advice());
    }
}
