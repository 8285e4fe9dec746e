package lianmai.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.uring.IoUring;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Tiny runs of the built program: that it counts what it does, not how fast it is. */
class CReferenceTest {
    private static final List<String> TINY = List.of("--seconds", "0.05", "--rounds", "2", "--destinations", "20");

    private CReference reference;

    @BeforeEach
    void setUp() throws ReferenceException {
        Compiler.assumeGcc();
        reference = CReference.find();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sendto", "connected", "sendmmsg-64", "gso-2", "gso-16", "gso-8-sendmmsg"})
    void shouldAccountForEveryPacketSent(final String way) throws ReferenceException {
        final ReferenceRow row = only("send", "send/" + way);

        assertThat(row.name()).isEqualTo("send/" + way);
        assertThat(row.errors()).isZero();
        assertThat(row.packets()).isPositive().isEqualTo(row.received() + row.drops());
        assertThat(row.rounds()).isEqualTo(2);
        assertThat(row.nsPerPacket().lower())
                .isPositive()
                .isLessThanOrEqualTo(row.nsPerPacket().median());
        assertThat(row.nsPerPacket().upper())
                .isGreaterThanOrEqualTo(row.nsPerPacket().median());
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "io_uring-gso-8", "io_uring-source", "io_uring-gso-8-source"})
    void shouldAccountForEveryPacketSentByARing(final String way) throws ReferenceException {
        assumeTrue(IoUring.isAvailable(), "no io_uring here");

        final ReferenceRow row = only("send", "send/" + way);

        assertThat(row.errors()).isZero();
        assertThat(row.packets()).isPositive().isEqualTo(row.received() + row.drops());
    }

    @Test
    void shouldSayHowFarTheCoresAreFromEachOther() throws ReferenceException {
        assertThat(reference.coreDistanceNs()).isPositive();
    }

    @Test
    void shouldForwardBurstsBetweenProcesses() throws Exception {
        final Process forwarder = new ProcessBuilder(reference.command("forward")).start();
        final Process bursts = new ProcessBuilder(reference.command("bursts")).start();
        try (BufferedReader fromForwarder = forwarder.inputReader();
                BufferedReader fromBursts = bursts.inputReader();
                BufferedWriter toForwarder = forwarder.outputWriter();
                BufferedWriter toBursts = bursts.outputWriter()) {
            toBursts.write(fromForwarder.readLine().replaceAll("\\D", "") + " 0.05\n");
            toBursts.flush();
            final String counts = fromBursts.readLine();
            toForwarder.write("stop\n");
            toForwarder.flush();
            final ReferenceRow row = ReferenceRow.parse(fromForwarder.readLine());

            assertThat(row.name()).isEqualTo("forward/mmsg");
            assertThat(row.packets()).isPositive();
            assertThat(row.drops()).isZero();
            assertThat(counts).contains("\"sent\":" + row.packets() + ",", "\"received\":" + row.packets() + "}");
        } finally {
            forwarder.destroyForcibly();
            bursts.destroyForcibly();
        }
    }

    @Test
    void shouldCountWhatAnotherProcessSends() throws Exception {
        final Process sink = new ProcessBuilder(reference.command("sink")).start();
        try (BufferedReader from = sink.inputReader();
                BufferedWriter to = sink.outputWriter()) {
            final String port = from.readLine().replaceAll("\\D", "");
            final ReferenceRow row = only("send", "send/gso-8", "--to-port", port);
            to.write(row.packets() + "\n");
            to.flush();

            // What the warm-up sent came as well.
            final String[] counts = from.readLine().replaceAll("[^\\d,]", "").split(",");
            assertThat(Long.parseLong(counts[0]) + Long.parseLong(counts[1])).isGreaterThanOrEqualTo(row.packets());
        } finally {
            sink.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcm-128", "gcm-256", "cm-sha1-80"})
    void shouldAccountForEveryPacketSealedAndSent(final String profile) throws ReferenceException {
        Compiler.assumeIpsecMb();

        final ReferenceRow row = only("send", "send/gso-8/" + profile);

        assertThat(row.errors()).isZero();
        assertThat(row.packets()).isPositive().isEqualTo(row.received() + row.drops());
    }

    @ParameterizedTest
    @ValueSource(strings = {"poll", "spin", "block"})
    void shouldCountTheSegmentsThatGroPutsTogether(final String drain) throws ReferenceException {
        final ReferenceRow row = only("send", "send/gso-8", "--gro", "--drain", drain);

        assertThat(row.packets()).isPositive().isEqualTo(row.received() + row.drops());
    }

    @Test
    void shouldDropWhatNobodyTakesAway() throws ReferenceException {
        final ReferenceRow row = only("send", "send/gso-16", "--drain", "none", "--seconds", "0.1");

        assertThat(row.received()).isZero();
        assertThat(row.packets()).isPositive().isGreaterThanOrEqualTo(row.drops());
        assertThat(row.errors()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "video/spin",
        "video/gather",
        "video/block",
        "audio/spin",
        "audio/block",
        "video/flat-out",
        "audio/flat-out"
    })
    void shouldFanOutEveryPacketToEverybody(final String shape) throws ReferenceException {
        final ReferenceRow row = only("fanout", "fanout/" + shape + "/*");
        final ReferenceRow.Latency submit = row.latencies().get("submit");
        final ReferenceRow.Latency receive = row.latencies().get("receive");

        assertThat(row.errors()).isZero();
        assertThat(row.packets()).isPositive().isEqualTo(row.received() + row.drops());
        assertThat(row.packets() % 20).as("20 copies of each").isZero();
        assertThat(submit.count() + submit.impossible()).isEqualTo(row.packets());
        assertThat(receive.count() + receive.impossible()).isEqualTo(row.received());
        assertThat(submit.p50()).isLessThanOrEqualTo(submit.p99()).isPositive();
        assertThat(submit.p99()).isLessThanOrEqualTo(submit.max());
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "spin"})
    void shouldEchoEveryRequest(final String way) throws ReferenceException {
        final ReferenceRow row = only("echo", "echo/" + way);

        assertThat(row.packets()).isPositive();
        assertThat(row.latencies().get("roundTrip").count()).isEqualTo(row.packets());
        assertThat(row.errors()).isZero();
    }

    @Test
    void shouldSeeHowMuchOfTheTimeWasTaken() throws ReferenceException {
        final ReferenceRow row = only("spin", "spin");

        assertThat(row.latencies().get("gap").count()).isEqualTo(row.packets());
        assertThat(row.latencies().get("hiccup").count())
                .isEqualTo(row.numbers().get("gapsOver1us").longValue());
        assertThat(row.numbers().get("stolenShare")).isBetween(0.0, 1.0);
        assertThat(row.latencies().get("wait").max())
                .isPositive()
                .isLessThanOrEqualTo(row.latencies().get("gap").max());
    }

    @ParameterizedTest
    @ValueSource(strings = {"recvmsg", "recvmmsg-64", "gro"})
    void shouldReceiveWhatWasPutIntoTheSocket(final String way) throws ReferenceException {
        final ReferenceRow row = only("receive", "receive/" + way);

        assertThat(row.packets()).isPositive();
        assertThat(row.drops()).isZero();
        assertThat(row.errors()).isZero();
    }

    @Test
    void shouldRunOnOneCoreAsWell() throws ReferenceException {
        final ReferenceRow row = reference
                .withCores(0, 0)
                .run("send", List.of("--seconds", "0.05", "--rounds", "1", "--only", "send/gso-8"))
                .getFirst();

        assertThat(row.packets()).isPositive().isEqualTo(row.received() + row.drops());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "race | there is no loop called 'race'; see --help",
                "send --seconds soon | --seconds is from 0.01 to 3600, not 'soon'",
                "send --rounds 1.5 | --rounds is a whole number, not '1.5'",
                "send --size 9000 | --size is from 64 to 1456, not '9000'",
                "send --drain away | --drain cannot be 'away'; see --help",
                "send --core | this is no option, or it lacks its value; see --help",
                "send --fast | this is no option, or it lacks its value; see --help",
                "send --only send/pigeon | no row of send is called 'send/pigeon'"
                        + " (those with encryption need ipsec-mb at build time)",
                "spin --core 1023 | cannot run on core 1023: Invalid argument",
                "protect rot13 00 | protect takes gcm-128, gcm-256 or cm-sha1-80, then in hexadecimal session key,"
                        + " session salt, packet and index, for cm-sha1-80 the authentication key as well",
            })
    void shouldExplainInOneLineWhatIsWrong(final String arguments, final String sentence) {
        assertThatExceptionOfType(ReferenceException.class)
                .isThrownBy(() -> reference.lines(List.of(arguments.split(" "))))
                .withMessage(sentence);
    }

    @Test
    void shouldNameThePackagesWhenItWasNotBuilt() {
        assertThatExceptionOfType(ReferenceException.class)
                .isThrownBy(() -> CReference.at(null))
                .withMessageContaining("gcc")
                .withMessageContaining("libipsec-mb-dev");
    }

    @Test
    void shouldPrintATable() {
        final StringWriter text = new StringWriter();
        final CommandLine command = new CommandLine(new ReferenceCommand()).setOut(new PrintWriter(text));

        final int code = command.execute("echo", "--seconds", "0.05", "--rounds", "1");

        final SoftAssertions table = new SoftAssertions();
        table.assertThat(code).isZero();
        table.assertThat(text.toString()).contains("echo/block", "echo/spin", "roundTrip", "p99.9");
        table.assertAll();
    }

    private ReferenceRow only(final String loop, final String row, final String... more) throws ReferenceException {
        final List<String> options = new ArrayList<>(TINY);
        options.addAll(List.of("--only", row));
        options.addAll(List.of(more));
        final List<ReferenceRow> rows = reference.run(loop, options);
        assertThat(rows).as(row).hasSize(1);
        return rows.getFirst();
    }
}
