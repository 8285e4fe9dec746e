package lianmai.ipsecmb;

import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpSession;
import lianmai.srtp.SrtpTransform;

/**
 * SRTP over ipsec-mb. Only {@link NativeSrtpAccelerator} makes one, once the library has been loaded and proved.
 *
 * <p>Thread: any, the transforms and batches it makes are confined to one relay thread each.
 */
public final class NativeSrtpProvider implements SrtpProvider {
    NativeSrtpProvider() {}

    @Override
    public String name() {
        return "native";
    }

    @Override
    public SrtpTransform transform(final SrtpKeys keys) {
        final NativeBatch one = new NativeBatch(1);
        return SrtpSession.of(
                keys,
                (profile, sessionKeys, isRtcp) -> new NativePacketCipher(one, true, profile, sessionKeys, isRtcp));
    }

    @Override
    public SrtpBatch batch(final int capacity) {
        return new NativeBatch(capacity);
    }
}
