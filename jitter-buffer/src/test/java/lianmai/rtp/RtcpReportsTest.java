package lianmai.rtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static lianmai.rtp.Hex.AT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RtcpReportsTest {
    private static final String REPORT_BLOCK = "0000aaaa 80ffffff 0001fffe 00000011 12345678 00010000";

    private final UnsafeBuffer b = new UnsafeBuffer(new byte[256]);

    @ParameterizedTest
    @CsvSource({
        "80c90001 00000001, true, an empty receiver report",
        "80c90001 00000001 81cb0001 00000001, true, a report and a goodbye",
        "81ce0002 00000001 00000002, true, reduced size: a PLI alone",
        "80cb0000, true, a goodbye of nobody",
        "80c90001 00000001 a1cb0002 00000001 00000004, true, padding at the very end",
        "a0c90002 00000001 00000004 81cb0001 00000001, false, padding before the end",
        "a1cb0002 00000001 00000000, false, padding of no bytes",
        "a1cb0002 00000001 00000003, false, padding of no whole word",
        "a1cb0002 00000001 0000000c, false, padding over the header",
        "80c900, false, too short",
        "'', false, nothing",
        "40c90001 00000001, false, version 1",
        "80c90002 00000001, false, cut off",
        "80c90001 00000001 80, false, a byte too many",
        "80c90001 00000001 00000000, false, second packet of version 0",
    })
    void shouldTellACompound(final String hex, final boolean valid, final String what) {
        final UnsafeBuffer packet = Hex.buffer(hex);
        assertThat(RtcpHeader.isValidCompound(packet, AT, packet.capacity() - AT))
                .as(what)
                .isEqualTo(valid);
    }

    @Test
    void shouldWalkOverACompound() {
        final UnsafeBuffer packet = Hex.buffer("80c90001 00000001 81ce0002 00000001 00000002 81cb0001 00000001");
        final int end = packet.capacity();
        final int pli = RtcpHeader.next(packet, AT, end);
        final int bye = RtcpHeader.next(packet, pli, end);
        assertThat(RtcpHeader.packetType(packet, AT)).isEqualTo(RtcpHeader.RECEIVER_REPORT);
        assertThat(RtcpHeader.packetType(packet, pli)).isEqualTo(RtcpHeader.PAYLOAD_FEEDBACK);
        assertThat(RtcpHeader.mediaSsrc(packet, pli)).isEqualTo(2);
        assertThat(RtcpHeader.packetType(packet, bye)).isEqualTo(RtcpHeader.BYE);
        assertThat(RtcpHeader.next(packet, bye, end)).isEqualTo(RtcpHeader.NONE);
    }

    @Test
    void shouldNotCountPaddingAsContent() {
        final UnsafeBuffer packet = Hex.buffer("a2cb0002 00000001 00000004");
        assertThat(RtcpHeader.contentLength(packet, AT)).isEqualTo(8);
        assertThat(Bye.isValid(packet, AT)).isFalse();
    }

    @Test
    void shouldWriteAndReadASenderReport() {
        final int length = SenderReport.write(b, AT, 0x01020304, 0xE1234567_89ABCDEFL, -2, 0xFFFF_FFFFL, 1500, 1);
        ReportBlock.write(b, SenderReport.blockOffset(AT, 0), 0xAAAA, 128, -1, 0x1FFFE, 17, 0x12345678, 0x10000);
        assertThat(Hex.of(b, AT, length))
                .isEqualTo(("81c8000c 01020304 e1234567 89abcdef fffffffe ffffffff 000005dc" + REPORT_BLOCK)
                        .replace(" ", ""));
        assertThat(RtcpHeader.isValidCompound(b, AT, length)).isTrue();
        assertThat(SenderReport.isValid(b, AT)).isTrue();
        assertThat(SenderReport.senderSsrc(b, AT)).isEqualTo(0x01020304);
        assertThat(SenderReport.ntpTime(b, AT)).isEqualTo(0xE1234567_89ABCDEFL);
        assertThat(SenderReport.rtpTimestamp(b, AT)).isEqualTo(-2);
        assertThat(SenderReport.packetCount(b, AT)).isEqualTo(0xFFFF_FFFFL);
        assertThat(SenderReport.octetCount(b, AT)).isEqualTo(1500);
        assertThat(SenderReport.blockCount(b, AT)).isEqualTo(1);
    }

    @Test
    void shouldWriteAndReadAReceiverReport() {
        final int length = ReceiverReport.write(b, AT, 7, 2);
        ReportBlock.write(b, ReceiverReport.blockOffset(AT, 0), 0xAAAA, 128, -1, 0x1FFFE, 17, 0x12345678, 0x10000);
        ReportBlock.write(b, ReceiverReport.blockOffset(AT, 1), -1, 255, 1L << 40, 0xFFFF_FFFFL, 0x8000_0000L, 0, -1);
        assertThat(length).isEqualTo(56);
        assertThat(ReceiverReport.isValid(b, AT)).isTrue();
        assertThat(ReceiverReport.senderSsrc(b, AT)).isEqualTo(7);
        assertThat(ReceiverReport.blockCount(b, AT)).isEqualTo(2);
        final int first = ReceiverReport.blockOffset(AT, 0);
        assertThat(Hex.of(b, first, ReportBlock.LENGTH)).isEqualTo(REPORT_BLOCK.replace(" ", ""));
        assertThat(ReportBlock.ssrc(b, first)).isEqualTo(0xAAAA);
        assertThat(ReportBlock.fractionLost(b, first)).isEqualTo(128);
        assertThat(ReportBlock.cumulativeLost(b, first)).isEqualTo(-1);
        assertThat(ReportBlock.extendedHighest(b, first)).isEqualTo(0x1FFFE);
        assertThat(ReportBlock.jitter(b, first)).isEqualTo(17);
        assertThat(ReportBlock.lastSenderReport(b, first)).isEqualTo(0x12345678);
        assertThat(ReportBlock.delaySinceLastSenderReport(b, first)).isEqualTo(0x10000);
        final int second = ReceiverReport.blockOffset(AT, 1);
        assertThat(ReportBlock.cumulativeLost(b, second)).isEqualTo(0x7FFFFF);
        assertThat(ReportBlock.extendedHighest(b, second)).isEqualTo(0xFFFF_FFFFL);
        assertThat(ReportBlock.jitter(b, second)).isEqualTo(0x8000_0000L);
    }

    @Test
    void shouldRefuseReportsThatAreShorterThanTheirBlocks() {
        assertThat(ReceiverReport.isValid(Hex.buffer("81c90001 00000001"), AT)).isFalse();
        assertThat(ReceiverReport.isValid(Hex.buffer("80c90000"), AT)).isFalse();
        assertThat(SenderReport.isValid(Hex.buffer("80c80001 00000001"), AT)).isFalse();
        assertThat(SenderReport.isValid(Hex.buffer("80c90001 00000001"), AT)).isFalse();
        assertThat(Bye.isValid(Hex.buffer("82cb0001 00000001"), AT)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "a, 81ca0002 00000009 01016100",
        "ab, 81ca0003 00000009 01026162 00000000",
        "abc, 81ca0003 00000009 01036162 63000000",
        "abcd, 81ca0003 00000009 01046162 63640000",
        "abcde, 81ca0003 00000009 01056162 63646500",
        "abcdef, 81ca0004 00000009 01066162 63646566 00000000",
    })
    void shouldWriteACnameAndPadIt(final String cname, final String hex) {
        b.setMemory(0, b.capacity(), (byte) 0xFF);
        final int length = Sdes.write(b, AT, 9, cname.getBytes(US_ASCII));
        assertThat(Hex.of(b, AT, length)).isEqualTo(hex.replace(" ", ""));
        assertThat(RtcpHeader.isValidCompound(b, AT, length)).isTrue();
    }

    @Test
    void shouldRefuseACnameThatCannotBeWritten() {
        assertThatThrownBy(() -> Sdes.write(b, AT, 9, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sdes.write(b, AT, 9, new byte[256])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldWriteAndReadAGoodbye() {
        final int length = Bye.write(b, AT, 0x01020304);
        assertThat(Hex.of(b, AT, length)).isEqualTo("81cb000101020304");
        assertThat(Bye.isValid(b, AT)).isTrue();
        assertThat(Bye.ssrcCount(b, AT)).isOne();
        assertThat(Bye.ssrc(b, AT, 0)).isEqualTo(0x01020304);
        assertThat(Bye.ssrc(Hex.buffer("82cb0003 00000001 00000002 03627965"), AT, 1))
                .isEqualTo(2);
    }
}
