package lianmai.sim;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;

/**
 * The laws of the core as ArchUnit rules, for the tests of every module that has core packages.
 *
 * <pre>{@code
 *   CoreLaws.checkPure(CoreLaws.production("lianmai"), "lianmai.ice..", "lianmai.relay..");
 *   CoreLaws.checkQueuesOnlyIn(CoreLaws.production("lianmai"), "lianmai.io..", "lianmai.dtls..");
 * }</pre>
 *
 * Bytecode does not show {@code synchronized} blocks to ArchUnit; methods, locks and volatile fields it does.
 */
public final class CoreLaws {
    private static final Set<String> SHARED_AGRONA_BUFFERS =
            Set.of("org.agrona.concurrent.UnsafeBuffer", "org.agrona.concurrent.AtomicBuffer");
    private static final Set<String> THREAD_TYPES = Set.of(
            "java.lang.Thread",
            "java.lang.Runtime",
            "java.lang.ThreadLocal",
            "java.lang.ProcessBuilder",
            "java.util.Timer",
            "java.time.Clock",
            "java.time.InstantSource",
            "java.util.concurrent.ThreadLocalRandom");
    /** Names of units and their conversion; what of it waits is forbidden apart. */
    private static final String TIME_UNITS = "java.util.concurrent.TimeUnit";

    private static final Set<String> CLOCK_CALLS = Set.of("nanoTime", "currentTimeMillis");
    private static final Set<String> SEEDABLE =
            Set.of("java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom");

    private CoreLaws() {}

    /** The compiled classes below these packages, without tests. */
    public static JavaClasses production(final String... packages) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages(packages);
    }

    /**
     * Checks that core packages are pure: no Netty, JCTools, sockets, channels, files, threads, locks, volatile fields,
     * clocks or unseeded randomness (design law 1).
     *
     * @param corePackages as ArchUnit writes them: {@code lianmai.ice..}
     */
    public static void checkPure(final JavaClasses classes, final String... corePackages) {
        noClasses()
                .that()
                .resideInAnyPackage(corePackages)
                .should()
                .dependOnClassesThat(are(impureType()))
                .because("the core is pure: bytes, time and commands in; sends and events out")
                .check(classes);
        noClasses()
                .that()
                .resideInAnyPackage(corePackages)
                .should()
                .accessTargetWhere(impureAccess())
                .because("time enters as long nowNs, randomness as a seed or a supplier")
                .check(classes);
        noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(corePackages)
                .should()
                .haveModifier(JavaModifier.VOLATILE)
                .because("every piece of state has one owner thread")
                .allowEmptyShould(true)
                .check(classes);
        noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(corePackages)
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .because("there are no locks on the media path")
                .check(classes);
    }

    /** Checks that only these packages name a queue between threads (design law 2). */
    public static void checkQueuesOnlyIn(final JavaClasses classes, final String... packages) {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat(are(threadQueue()))
                .because("every hand-over between threads is in the table of the design")
                .allowEmptyShould(true)
                .check(classes);
    }

    private static DescribedPredicate<JavaClass> impureType() {
        final DescribedPredicate<JavaClass> outsidePackages = resideInAnyPackage(
                "io.netty..",
                "org.jctools..",
                "java.net..",
                "java.net.http..",
                "java.nio.channels..",
                "java.nio.file..",
                "java.util.concurrent..",
                "java.lang.ref..");
        return describe(
                "of the outside world (IO, threads, locks, clocks)",
                type -> outsidePackages.test(type) && !type.getName().equals(TIME_UNITS)
                        || THREAD_TYPES.contains(type.getName())
                        || isSharedAgrona(type)
                        || isStream(type));
    }

    private static boolean isSharedAgrona(final JavaClass type) {
        return type.getPackageName().startsWith("org.agrona.concurrent")
                && !SHARED_AGRONA_BUFFERS.contains(type.getName());
    }

    /** Files and streams; {@code Serializable} and exceptions come along with enums and errors. */
    private static boolean isStream(final JavaClass type) {
        return type.getPackageName().equals("java.io")
                && (type.getSimpleName().startsWith("File")
                        || type.getSimpleName().endsWith("Stream"));
    }

    private static DescribedPredicate<JavaAccess<?>> impureAccess() {
        return describe("a clock or unseeded randomness", access -> {
            final String owner = access.getTargetOwner().getName();
            final String name = access.getTarget().getName();
            return switch (owner) {
                case "java.lang.System" -> CLOCK_CALLS.contains(name);
                case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
                case TIME_UNITS -> name.equals("sleep") || name.startsWith("timed");
                case "java.util.UUID" -> name.equals("randomUUID");
                case "java.lang.Object" -> name.equals("wait") || name.startsWith("notify");
                default ->
                    owner.startsWith("java.time.") && name.equals("now")
                            || SEEDABLE.contains(owner) && isUnseeded(access);
            };
        });
    }

    private static boolean isUnseeded(final JavaAccess<?> access) {
        return access.getTarget().getFullName().endsWith(".<init>()");
    }

    private static DescribedPredicate<JavaClass> threadQueue() {
        return describe("queues between threads", type -> {
            final String owner = type.getPackageName();
            final boolean queue = type.getSimpleName().endsWith("Queue")
                    || type.getSimpleName().endsWith("Deque");
            return owner.startsWith("org.jctools")
                    || owner.startsWith("org.agrona.concurrent.ringbuffer")
                    || owner.startsWith("org.agrona.concurrent.broadcast")
                    || queue && (owner.startsWith("org.agrona.concurrent") || owner.equals("java.util.concurrent"));
        });
    }
}
