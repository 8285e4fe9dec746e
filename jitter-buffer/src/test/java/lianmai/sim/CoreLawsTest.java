package lianmai.sim;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoreLawsTest {
    private static final JavaClasses PRODUCTION = CoreLaws.production("lianmai");

    @Test
    void shouldKeepThisModulePure() {
        CoreLaws.checkPure(PRODUCTION, "lianmai.rtp..", "lianmai.jitter..");
        CoreLaws.checkQueuesOnlyIn(PRODUCTION, "nobody");
    }

    @Test
    void shouldNeedNothingButJavaAndAgrona() {
        classes()
                .that()
                .resideInAnyPackage("lianmai.rtp..", "lianmai.jitter..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java.lang..", "java.util", "java.nio", "org.agrona..", "lianmai.rtp..", "lianmai.jitter..")
                .check(PRODUCTION);
    }

    @Test
    void shouldLetTheWireFormatsKnowNothingOfTheStateBuiltOnThem() {
        classes()
                .that()
                .resideInAPackage("lianmai.rtp..")
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage("lianmai.jitter..")
                .check(PRODUCTION);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                ReadsTheClock.class,
                Locks.class,
                RollsDice.class,
                StartsAThread.class,
                SharesAField.class,
                IsSynchronized.class
            })
    void shouldNoticeWhatIsNotPure(final Class<?> offender) {
        final JavaClasses imported = new ClassFileImporter().importClasses(offender);
        assertThatThrownBy(() -> CoreLaws.checkPure(imported, "lianmai.sim.."))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(offender.getSimpleName());
    }

    @Test
    void shouldNoticeAQueueInAnUnnamedPlace() {
        final JavaClasses imported = new ClassFileImporter().importClasses(HandsOver.class);
        CoreLaws.checkQueuesOnlyIn(imported, "lianmai.sim..");
        assertThatThrownBy(() -> CoreLaws.checkQueuesOnlyIn(imported, "lianmai.io.."))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ConcurrentLinkedQueue");
    }

    static final class ReadsTheClock {
        long now() {
            return System.nanoTime();
        }
    }

    static final class Locks {
        final ReentrantLock lock = new ReentrantLock();
    }

    static final class RollsDice {
        final Supplier<Random> dice = Random::new;
    }

    static final class StartsAThread {
        Thread start() {
            return Thread.ofVirtual().start(() -> {});
        }
    }

    static final class SharesAField {
        volatile int shared;
    }

    static final class IsSynchronized {
        synchronized void run() {}
    }

    static final class HandsOver {
        final ConcurrentLinkedQueue<String> queue = new ConcurrentLinkedQueue<>();
    }
}
