package lianmai.ipsecmb;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import lianmai.srtp.SessionKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpStatus;

/**
 * The calls into {@code srtp_batch.c}, all of them ordinary downcalls that take addresses as numbers, so that none
 * allocates.
 *
 * <p>Thread: any. Owns: the loaded library, for as long as the process lives. Units: bytes.
 */
final class SrtpLibrary {
    private static final int LONGEST_SENTENCE = 256;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = LibraryFile.lookup();

    private static final MethodHandle OBSTACLE = call("srtp_obstacle", FunctionDescriptor.of(ADDRESS));
    private static final MethodHandle KEY_SIZE = call("srtp_key_size", FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle KEY_EXPAND = call(
            "srtp_key_expand",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle KEY_ERASE = call("srtp_key_erase", FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle PROTECT =
            call("srtp_protect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle UNPROTECT =
            call("srtp_unprotect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle LAYOUT = call("srtp_packet_layout", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private SrtpLibrary() {}

    private static MethodHandle call(final String name, final FunctionDescriptor type) {
        return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), type);
    }

    /** Why it cannot work on this machine, in a few words, or null. */
    static String obstacle() {
        try {
            final MemorySegment sentence = (MemorySegment) OBSTACLE.invokeExact();
            return sentence.address() == 0
                    ? null
                    : sentence.reinterpret(LONGEST_SENTENCE).getString(0);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    /** Memory of one expanded key, which starts at a multiple of 64. */
    static int keySize() {
        try {
            return (int) (long) KEY_SIZE.invokeExact();
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    /** Expands a session's keys for one direction of SRTP or SRTCP; overwrites what it had to copy of them. */
    static void expandKey(final long address, final SrtpProfile profile, final boolean isRtcp, final SessionKeys keys) {
        final int status;
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment cipherKey = copy(arena, keys.cipherKey());
            final MemorySegment authenticationKey = copy(arena, keys.authenticationKey());
            final MemorySegment salt = copy(arena, keys.salt());
            status = (int)
                    KEY_EXPAND.invokeExact(address, profile.id(), isRtcp ? 1 : 0, cipherKey, authenticationKey, salt);
            cipherKey.fill((byte) 0);
            authenticationKey.fill((byte) 0);
            salt.fill((byte) 0);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
        if (status != 0) {
            throw new IllegalStateException("native SRTP cannot expand a key of " + profile + ": status " + status);
        }
    }

    /** Overwrites an expanded key. */
    static void eraseKey(final long address) {
        try {
            KEY_ERASE.invokeExact(address);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    /** Protects n packets described from an address on; answers how many could not be. */
    static int protect(final long descriptors, final int n) {
        try {
            return (int) PROTECT.invokeExact(descriptors, n);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    /** Unprotects n packets described from an address on; answers how many were refused. */
    static int unprotect(final long descriptors, final int n) {
        try {
            return (int) UNPROTECT.invokeExact(descriptors, n);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    /** The offsets of a descriptor's members in C, then its size: what {@link PacketDescriptor#LAYOUT} must be. */
    static int[] layout() {
        final int[] layout = new int[PacketDescriptor.LAYOUT.size()];
        Arrays.setAll(layout, SrtpLibrary::layout);
        return layout;
    }

    private static int layout(final int field) {
        try {
            return (int) LAYOUT.invokeExact(field);
        } catch (final Throwable e) {
            throw unexpected(e);
        }
    }

    /** At least a byte, so that there is an address. */
    private static MemorySegment copy(final Arena arena, final byte[] bytes) {
        final MemorySegment segment = arena.allocate(
                MemoryLayout.sequenceLayout(Math.max(1, bytes.length), java.lang.foreign.ValueLayout.JAVA_BYTE));
        MemorySegment.copy(bytes, 0, segment, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    private static IllegalStateException unexpected(final Throwable e) {
        return new IllegalStateException("a downcall does not throw", e);
    }

    /** What a status of {@code srtp_batch.h} means that is nobody's fault but ours. */
    static IllegalStateException bug(final int status) {
        return new IllegalStateException("native SRTP refuses what was checked: "
                + (status == SrtpStatus.MALFORMED ? "malformed descriptor" : "status " + status));
    }
}
