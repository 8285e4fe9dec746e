package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is read from the kernel, from {@code /metrics} and from {@code jcmd}. */
class ParsersTest {
    @Test
    void shouldAddUpTheShardsOfACounter() {
        final Scrape scrape = Scrape.parse("""
                # HELP lianmai_rtp_forwarded_total RTP packets forwarded
                # TYPE lianmai_rtp_forwarded_total counter
                lianmai_rtp_forwarded_total{shard="0"} 12.0
                lianmai_rtp_forwarded_total{shard="1"} 1.5E3
                lianmai_slots_in_use 7.0
                """);
        assertThat(scrape.forwarded()).isEqualTo(1_512);
        assertThat(scrape.slotsInUse()).isEqualTo(7);
        assertThat(scrape.value("nothing")).isZero();
    }

    @Test
    void shouldTellDropsByReason() {
        final Scrape scrape = Scrape.parse("""
                lianmai_drops_total{reason="shed",shard="0"} 4.0
                lianmai_drops_total{reason="shed",shard="1"} 1.0
                lianmai_drops_total{reason="unknown_ssrc",shard="0"} 0.0
                lianmai_refusals_total{reason="busy"} 7.0
                """);
        assertThat(scrape.drops()).containsExactly(Map.entry("shed", 5.0));
        assertThat(scrape.value("lianmai_drops_total")).isEqualTo(5);
    }

    @Test
    void shouldFindTheColumnOfReceivedDatagrams() {
        assertThat(UdpCounts.parse(List.of(
                        "Tcp: A B",
                        "Tcp: 1 2",
                        "Udp: InDatagrams NoPorts InErrors",
                        "Udp: 4711 2 3",
                        "UdpLite: InDatagrams",
                        "UdpLite: 9")))
                .isEqualTo(4711);
        assertThat(UdpCounts.parse(List.of())).isZero();
    }

    @Test
    void shouldReadTheKernelsSetsOfCores() {
        assertThat(Cores.parse("0-3,8,10-11")).containsExactly(0, 1, 2, 3, 8, 10, 11);
        assertThat(Cores.parse("5")).containsExactly(5);
    }

    @Test
    void shouldAddUpWhatThreadsAllocated() {
        assertThat(HeapTraffic.parse(List.of(
                        "\"main\" #3 [20097] prio=5 os_prio=0 cpu=149.64ms elapsed=2.38s allocated=98426K"
                                + " defined_classes=5 tid=0x00007f2a4c01e840 nid=20097 waiting",
                        "\"relay-0\" #30 [20113] prio=5 cpu=0.16ms elapsed=2.25s allocated=304B defined_classes=0",
                        "   java.lang.Thread.State: RUNNABLE")))
                .isEqualTo(new HeapTraffic.Allocated(98_426L * 1024 + 304, 304));
    }
}
