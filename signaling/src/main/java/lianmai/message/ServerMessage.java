package lianmai.message;

import java.util.List;
import java.util.Map;

/**
 * What the server says. A component that is null is left out of the JSON. See {@code docs/protocol.md}.
 *
 * <p>The {@code seq} of a replayable event is no component: one record serves every member, each with its own number.
 */
public sealed interface ServerMessage {
    /** Answers one request; {@code id} is the request's. */
    sealed interface Reply extends ServerMessage {
        String id();
    }

    /** Numbered per member, kept for a resume. */
    sealed interface Event extends ServerMessage {}

    /** Lost when missed. */
    sealed interface Passing extends ServerMessage {}

    /** {@code seat} null: not on the stage. */
    record MemberInfo(String id, String name, String role, Integer seat) {}

    record RoomInfo(String name, boolean locked, int seats) {}

    /** On which lines of the answer a seat arrives; a mid is null when that line was not offered. */
    record SeatLine(int seat, String audioMid, String videoMid) {}

    /** {@code room} null unless the seat shows the host of another room. */
    record SeatState(int seat, String state, MemberInfo member, boolean audioMuted, boolean videoMuted, String room) {}

    /** A running PK as one of its rooms sees it: the other room, its host, on which seat, and both scores. */
    record PkInfo(String room, MemberInfo host, int seat, long durationMs, long endsInMs, long own, long other) {}

    record AudienceInfo(int count, List<MemberInfo> newest) {}

    record ResumePoint(String token, long seq) {}

    /** Mids are null when the offer had no such uplink. */
    record MediaInfo(String uplinkAudioMid, String uplinkVideoMid, List<String> codecs) {}

    record ChatLine(MemberInfo from, String text, long at) {}

    record Ok(String id) implements Reply {}

    /** {@code error} in JSON; {@code id} null when the request's could not be read. */
    record Failed(String id, String code, String message) implements Reply {}

    /** {@code pk} null when none runs. */
    record Joined(
            String id,
            RoomInfo room,
            MemberInfo you,
            String answer,
            List<SeatLine> seats,
            List<SeatState> stage,
            List<MemberInfo> members,
            AudienceInfo audience,
            ResumePoint resume,
            MediaInfo media,
            PkInfo pk)
            implements Reply {}

    record Resumed(String id, int replayed) implements Reply {}

    /** {@code pk} null when none runs. */
    record Snapshot(
            String id,
            RoomInfo room,
            MemberInfo you,
            List<SeatState> stage,
            List<MemberInfo> members,
            AudienceInfo audience,
            ResumePoint resume,
            PkInfo pk)
            implements Reply {}

    record Answer(String id, String answer, List<SeatLine> seats) implements Reply {}

    /** {@code next} null at the end. */
    record Participants(String id, List<MemberInfo> members, String next, int total) implements Reply {}

    record Pong(String id, long time) implements Reply {}

    /** {@code room} null unless the seat shows the host of another room. */
    record Seat(int seat, String state, MemberInfo member, boolean audioMuted, boolean videoMuted, String room)
            implements Event {}

    record OnStage(int seat) implements Event {}

    record OffStage(String reason) implements Event {}

    record CodecUnsupported(int seat, String codec) implements Event {}

    record Application(MemberInfo member, long expiresInMs) implements Event {}

    record ApplicationEnded(MemberInfo member, String reason) implements Event {}

    record Invited(MemberInfo by, int seat, long expiresInMs) implements Event {}

    record InvitationEnded(MemberInfo member, String reason) implements Event {}

    record Muted(String member, boolean audio, boolean video, String by) implements Event {}

    record RoleChanged(String member, String role) implements Event {}

    /** {@code member} null: the room has no host. */
    record Host(String member) implements Event {}

    record Locked(boolean locked) implements Event {}

    record MemberJoined(MemberInfo member) implements Event {}

    record MemberLeft(MemberInfo member, String reason) implements Event {}

    record Presence(String member, String state) implements Event {}

    /** {@code host} null when the other room has none now; {@code sent} null unless it is one's own invitation. */
    record PkInvited(String room, MemberInfo host, Boolean sent, long durationMs, long expiresInMs) implements Event {}

    /** {@code sent} null unless it was one's own invitation. */
    record PkInvitationEnded(String room, Boolean sent, String reason) implements Event {}

    record PkStarted(PkInfo pk) implements Event {}

    /** {@code by} null when no room was the cause, {@code winner} when both scores are equal; both name rooms. */
    record PkEnded(String reason, String by, long own, long other, String winner) implements Event {}

    /** Both null when nobody speaks. */
    record ActiveSpeaker(Integer seat, String member) implements Passing {}

    record PkScore(long own, long other, long endsInMs) implements Passing {}

    /** {@code dropped} null when nothing was. */
    record Chat(List<ChatLine> messages, Integer dropped) implements Passing {}

    record Reactions(Map<String, Integer> counts) implements Passing {}

    record Audience(int count, List<MemberInfo> newest) implements Passing {}

    /**
     * {@code causes}: what part of the packets' time in the relay went on what, in percent; empty without packets.
     * {@code budget} null when the server does not watch one.
     */
    record Stats(
            long relayP50Micros,
            long relayP99Micros,
            long relayP999Micros,
            long relayMaxMicros,
            Map<String, Integer> causes,
            int peers,
            long packetsPerSecond,
            Budget budget)
            implements Passing {}

    /** What is left, below 0 when overspent; {@code violations} since the start by cause; {@code last} may be null. */
    record Budget(
            long packetsLeftPercent,
            long pausesLeftPercent,
            boolean overspent,
            Map<String, Long> violations,
            String last) {}

    record Closing(String reason) implements Passing {}
}
