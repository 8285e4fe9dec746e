package lianmai.gc;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.ReflectionSupport;

/** Carries out {@link AllocationFree}. */
final class AllocationFreeExtension implements InvocationInterceptor, ParameterResolver {
    private final AllocationWindow window = new AllocationWindow();

    @Override
    public boolean supportsParameter(final ParameterContext parameter, final ExtensionContext context) {
        return parameter.getParameter().getType() == AllocationWindow.class;
    }

    @Override
    public Object resolveParameter(final ParameterContext parameter, final ExtensionContext context) {
        return window;
    }

    @Override
    public void interceptTestMethod(
            final Invocation<Void> invocation,
            final ReflectiveInvocationContext<Method> method,
            final ExtensionContext context)
            throws Throwable {
        final AllocationFree limit = method.getExecutable().getAnnotation(AllocationFree.class);
        final List<Long> rounds = new ArrayList<>();
        window.clear();
        invocation.proceed();
        rounds.add(window.bytes());
        while (rounds.getLast() > limit.bytes() && rounds.size() < limit.rounds()) {
            window.clear();
            ReflectionSupport.invokeMethod(
                    method.getExecutable(),
                    context.getRequiredTestInstance(),
                    method.getArguments().toArray());
            rounds.add(window.bytes());
        }
        System.out.println(context.getDisplayName() + ": bytes allocated in each round " + rounds);
        if (rounds.getLast() > limit.bytes()) {
            throw new AssertionError("allocates more than " + limit.bytes() + " bytes in every round: " + rounds);
        }
    }
}
