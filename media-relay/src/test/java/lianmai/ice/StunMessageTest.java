package lianmai.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StunMessageTest {
    private static final String PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";
    private static final String REQUEST = "000100582112a442b7e7a701bc34d686fa87dfae"
            + "802200105354554e207465737420636c69656e74"
            + "002400046e0001ff"
            + "80290008932ff9b151263b36"
            + "000600096576746a3a68367659202020"
            + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
            + "80280004e57a3bcf";
    private static final String IPV4_RESPONSE = "0101003c2112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220"
            + "002000080001a147e112a643"
            + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
            + "80280004c07d4c96";
    private static final String IPV6_RESPONSE = "010100482112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220"
            + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
            + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
            + "80280004c8fb0b4c";

    private final StunAuthenticator authenticator = new StunAuthenticator(PASSWORD);

    @Test
    void shouldReadTheRequestOfRfc5769Section21() {
        final UnsafeBuffer b = hex(REQUEST);
        final int length = b.capacity();
        assertAuthentic(b, StunMessage.BINDING_REQUEST);
        assertThat(StunMessage.intValue(b, StunMessage.find(b, 0, length, StunMessage.PRIORITY)))
                .isEqualTo(0x6E00_01FF);
        assertThat(StunMessage.longValue(b, StunMessage.find(b, 0, length, StunMessage.ICE_CONTROLLED)))
                .isEqualTo(0x932F_F9B1_5126_3B36L);
        assertThat(text(b, StunMessage.find(b, 0, length, StunMessage.USERNAME)))
                .isEqualTo("evtj:h6vY");
        assertThat(text(b, StunMessage.find(b, 0, length, StunMessage.SOFTWARE)))
                .isEqualTo("STUN test client");
        assertThat(StunMessage.find(b, 0, length, StunMessage.USE_CANDIDATE)).isEqualTo(StunMessage.NONE);
        assertThat(StunMessage.findUnknown(b, 0, length, StunMessage.firstAttribute(0)))
                .isEqualTo(StunMessage.NONE);
    }

    @Test
    void shouldReadTheIpv4ResponseOfRfc5769Section22() {
        final UnsafeBuffer b = hex(IPV4_RESPONSE);
        assertAuthentic(b, StunMessage.BINDING_SUCCESS);
        assertAddress(b, 0, 0x0000_FFFF_C000_0201L);
    }

    @Test
    void shouldReadTheIpv6ResponseOfRfc5769Section23() {
        final UnsafeBuffer b = hex(IPV6_RESPONSE);
        assertAuthentic(b, StunMessage.BINDING_SUCCESS);
        assertAddress(b, 0x2001_0DB8_1234_5678L, 0x0011_2233_4455_6677L);
    }

    @ParameterizedTest
    @CsvSource({"2.2," + IPV4_RESPONSE, "2.3," + IPV6_RESPONSE})
    void shouldWriteTheResponsesOfRfc5769(final String section, final String expected) {
        final UnsafeBuffer given = hex(expected);
        final int at = StunMessage.find(given, 0, given.capacity(), StunMessage.XOR_MAPPED_ADDRESS);
        final UnsafeBuffer out = new UnsafeBuffer(new byte[200]);

        int length = StunWriter.begin(
                out,
                0,
                StunMessage.BINDING_SUCCESS,
                StunMessage.transactionHigh(given, 0),
                StunMessage.transactionLow(given, 0));
        length = StunWriter.bytes(out, 0, length, StunMessage.SOFTWARE, "test vector".getBytes(StandardCharsets.UTF_8));
        out.putByte(length - 1, (byte) ' '); // The vectors pad with spaces, we with zeros; both are allowed.
        length = StunWriter.xorMappedAddress(
                out,
                0,
                length,
                StunMessage.xorHigh(given, 0, at),
                StunMessage.xorLow(given, 0, at),
                StunMessage.xorPort(given, at));
        length = authenticator.seal(out, 0, length);

        assertThat(HexFormat.of().formatHex(out.byteArray(), 0, length)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {REQUEST, IPV4_RESPONSE, IPV6_RESPONSE})
    void shouldNoticeAnyFlippedBit(final String message) {
        final int length = message.length() / 2;
        for (int bit = 0; bit < 8 * length; bit++) {
            final UnsafeBuffer b = hex(message);
            b.putByte(bit >>> 3, (byte) (b.getByte(bit >>> 3) ^ 1 << (bit & 7)));
            final boolean passes = StunMessage.isStun(b, 0, length)
                    && StunMessage.isWellFormed(b, 0, length)
                    && authenticator.hasFittingFingerprint(b, 0, length)
                    && authenticator.hasFittingIntegrity(b, 0, length);
            assertThat(passes).as("bit %d", bit).isFalse();
        }
    }

    @Test
    void shouldNotPassUnderAnotherPassword() {
        final UnsafeBuffer b = hex(REQUEST);
        assertThat(new StunAuthenticator(PASSWORD + "x").hasFittingIntegrity(b, 0, b.capacity()))
                .isFalse();
    }

    @Test
    void shouldTellStunFromOtherDatagrams() {
        final UnsafeBuffer b = hex(REQUEST);
        final int length = b.capacity();
        assertThat(StunMessage.isStun(b, 0, length)).isTrue();
        for (int shorter = 0; shorter < length; shorter++) {
            assertThat(StunMessage.isStun(b, 0, shorter)).isFalse();
        }
        for (final int first : new int[] {0x40, 0x80, 0xC0}) {
            b.putByte(0, (byte) first);
            assertThat(StunMessage.isStun(b, 0, length))
                    .as("first byte %x", first)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "000100042112a442000000000000000000000000" + "0006ffff, value beyond the end",
        "000100042112a442000000000000000000000000" + "00060001, padding beyond the end",
        "000100082112a442000000000000000000000000" + "0006000401020304, ",
    })
    void shouldRefuseAttributesThatDoNotFillTheMessage(final String message, final String fault) {
        final UnsafeBuffer b = hex(message);
        assertThat(StunMessage.isWellFormed(b, 0, b.capacity())).isEqualTo(fault == null);
    }

    @ParameterizedTest
    @CsvSource({"0x0001,1,0", "0x0011,1,1", "0x0101,1,2", "0x0111,1,3", "0x0003,3,0", "0x3EEF,0xFFF,0"})
    void shouldTakeTypesApart(final String type, final String method, final int messageClass) {
        assertThat(StunMessage.method(Integer.decode(type))).isEqualTo(Integer.decode(method));
        assertThat(StunMessage.messageClass(Integer.decode(type))).isEqualTo(messageClass);
    }

    @Test
    void shouldOnlyCountFingerprintBehindIntegrity() {
        final Checks check = Checks.request("a:b").sealed(PASSWORD);
        final int fingerprint = check.length - 8;
        // A USE-CANDIDATE slipped in between, with the fingerprint made anew: no one signed it.
        final Checks forged = Checks.request("a:b");
        forged.length = new StunAuthenticator(PASSWORD).seal(forged.buffer, 0, forged.length) - 8;
        forged.nominating();
        assertThat(forged.length).isEqualTo(fingerprint + 4);
        assertThat(StunMessage.find(forged.buffer, 0, forged.length, StunMessage.USE_CANDIDATE))
                .isEqualTo(StunMessage.NONE);
        assertThat(StunMessage.find(check.buffer, 0, check.length, StunMessage.FINGERPRINT))
                .isEqualTo(fingerprint);
    }

    private void assertAuthentic(final UnsafeBuffer b, final int type) {
        final int length = b.capacity();
        assertThat(StunMessage.isStun(b, 0, length)).isTrue();
        assertThat(StunMessage.isWellFormed(b, 0, length)).isTrue();
        assertThat(StunMessage.type(b, 0)).isEqualTo(type);
        assertThat(StunMessage.transactionHigh(b, 0)).isEqualTo(0xB7E7_A701);
        assertThat(StunMessage.transactionLow(b, 0)).isEqualTo(0xBC34_D686_FA87_DFAEL);
        assertThat(authenticator.hasFittingFingerprint(b, 0, length)).isTrue();
        assertThat(authenticator.hasFittingIntegrity(b, 0, length)).isTrue();
    }

    private static void assertAddress(final UnsafeBuffer b, final long high, final long low) {
        final int at = StunMessage.find(b, 0, b.capacity(), StunMessage.XOR_MAPPED_ADDRESS);
        assertThat(StunMessage.isAddress(b, at)).isTrue();
        assertThat(StunMessage.xorPort(b, at)).isEqualTo(32_853);
        assertThat(StunMessage.xorHigh(b, 0, at)).isEqualTo(high);
        assertThat(StunMessage.xorLow(b, 0, at)).isEqualTo(low);
    }

    private static String text(final UnsafeBuffer b, final int at) {
        return b.getStringWithoutLengthUtf8(StunMessage.valueOffset(at), StunMessage.valueLength(b, at));
    }

    private static UnsafeBuffer hex(final String hex) {
        return new UnsafeBuffer(HexFormat.of().parseHex(hex));
    }
}
