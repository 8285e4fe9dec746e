package lianmai.relay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import lianmai.sim.CoreLaws;
import org.junit.jupiter.api.Test;

/** The laws of design §1 that can be read off the classes of this module. */
class RelayLawsTest {
    private static final JavaClasses PRODUCTION = CoreLaws.production("lianmai");

    @Test
    void shouldKeepTheCorePure() {
        CoreLaws.checkPure(PRODUCTION, "lianmai.ice..", "lianmai.srtp..", "lianmai.relay..", "lianmai.cc..");
    }

    @Test
    void shouldImportInOneDirectionOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("io")
                .definedBy("lianmai.io..")
                .layer("relay")
                .definedBy("lianmai.relay..")
                .layer("ice")
                .definedBy("lianmai.ice..")
                .layer("dtls")
                .definedBy("lianmai.dtls..")
                .layer("srtp")
                .definedBy("lianmai.srtp..")
                .layer("cc")
                .definedBy("lianmai.cc..")
                .layer("stream")
                .definedBy("lianmai.rtp..", "lianmai.jitter..")
                .whereLayer("io")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("relay")
                .mayOnlyBeAccessedByLayers("io")
                .whereLayer("ice")
                .mayOnlyBeAccessedByLayers("io", "relay")
                .whereLayer("dtls")
                .mayOnlyBeAccessedByLayers("io", "relay")
                .whereLayer("cc")
                .mayOnlyBeAccessedByLayers("io", "relay")
                .whereLayer("srtp")
                .mayOnlyBeAccessedByLayers("io", "relay", "dtls")
                .check(PRODUCTION);
    }

    /** H1 {@code RelayCommands}, H2 {@code RelayEvents}, H3 {@code DtlsPipe}; H4 {@code ReplicaQueue}. */
    @Test
    void shouldNameEveryHandOverBetweenThreads() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("lianmai.io.RelayCommands")
                .and()
                .doNotHaveFullyQualifiedName("lianmai.io.RelayEvents")
                .and()
                .doNotHaveFullyQualifiedName("lianmai.io.ReplicaQueue")
                .and()
                .doNotHaveFullyQualifiedName("lianmai.dtls.DtlsPipe")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.jctools..")
                .because("every hand-over is in the table of docs/architecture.md, under the name of its class")
                .check(PRODUCTION);
        CoreLaws.checkQueuesOnlyIn(PRODUCTION, "lianmai.io", "lianmai.dtls");
    }

    @Test
    void shouldKeepNettyInTheShell() {
        noClasses()
                .that()
                .resideOutsideOfPackage("lianmai.io..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..")
                .check(PRODUCTION);
    }

    @Test
    void shouldKeepBouncyCastleBehindTheDtlsEndpoint() {
        noClasses()
                .that()
                .resideOutsideOfPackage("lianmai.dtls..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bouncycastle..")
                .check(PRODUCTION);
    }
}
