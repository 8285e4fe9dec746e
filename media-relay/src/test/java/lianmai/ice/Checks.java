package lianmai.ice;

import java.nio.charset.StandardCharsets;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/** Composes the checks a peer sends, good and bad ones. */
final class Checks {
    static final int TRANSACTION_HIGH = 0x0102_0304;
    static final long TRANSACTION_LOW = 0x0506_0708_090A_0B0CL;
    static final int HIGH_PRIORITY = 126 << 24;
    static final int LOW_PRIORITY = 110 << 24;

    final MutableDirectBuffer buffer = new ExpandableArrayBuffer(512);
    int length;

    private Checks() {}

    /** A Binding request as a full agent sends it, without nomination or role. */
    static Checks request(final String username) {
        return begin(StunMessage.BINDING_REQUEST)
                .with(StunMessage.USERNAME, username)
                .with(StunMessage.PRIORITY, HIGH_PRIORITY);
    }

    static Checks begin(final int type) {
        final Checks check = new Checks();
        check.length = StunWriter.begin(check.buffer, 0, type, TRANSACTION_HIGH, TRANSACTION_LOW);
        return check;
    }

    Checks with(final int type, final String value) {
        length = StunWriter.bytes(buffer, 0, length, type, value.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Checks with(final int type, final int value) {
        length = StunWriter.int32(buffer, 0, length, type, value);
        return this;
    }

    Checks controlling() {
        length = StunWriter.int64(buffer, 0, length, StunMessage.ICE_CONTROLLING, 99);
        return this;
    }

    Checks controlled() {
        length = StunWriter.int64(buffer, 0, length, StunMessage.ICE_CONTROLLED, 99);
        return this;
    }

    Checks nominating() {
        length = StunWriter.flag(buffer, 0, length, StunMessage.USE_CANDIDATE);
        return this;
    }

    Checks sealed(final String password) {
        length = new StunAuthenticator(password).seal(buffer, 0, length);
        return this;
    }

    byte[] bytes() {
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
