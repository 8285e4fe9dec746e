package lianmai.signaling;

import lianmai.message.ClientMessage;
import lianmai.message.ErrorCode;
import lianmai.message.PlainText;
import lianmai.message.Role;
import lianmai.room.Refusal;

/** Reads the fields of each request; {@code docs/protocol.md} says which those are. */
final class ClientMessages {
    private static final int MAX_ID = 64;
    private static final int MAX_TYPE = 32;
    private static final int MAX_TOKEN = 8192;
    private static final int MAX_CHAT = 500;
    private static final int MAX_REACTION = 16;
    private static final int MAX_REASON = 200;
    private static final int MAX_PAGE = 200;
    private static final int DEFAULT_PAGE = 100;
    private static final int MIN_PK_MS = 10_000;
    private static final int MAX_PK_MS = 3_600_000;
    /** A score is sent as a JSON number: an hour at the highest rate stays far below 2^53. */
    private static final int MAX_PK_POINTS = 1_000_000;

    private ClientMessages() {}

    /** Reads a request of that many bytes. */
    static MessageCodec.Decoded read(final Fields fields, final int bytes) {
        final String id = fields.text("id", MAX_ID, Fields.Text.LINE);
        final String type = fields.text("type", MAX_TYPE, Fields.Text.LINE);
        if (fields.refusal() != null) {
            return new MessageCodec.Bad(id, fields.refusal());
        }
        final boolean withOffer = "join".equals(type) || "offer".equals(type);
        if (bytes > MessageCodec.MAX_BYTES && !withOffer) {
            return new MessageCodec.Bad(id, Refusal.of(ErrorCode.TOO_LARGE));
        }
        final ClientMessage message = message(type, id, fields);
        if (fields.refusal() != null) {
            return new MessageCodec.Bad(id, fields.refusal());
        }
        return message == null
                ? new MessageCodec.Bad(id, Refusal.of(ErrorCode.UNKNOWN_TYPE))
                : new MessageCodec.Good(message);
    }

    /** Null when there is no such type. */
    private static ClientMessage message(final String type, final String id, final Fields fields) {
        return switch (type) {
            case "join" -> fields.has("resume") ? resume(id, fields.object("resume")) : join(id, fields);
            case "offer" -> new ClientMessage.Offer(id, offer(fields));
            case "ping" -> new ClientMessage.Ping(id);
            case "leave" -> new ClientMessage.Leave(id);
            case "chat" -> new ClientMessage.Chat(id, fields.text("text", MAX_CHAT, Fields.Text.LINES));
            case "reaction" -> new ClientMessage.Reaction(id, fields.text("kind", MAX_REACTION, Fields.Text.LINE));
            case "participants" -> {
                final Integer limit = fields.optionalNumber("limit", 1, MAX_PAGE);
                yield new ClientMessage.Participants(
                        id, fields.optionalText("after", MAX_ID), limit == null ? DEFAULT_PAGE : limit);
            }
            default -> verb(type, id, fields);
        };
    }

    private static ClientMessage verb(final String type, final String id, final Fields fields) {
        return switch (type) {
            case "apply" -> new ClientMessage.Apply(id);
            case "cancel" -> new ClientMessage.Cancel(id, fields.optionalText("member", MAX_ID));
            case "invite" ->
                new ClientMessage.Invite(id, member(fields), fields.optionalNumber("seat", 0, Integer.MAX_VALUE));
            case "accept" -> new ClientMessage.Accept(id, fields.optionalText("member", MAX_ID));
            case "decline" -> new ClientMessage.Decline(id, fields.optionalText("member", MAX_ID));
            case "leaveSeat" -> new ClientMessage.LeaveSeat(id);
            case "removeFromSeat" -> new ClientMessage.RemoveFromSeat(id, member(fields));
            case "kick" -> new ClientMessage.Kick(id, member(fields), fields.optionalText("reason", MAX_REASON));
            case "mute" ->
                new ClientMessage.Mute(
                        id, fields.optionalText("member", MAX_ID), meant(fields, "audio"), meant(fields, "video"));
            case "unmute" ->
                new ClientMessage.Unmute(
                        id, fields.optionalText("member", MAX_ID), meant(fields, "audio"), meant(fields, "video"));
            case "transferHost" -> new ClientMessage.TransferHost(id, member(fields));
            case "lock" -> new ClientMessage.Lock(id);
            case "unlock" -> new ClientMessage.Unlock(id);
            default -> pkVerb(type, id, fields);
        };
    }

    private static ClientMessage pkVerb(final String type, final String id, final Fields fields) {
        return switch (type) {
            case "pkInvite" ->
                new ClientMessage.PkInvite(id, room(fields), fields.optionalNumber("durationMs", MIN_PK_MS, MAX_PK_MS));
            case "pkAccept" -> new ClientMessage.PkAccept(id, fields.optionalText("room", PlainText.MAX_NAME));
            case "pkDecline" -> new ClientMessage.PkDecline(id, fields.optionalText("room", PlainText.MAX_NAME));
            case "pkEnd" -> new ClientMessage.PkEnd(id);
            case "pkScore" -> new ClientMessage.PkScore(id, (int) fields.number("points", 1, MAX_PK_POINTS));
            default -> null;
        };
    }

    private static ClientMessage join(final String id, final Fields fields) {
        final String room = room(fields);
        final String wish = fields.optionalText("role", PlainText.MAX_NAME);
        final Role role = Role.of(wish);
        if (wish != null && role == null) {
            fields.wrong("role", "must be host, guest, viewer or moderator");
        }
        return new ClientMessage.Join(
                id,
                room,
                fields.text("name", PlainText.MAX_NAME, Fields.Text.LINE),
                role,
                fields.optionalText("token", MAX_TOKEN),
                offer(fields));
    }

    private static ClientMessage resume(final String id, final Fields resume) {
        return new ClientMessage.Resume(
                id, resume.text("token", MAX_TOKEN, Fields.Text.LINE), resume.number("seq", 0, Long.MAX_VALUE));
    }

    private static String room(final Fields fields) {
        final String room = fields.text("room", PlainText.MAX_NAME, Fields.Text.LINE);
        if (room != null && room.indexOf('/') >= 0) {
            fields.wrong("room", "has characters that are not allowed");
        }
        return room;
    }

    private static String offer(final Fields fields) {
        return fields.text("offer", MessageCodec.MAX_BYTES_WITH_OFFER, Fields.Text.LINES);
    }

    private static String member(final Fields fields) {
        return fields.text("member", MAX_ID, Fields.Text.LINE);
    }

    /** Whether a mute means this kind: when it says so, or when it says nothing of either. */
    private static boolean meant(final Fields fields, final String kind) {
        final boolean saysNothing = !fields.has("audio") && !fields.has("video");
        return fields.flag(kind, saysNothing);
    }
}
