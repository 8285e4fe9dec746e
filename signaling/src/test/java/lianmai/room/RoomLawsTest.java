package lianmai.room;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import lianmai.sim.CoreLaws;
import org.junit.jupiter.api.Test;

class RoomLawsTest {
    private static final JavaClasses PRODUCTION = CoreLaws.production("lianmai.room", "lianmai.message");

    @Test
    void shouldKeepTheRoomsPure() {
        CoreLaws.checkPure(PRODUCTION, "lianmai.room..", "lianmai.message..");
        CoreLaws.checkQueuesOnlyIn(PRODUCTION, "nobody");
    }

    @Test
    void shouldKnowNeitherJsonNorSockets() {
        classes()
                .that()
                .resideInAPackage("lianmai.room..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "lianmai.room..", "lianmai.message..", "lianmai.relay..", "lianmai.dtls..")
                .check(PRODUCTION);
        classes()
                .that()
                .resideInAPackage("lianmai.message..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "lianmai.message..")
                .check(PRODUCTION);
    }
}
