package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalAddressesTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "255.255.255.255", "0.0.0.1", "::1", "fd00::2", "2001:db8::ffff:1.2.3.4"})
    void shouldGiveBackTheAddressOfItsHalves(final String text) throws IOException {
        final InetAddress address = InetAddress.ofLiteral(text);
        final long high = LocalAddresses.high(address);
        final long low = LocalAddresses.low(address);
        assertThat(LocalAddresses.toInetAddress(high, low)).isEqualTo(address);
        assertThat(LocalAddresses.isIpv4(high, low)).isEqualTo(address instanceof Inet4Address);
    }

    @Test
    void shouldMapIpv4AsRfc4291Says() throws IOException {
        final InetAddress address = InetAddress.ofLiteral("192.0.2.1");
        assertThat(LocalAddresses.high(address)).isZero();
        assertThat(LocalAddresses.low(address)).isEqualTo(0xFFFF_C000_0201L);
    }

    @Test
    void shouldIndexFromOneAndAnswerZeroForOthers() throws IOException {
        final InetAddress first = InetAddress.ofLiteral("127.0.0.1");
        final InetAddress second = InetAddress.ofLiteral("fd00::2%1");
        final LocalAddresses local = LocalAddresses.of(first, second, first);
        assertThat(local.count()).isEqualTo(3);
        assertThat(local.indexOf(local.high(2), local.low(2))).isEqualTo(2);
        assertThat(local.address(1)).isEqualTo(first);
        assertThat(local.indexOf(0, 0xFFFF_7F00_0002L)).isEqualTo(LocalAddresses.UNSPECIFIED);
        assertThatThrownBy(() -> local.address(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldAnnounceTheGivenAddressFirstButNotListenAtIt() throws IOException {
        final InetAddress own = InetAddress.ofLiteral("127.0.0.1");
        final InetAddress outside = InetAddress.ofLiteral("203.0.113.7");
        final LocalAddresses local = LocalAddresses.of(List.of(own), List.of(outside, own, outside));
        assertThat(local.announced()).containsExactly(outside, own);
        assertThat(local.count()).isEqualTo(2);
        assertThat(local).hasToString("127.0.0.1");
    }

    @Test
    void shouldListAtMostTheLimit() {
        final InetAddress[] many = IntStream.range(1, 100)
                .mapToObj(i -> LocalAddresses.toInetAddress(0, LocalAddresses.mapped(0x0A00_0000 | i)))
                .toArray(InetAddress[]::new);
        final LocalAddresses local = LocalAddresses.of(many);
        assertThat(local.count()).isEqualTo(LocalAddresses.LIMIT);
        assertThat(local.indexOf(0, LocalAddresses.mapped(0x0A00_0000 | 99))).isEqualTo(LocalAddresses.UNSPECIFIED);
    }

    @Test
    void shouldFindThisMachinesAddressesLoopbackFirst() throws IOException {
        final List<InetAddress> found = LocalAddresses.ofMachine();
        assertThat(found.getFirst()).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
        assertThat(found).doesNotHaveDuplicates().noneMatch(InetAddress::isLinkLocalAddress);
    }

    @Test
    void shouldNeedAnAddress() {
        assertThatThrownBy(LocalAddresses::of).isInstanceOf(IllegalArgumentException.class);
    }
}
