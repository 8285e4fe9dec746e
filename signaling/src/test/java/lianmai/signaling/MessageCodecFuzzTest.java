package lianmai.signaling;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any bytes are answered, never with an exception, and what was read can be written again. */
class MessageCodecFuzzTest {
    private final MessageCodec codec = new MessageCodec();

    @FuzzTest
    void shouldDecodeAnything(final byte[] bytes) {
        MessageCodecTest.checkDecodable(codec, bytes);
    }
}
