package lianmai.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import lianmai.sim.CoreLaws;
import org.junit.jupiter.api.Test;

/** The laws of design §1 for the whole module; those of the rooms are in {@code RoomLawsTest}. */
class ServerLawsTest {
    private static final String[] MODULE = {
        "lianmai.room..",
        "lianmai.message..",
        "lianmai.sdp..",
        "lianmai.signaling..",
        "lianmai.http..",
        "lianmai.server..",
        "lianmai.stat.."
    };
    private static final JavaClasses PRODUCTION = CoreLaws.production(
            "lianmai.room",
            "lianmai.message",
            "lianmai.sdp",
            "lianmai.signaling",
            "lianmai.http",
            "lianmai.server",
            "lianmai.stat");

    @Test
    void shouldKeepNegotiationPure() {
        CoreLaws.checkPure(PRODUCTION, "lianmai.sdp..");
    }

    /** Signaling is one thread: H1 and H2 are reached through the relay's own classes. */
    @Test
    void shouldHandNothingOverByAQueueOfItsOwn() {
        CoreLaws.checkQueuesOnlyIn(PRODUCTION, "nobody");
        noClasses()
                .that()
                .resideInAnyPackage(MODULE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.jctools..")
                .check(PRODUCTION);
    }

    @Test
    void shouldImportInOneDirectionOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("server")
                .definedBy("lianmai.server..")
                .layer("http")
                .definedBy("lianmai.http..")
                .layer("signaling")
                .definedBy("lianmai.signaling..")
                .layer("sdp")
                .definedBy("lianmai.sdp..")
                .layer("room")
                .definedBy("lianmai.room..")
                .layer("message")
                .definedBy("lianmai.message..")
                .whereLayer("server")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("server")
                .whereLayer("signaling")
                .mayOnlyBeAccessedByLayers("server", "http")
                .whereLayer("sdp")
                .mayOnlyBeAccessedByLayers("server", "http")
                .whereLayer("room")
                .mayOnlyBeAccessedByLayers("server", "http", "signaling")
                .check(PRODUCTION);
    }

    /** {@code lianmai stat} is to start at once, whatever the server's libraries weigh. */
    @Test
    void shouldLetStatNeedOnlyTheJdk() {
        classes()
                .that()
                .resideInAPackage("lianmai.stat..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "com.sun.security..", "lianmai.stat..")
                .check(PRODUCTION);
    }

    @Test
    void shouldKeepNettyInTheShell() {
        noClasses()
                .that()
                .resideOutsideOfPackages("lianmai.signaling..", "lianmai.http..", "lianmai.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..")
                .check(PRODUCTION);
    }
}
