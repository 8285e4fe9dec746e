package lianmai.signaling;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import lianmai.message.ClientMessage;
import lianmai.message.ErrorCode;
import lianmai.message.ServerMessage;
import lianmai.room.Refusal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/**
 * JSON to {@link ClientMessage} and {@link ServerMessage} to JSON; {@code docs/protocol.md} is the reference.
 *
 * <p>Bad input is a {@link Bad}, never an exception. Unknown fields are ignored.
 *
 * <p>Thread: any; stateless after construction.
 */
public final class MessageCodec {
    /** The largest message, in bytes; a client has no reason to send more. */
    public static final int MAX_BYTES = 64 * 1024;
    /** The largest message with an offer in it: twelve seats make about 90 kB of SDP. */
    public static final int MAX_BYTES_WITH_OFFER = 256 * 1024;
    /** The deepest nesting; our own messages need two. */
    public static final int MAX_DEPTH = 16;

    private static final int MAX_NAME_LENGTH = 256;
    private static final int MAX_NUMBER_LENGTH = 32;

    /** What became of a frame; {@code id} null when it could not be read. */
    public sealed interface Decoded {
        String id();
    }

    public record Good(ClientMessage message) implements Decoded {
        @Override
        public String id() {
            return message.id();
        }
    }

    public record Bad(String id, Refusal refusal) implements Decoded {}

    /** Puts the {@code type} into every server message. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.PROPERTY, property = "type")
    private interface Typed {}

    private final JsonMapper mapper;

    public MessageCodec() {
        final JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxDocumentLength(MAX_BYTES_WITH_OFFER)
                        .maxStringLength(MAX_BYTES_WITH_OFFER)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .build())
                .build();
        mapper = JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .changeDefaultPropertyInclusion(usual -> usual.withValueInclusion(JsonInclude.Include.NON_NULL))
                .addMixIn(ServerMessage.class, Typed.class)
                .registerSubtypes(serverTypes().toArray(NamedType[]::new))
                .build();
    }

    /** Reads one frame; neither moves the reader index nor releases. */
    public Decoded decode(final ByteBuf json) {
        final int length = json.readableBytes();
        if (length > MAX_BYTES_WITH_OFFER) {
            return bad(ErrorCode.TOO_LARGE);
        }
        final JsonNode tree;
        try {
            tree = mapper.readTree(ByteBufUtil.getBytes(json));
        } catch (final StreamConstraintsException tooMuch) {
            return bad(isAboutDepth(tooMuch) ? ErrorCode.TOO_DEEP : ErrorCode.TOO_LARGE);
        } catch (final JacksonException notJson) {
            return bad(ErrorCode.BAD_JSON);
        }
        if (tree == null || !tree.isObject()) {
            return bad(ErrorCode.BAD_JSON);
        }
        return ClientMessages.read(new Fields(tree), length);
    }

    /** Writes one message into a new buffer, which the caller releases. */
    public ByteBuf encode(final ServerMessage message, final ByteBufAllocator allocator) {
        final byte[] json = mapper.writeValueAsBytes(message);
        return allocator.buffer(json.length).writeBytes(json);
    }

    /** The {@code type} of a kind of server message. */
    static String typeOf(final Class<?> message) {
        if (message == ServerMessage.Failed.class) {
            return "error";
        }
        if (message == ServerMessage.RoleChanged.class) {
            return "role";
        }
        final String name = message.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /** The mapper itself, for tests that read server messages back. */
    JsonMapper mapper() {
        return mapper;
    }

    private static List<NamedType> serverTypes() {
        final List<NamedType> types = new ArrayList<>();
        for (final Class<?> kind : ServerMessage.class.getPermittedSubclasses()) {
            for (final Class<?> message : kind.getPermittedSubclasses()) {
                types.add(new NamedType(message, typeOf(message)));
            }
        }
        return types;
    }

    private static boolean isAboutDepth(final StreamConstraintsException tooMuch) {
        return String.valueOf(tooMuch.getOriginalMessage()).contains("nesting depth");
    }

    private static Bad bad(final ErrorCode code) {
        return new Bad(null, Refusal.of(code));
    }
}
