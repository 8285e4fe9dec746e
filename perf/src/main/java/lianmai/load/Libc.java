package lianmai.load;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few calls of the C library that {@link MmsgPort} lives on. Pointers are numbers, so that nothing is allocated;
 * where the error number matters, it goes to a segment of the caller's.
 *
 * <p>Thread: any.
 */
final class Libc {
    /** What {@code errno} segments look like. */
    static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();

    static final int EINTR = 4;
    static final int EAGAIN = 11;

    private static final VarHandle ERRNO = ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle SOCKET =
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            call("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle GETSOCKNAME =
            call("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle RECVMMSG =
            plain("recvmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final FunctionDescriptor SENDMMSG_TYPE =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle SENDMMSG = plain("sendmmsg", SENDMMSG_TYPE);
    private static final MethodHandle SENDMMSG_SAYING_WHY = call("sendmmsg", SENDMMSG_TYPE);
    private static final MethodHandle PPOLL =
            plain("ppoll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOCK_GETTIME =
            call("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle PRCTL =
            call("prctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private Libc() {}

    private static MethodHandle call(final String name, final FunctionDescriptor type) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
    }

    /** Without the error number, whose capture costs an object wherever the JIT does not see through it. */
    private static MethodHandle plain(final String name, final FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
    }

    static int errno(final MemorySegment error) {
        return (int) ERRNO.get(error, 0L);
    }

    static int socket(final MemorySegment error, final int domain, final int type) {
        try {
            return (int) SOCKET.invokeExact(error, domain, type, 0);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int bind(final MemorySegment error, final int fd, final long address, final int length) {
        try {
            return (int) BIND.invokeExact(error, fd, address, length);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockname(final MemorySegment error, final int fd, final long address, final long length) {
        try {
            return (int) GETSOCKNAME.invokeExact(error, fd, address, length);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int setsockopt(
            final MemorySegment error, final int fd, final int level, final int name, final long value, final int n) {
        try {
            return (int) SETSOCKOPT.invokeExact(error, fd, level, name, value, n);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockopt(
            final MemorySegment error, final int fd, final int level, final int name, final long value, final long n) {
        try {
            return (int) GETSOCKOPT.invokeExact(error, fd, level, name, value, n);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int recvmmsg(final int fd, final long messages, final int n, final int flags) {
        try {
            return (int) RECVMMSG.invokeExact(fd, messages, n, flags, 0L);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int sendmmsg(final int fd, final long messages, final int n, final int flags) {
        try {
            return (int) SENDMMSG.invokeExact(fd, messages, n, flags);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    /** The same, for one that has failed: with the error number, should it fail again. */
    static int sendmmsgSayingWhy(
            final MemorySegment error, final int fd, final long messages, final int n, final int flags) {
        try {
            return (int) SENDMMSG_SAYING_WHY.invokeExact(error, fd, messages, n, flags);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int ppoll(final long descriptors, final long n, final long timeout) {
        try {
            return (int) PPOLL.invokeExact(descriptors, n, timeout, 0L);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int close(final MemorySegment error, final int fd) {
        try {
            return (int) CLOSE.invokeExact(error, fd);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int clockGettime(final MemorySegment error, final int clock, final long timespec) {
        try {
            return (int) CLOCK_GETTIME.invokeExact(error, clock, timespec);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    static int prctl(final MemorySegment error, final int option, final long value) {
        try {
            return (int) PRCTL.invokeExact(error, option, value, 0L, 0L, 0L);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    private static IllegalStateException unexpected(final Throwable e) {
        return new IllegalStateException("a downcall does not throw", e);
    }
}
