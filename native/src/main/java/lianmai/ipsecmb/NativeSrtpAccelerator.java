package lianmai.ipsecmb;

import java.util.Arrays;
import lianmai.srtp.SrtpAccelerator;
import lianmai.srtp.SrtpSelfTest;

/**
 * Finds native SRTP: the library has to be built, to link, to have our layout, to suit the processor, and to give the
 * known answers.
 *
 * <p>Thread: any.
 */
public final class NativeSrtpAccelerator implements SrtpAccelerator {
    private static final String ADVICE =
            "for faster SRTP on x86-64 Linux: apt-get install libipsec-mb-dev gcc, and start again";

    @Override
    public Found find() {
        if (!LibraryFile.isBuilt()) {
            return Found.missing("native SRTP is not built", ADVICE);
        }
        try {
            final String obstacle = obstacle();
            return obstacle == null
                    ? Found.works(new NativeSrtpProvider(), "ipsec-mb, self-test passed")
                    : Found.missing(obstacle, "");
        } catch (final ExceptionInInitializerError e) {
            return Found.missing(String.valueOf(e.getCause().getMessage()), ADVICE);
        } catch (final NoClassDefFoundError e) {
            return Found.missing("native SRTP could not be loaded before", ADVICE);
        }
    }

    private static String obstacle() {
        if (!Arrays.stream(SrtpLibrary.layout()).boxed().toList().equals(PacketDescriptor.LAYOUT)) {
            return "native SRTP was built from other sources than its Java half";
        }
        final String obstacle = SrtpLibrary.obstacle();
        if (obstacle != null) {
            return obstacle;
        }
        final NativeBatch batch = new NativeBatch(1);
        final String failure = SrtpSelfTest.failure(
                (profile, keys, isRtcp) -> new NativePacketCipher(batch, true, profile, keys, isRtcp));
        return failure == null ? null : "native SRTP fails its self-test: " + failure;
    }
}
