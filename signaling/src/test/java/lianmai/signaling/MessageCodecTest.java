package lianmai.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import lianmai.message.ClientMessage;
import lianmai.message.ErrorCode;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {
    private final MessageCodec codec = new MessageCodec();

    @Test
    void shouldReadAJoin() {
        assertThat(message("{'type':'join','id':'1','room':'茶','name':'Ann','role':'host','offer':'v=0\\r\\n'}"))
                .isEqualTo(new ClientMessage.Join("1", "茶", "Ann", Role.HOST, null, "v=0\r\n"));
        assertThat(message("{'type':'join','id':'1','resume':{'token':'t','seq':7}}"))
                .isEqualTo(new ClientMessage.Resume("1", "t", 7));
    }

    @Test
    void shouldIgnoreUnknownFieldsAndTakeNullForAbsent() {
        assertThat(message("{'type':'ping','id':'1','x':{'y':[1,2]},'z':1e400}"))
                .isEqualTo(new ClientMessage.Ping("1"));
        assertThat(message("{'type':'accept','id':'1','member':null}")).isEqualTo(new ClientMessage.Accept("1", null));
    }

    @Test
    void shouldMeanBothKindsWhenAMuteSaysNeither() {
        assertThat(message("{'type':'mute','id':'1'}")).isEqualTo(new ClientMessage.Mute("1", null, true, true));
        assertThat(message("{'type':'unmute','id':'1','video':true}"))
                .isEqualTo(new ClientMessage.Unmute("1", null, false, true));
    }

    @Test
    void shouldReadWhatIsAskedAboutPks() {
        assertThat(message("{'type':'pkInvite','id':'1','room':'茶','durationMs':10000}"))
                .isEqualTo(new ClientMessage.PkInvite("1", "茶", 10_000));
        assertThat(message("{'type':'pkInvite','id':'1','room':'a'}"))
                .isEqualTo(new ClientMessage.PkInvite("1", "a", null));
        assertThat(message("{'type':'pkAccept','id':'1'}")).isEqualTo(new ClientMessage.PkAccept("1", null));
        assertThat(message("{'type':'pkScore','id':'1','points':1000000}"))
                .isEqualTo(new ClientMessage.PkScore("1", 1_000_000));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {                                                            | BAD_JSON     |        |
        []                                                           | BAD_JSON     |        |
        7                                                            | BAD_JSON     |        |
        {'type':'ping','id':'1'} {}                                  | BAD_JSON     |        |
        {'type':'ping'}                                              | BAD_MESSAGE  |        | 'id'
        {'type':'ping','id':''}                                      | BAD_MESSAGE  |        | 'id'
        {'type':'ping','id':7}                                       | BAD_MESSAGE  |        | 'id'
        {'id':'1'}                                                   | BAD_MESSAGE  | 1      | 'type'
        {'type':'dance','id':'1'}                                    | UNKNOWN_TYPE | 1      |
        {'type':'join','id':'1','name':'a','offer':'v=0'}            | BAD_MESSAGE  | 1      | 'room'
        {'type':'join','id':'1','room':'a/b','name':'a','offer':'v'} | BAD_MESSAGE  | 1      | 'room'
        {'type':'join','id':'1','room':'r','name':'a'}               | BAD_MESSAGE  | 1      | 'offer'
        {'type':'join','id':'1','room':'r','name':'a','role':'king','offer':'v'} | BAD_MESSAGE | 1 | 'role'
        {'type':'join','id':'1','resume':7}                          | BAD_MESSAGE  | 1      | 'resume'
        {'type':'join','id':'1','resume':{'token':'t'}}              | BAD_MESSAGE  | 1      | 'resume.seq'
        {'type':'join','id':'1','resume':{'token':'t','seq':-1}}     | BAD_MESSAGE  | 1      | 'resume.seq'
        {'type':'join','id':'1','resume':{'token':'t','seq':1.5}}    | BAD_MESSAGE  | 1      | 'resume.seq'
        {'type':'join','id':'1','resume':{'token':'t','seq':99999999999999999999}} | BAD_MESSAGE | 1 | 'resume.seq'
        {'type':'kick','id':'1'}                                     | BAD_MESSAGE  | 1      | 'member'
        {'type':'mute','id':'1','audio':'yes'}                       | BAD_MESSAGE  | 1      | 'audio'
        {'type':'invite','id':'1','member':'m1','seat':-1}           | BAD_MESSAGE  | 1      | 'seat'
        {'type':'pkInvite','id':'1'}                                 | BAD_MESSAGE  | 1      | 'room'
        {'type':'pkInvite','id':'1','room':'a/b'}                    | BAD_MESSAGE  | 1      | 'room'
        {'type':'pkInvite','id':'1','room':'a','durationMs':9999}    | BAD_MESSAGE  | 1      | 'durationMs'
        {'type':'pkInvite','id':'1','room':'a','durationMs':3600001} | BAD_MESSAGE  | 1      | 'durationMs'
        {'type':'pkInvite','id':'1','room':'a','durationMs':'long'}  | BAD_MESSAGE  | 1      | 'durationMs'
        {'type':'pkAccept','id':'1','room':7}                        | BAD_MESSAGE  | 1      | 'room'
        {'type':'pkDecline','id':'1','room':''}                      | BAD_MESSAGE  | 1      | 'room'
        {'type':'pkScore','id':'1'}                                  | BAD_MESSAGE  | 1      | 'points'
        {'type':'pkScore','id':'1','points':0}                       | BAD_MESSAGE  | 1      | 'points'
        {'type':'pkScore','id':'1','points':1000001}                 | BAD_MESSAGE  | 1      | 'points'
        {'type':'pkScore','id':'1','points':1.5}                     | BAD_MESSAGE  | 1      | 'points'
        {'type':'participants','id':'1','limit':201}                 | BAD_MESSAGE  | 1      | 'limit'
        {'type':'reaction','id':'1','kind':'12345678901234567'}      | BAD_MESSAGE  | 1      | 'kind'
        {'type':'chat','id':'1','text':'\\u0007'}                    | BAD_MESSAGE  | 1      | 'text'
        {'type':'chat','id':'1','text':'\\ud800'}                    | BAD_MESSAGE  | 1      | 'text'
        {'type':'ping','id':'\\udc00'}                               | BAD_MESSAGE  |        | 'id'
        """)
    void shouldNameWhatIsWrong(final String json, final ErrorCode code, final String id, final String field) {
        final MessageCodec.Bad bad = bad(json);
        assertThat(bad.refusal().code()).isEqualTo(code);
        assertThat(bad.id()).isEqualTo(id);
        if (field != null) {
            assertThat(bad.refusal().sentence()).contains(field);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 100, 30_000})
    void shouldRefuseDeepNesting(final int depth) {
        final int inner = depth - 1;
        final String json = "{'type':'ping','id':'1','x':" + "[".repeat(inner) + "]".repeat(inner) + "}";
        if (depth <= MessageCodec.MAX_DEPTH) {
            assertThat(message(json)).isEqualTo(new ClientMessage.Ping("1"));
        } else {
            assertThat(bad(json).refusal().code()).isEqualTo(ErrorCode.TOO_DEEP);
        }
    }

    @Test
    void shouldAllowLargeMessagesOnlyWithAnOffer() {
        final String large = "x".repeat(MessageCodec.MAX_BYTES);
        assertThat(bad("{'type':'chat','id':'1','text':'" + large + "'}")
                        .refusal()
                        .code())
                .isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(message("{'type':'offer','id':'1','offer':'" + large + "'}"))
                .isInstanceOf(ClientMessage.Offer.class);
        final String huge = "x".repeat(MessageCodec.MAX_BYTES_WITH_OFFER);
        assertThat(bad("{'type':'offer','id':'1','offer':'" + huge + "'}")
                        .refusal()
                        .code())
                .isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void shouldCountChatInCharactersNotBytes() {
        assertThat(message("{'type':'chat','id':'1','text':'" + "你".repeat(500) + "'}"))
                .isInstanceOf(ClientMessage.Chat.class);
        assertThat(bad("{'type':'chat','id':'1','text':'" + "你".repeat(501) + "'}")
                        .refusal()
                        .code())
                .isEqualTo(ErrorCode.BAD_MESSAGE);
    }

    @Test
    void shouldWriteTypeAndIdFirstAndLeaveNullsOut() {
        assertThat(text(new ServerMessage.Failed(null, "busy", "x")))
                .isEqualTo("{\"type\":\"error\",\"code\":\"busy\",\"message\":\"x\"}");
        assertThat(text(new ServerMessage.Ok("7"))).isEqualTo("{\"type\":\"ok\",\"id\":\"7\"}");
        assertThat(text(new ServerMessage.ActiveSpeaker(null, null))).isEqualTo("{\"type\":\"activeSpeaker\"}");
        assertThat(text(new ServerMessage.Chat(List.of(), null))).isEqualTo("{\"type\":\"chat\",\"messages\":[]}");
    }

    /** Any bytes are answered; and a message that was read can be told to others. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldDecodeRandomBytesAndMutations(final long seed) {
        final Random random = new Random(seed);
        final byte[] valid =
                "{\"type\":\"chat\",\"id\":\"1\",\"text\":\"hello 你好 \\u4f60\"}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            final byte[] bytes = i % 2 == 0 ? new byte[random.nextInt(64)] : valid.clone();
            if (i % 2 == 0) {
                random.nextBytes(bytes);
            } else {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            checkDecodable(codec, bytes);
        }
    }

    static void checkDecodable(final MessageCodec codec, final byte[] bytes) {
        final MessageCodec.Decoded decoded = codec.decode(Unpooled.wrappedBuffer(bytes));
        final ServerMessage echo =
                switch (decoded) {
                    case MessageCodec.Good(final ClientMessage.Chat chat) ->
                        new ServerMessage.Failed(chat.id(), "x", chat.text());
                    case MessageCodec.Good(final ClientMessage message) -> new ServerMessage.Ok(message.id());
                    case MessageCodec.Bad bad ->
                        new ServerMessage.Failed(
                                bad.id(),
                                bad.refusal().code().code(),
                                bad.refusal().sentence());
                };
        final ByteBuf json = codec.encode(echo, UnpooledByteBufAllocator.DEFAULT);
        assertThat(json.readableBytes()).isPositive();
        json.release();
    }

    private String text(final ServerMessage message) {
        final ByteBuf json = codec.encode(message, UnpooledByteBufAllocator.DEFAULT);
        final String text = json.toString(StandardCharsets.UTF_8);
        json.release();
        return text;
    }

    private ClientMessage message(final String json) {
        return ((MessageCodec.Good) decode(json)).message();
    }

    private MessageCodec.Bad bad(final String json) {
        return (MessageCodec.Bad) decode(json);
    }

    private MessageCodec.Decoded decode(final String json) {
        return codec.decode(Unpooled.copiedBuffer(json.replace('\'', '"'), StandardCharsets.UTF_8));
    }
}
