package lianmai.report;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import lianmai.sim.CoreLaws;
import org.junit.jupiter.api.Test;

/** What may know what: {@code lab → bench → {load, port, impair, reference, report}}, {@code port → load → door}. */
class PerfLawsTest {
    private static final JavaClasses PRODUCTION = CoreLaws.production(
            "lianmai.lab",
            "lianmai.bench",
            "lianmai.report",
            "lianmai.load",
            "lianmai.door",
            "lianmai.impair",
            "lianmai.profile",
            "lianmai.port",
            "lianmai.reference");

    @Test
    void shouldImportInOneDirectionOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("lab")
                .definedBy("lianmai.lab..")
                .layer("bench")
                .definedBy("lianmai.bench..")
                .layer("report")
                .definedBy("lianmai.report..")
                .layer("load")
                .definedBy("lianmai.load..")
                .layer("door")
                .definedBy("lianmai.door..")
                .layer("impair")
                .definedBy("lianmai.impair..")
                .layer("port")
                .definedBy("lianmai.port..")
                .layer("reference")
                .definedBy("lianmai.reference..")
                .whereLayer("lab")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("bench")
                .mayOnlyBeAccessedByLayers("lab")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("lab", "bench")
                .whereLayer("load")
                .mayOnlyBeAccessedByLayers("lab", "bench", "port")
                .whereLayer("port")
                .mayOnlyBeAccessedByLayers("bench")
                .whereLayer("door")
                .mayOnlyBeAccessedByLayers("lab", "bench", "load")
                .whereLayer("impair")
                .mayOnlyBeAccessedByLayers("lab", "bench", "load")
                .whereLayer("reference")
                .mayOnlyBeAccessedByLayers("lab", "bench")
                .check(PRODUCTION);
    }

    /** A report is made of what was measured: values in, text out, no sockets, threads or clocks. */
    @Test
    void shouldKeepReportsFromMeasuring() {
        noClasses()
                .that()
                .resideInAPackage("lianmai.report..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.util.concurrent..", "java.time..", "io.netty..", "org.agrona..")
                .check(PRODUCTION);
    }

    /** The server is measured from outside: only its protocol and codecs are shared. */
    @Test
    void shouldStartServersAsProcessesOnly() {
        noClasses()
                .that()
                .resideInAnyPackage("lianmai.bench..", "lianmai.load..", "lianmai.profile..", "lianmai.report..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("lianmai.server..", "lianmai.room..", "lianmai.http..")
                .check(PRODUCTION);
    }
}
