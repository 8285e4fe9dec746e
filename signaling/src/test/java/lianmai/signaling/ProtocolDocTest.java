package lianmai.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lianmai.message.ClientMessage;
import lianmai.message.CloseCode;
import lianmai.message.ErrorCode;
import lianmai.message.ServerMessage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Holds {@code docs/protocol.md} and the codec together. */
class ProtocolDocTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```json ?(\\w*)\\n(.*?)^```$");

    private final MessageCodec codec = new MessageCodec();
    private final String doc = read();

    @Test
    void shouldDecodeEveryClientExampleAndShowEveryRequest() {
        final Set<Class<?>> shown = new HashSet<>();
        for (final String json : blocks("client")) {
            final MessageCodec.Decoded decoded = codec.decode(Unpooled.copiedBuffer(json, StandardCharsets.UTF_8));
            assertThat(decoded).as(json).isInstanceOf(MessageCodec.Good.class);
            shown.add(((MessageCodec.Good) decoded).message().getClass());
        }
        assertThat(shown).containsExactlyInAnyOrder(ClientMessage.class.getPermittedSubclasses());
    }

    @Test
    void shouldEncodeEveryServerExampleAndShowEveryMessage() {
        final Set<Class<?>> shown = new HashSet<>();
        for (final String json : blocks("server")) {
            final ObjectNode example = (ObjectNode) codec.mapper().readTree(json);
            final boolean numbered = example.remove("seq") != null;
            final ServerMessage message = codec.mapper().treeToValue(example, ServerMessage.class);
            assertThat(numbered).as(json).isEqualTo(message instanceof ServerMessage.Event);
            final ByteBuf encoded = codec.encode(message, UnpooledByteBufAllocator.DEFAULT);
            assertThat(codec.mapper().readTree(encoded.toString(StandardCharsets.UTF_8)))
                    .as(json)
                    .isEqualTo(example);
            encoded.release();
            shown.add(message.getClass());
        }
        final List<Class<?>> all = new ArrayList<>();
        for (final Class<?> kind : ServerMessage.class.getPermittedSubclasses()) {
            all.addAll(List.of(kind.getPermittedSubclasses()));
        }
        assertThat(shown).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void shouldMarkEveryExample() {
        assertThat(blocks("")).isEmpty();
        assertThat(blocks("client")).isNotEmpty();
    }

    @Test
    void shouldListEveryErrorCodeWithItsSentence() {
        for (final ErrorCode code : ErrorCode.values()) {
            assertThat(doc).contains("| `" + code.code() + "` | " + code.sentence() + " |");
        }
        final Matcher rows = Pattern.compile("(?m)^\\| `(\\w+)` \\| .*\\.? \\|$")
                .matcher(doc.substring(doc.indexOf("## Error codes"), doc.indexOf("## Close codes")));
        assertThat(rows.results().count()).isEqualTo(ErrorCode.values().length);
    }

    @Test
    void shouldListEveryCloseCode() {
        for (final CloseCode code : CloseCode.values()) {
            assertThat(doc).contains("| " + code.code() + " | " + code.reason() + " |");
        }
    }

    private List<String> blocks(final String side) {
        return BLOCK.matcher(doc)
                .results()
                .filter(block -> block.group(1).equals(side))
                .map(block -> block.group(2))
                .toList();
    }

    private static String read() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/protocol.md"))) {
            folder = folder.getParent();
        }
        try {
            return Files.readString(folder.resolve("docs/protocol.md"));
        } catch (final IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
