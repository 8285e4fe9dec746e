package lianmai.impair;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Set;
import lianmai.sim.CoreLaws;
import org.junit.jupiter.api.Test;

/** The model of a path is pure; sockets, the clock and the thread are the shell's. */
class ImpairLawsTest {
    private static final Set<String> SHELL =
            Set.of("ImpairLoop", "ImpairedClient", "ImpairRelay", "ImpairCommand", "ImpairSettings");

    @Test
    void shouldKeepTheModelPure() {
        final JavaClasses core = CoreLaws.production("lianmai.impair")
                .that(describe("not of the shell", (JavaClass type) -> !SHELL.contains(type.getSimpleName())));
        CoreLaws.checkPure(core, "lianmai.impair..");
    }
}
