package lianmai.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import lianmai.http.IceSessions;
import lianmai.ice.IceCredentials;
import lianmai.message.ErrorCode;
import lianmai.message.ServerMessage;
import lianmai.room.Negotiator;
import lianmai.room.Refusal;
import lianmai.sdp.IceFragment;
import lianmai.sdp.MediaPlan;
import lianmai.sdp.MediaPolicy;
import lianmai.sdp.PlanRequest;
import lianmai.sdp.SdpAnswer;
import lianmai.sdp.SdpError;
import lianmai.sdp.SdpOffer;
import lianmai.sdp.SdpOutcome;
import lianmai.sdp.ServerTransport;

/**
 * Ties the rooms and HTTP to {@link lianmai.sdp}: remembers each peer's plan from its first offer to its end.
 *
 * <p>Thread: signaling (confined).
 */
final class SdpNegotiator implements Negotiator, IceSessions {
    private final List<ServerTransport> transports;
    private final MediaPolicy policy;
    private final LongSupplier random;
    private final Map<Long, Agreement> agreements = new HashMap<>();

    private record Agreement(MediaPlan plan, ServerTransport transport) {}

    /**
     * @param transports how each shard is reached
     * @param random secure: ICE passwords come from it
     */
    SdpNegotiator(final List<ServerTransport> transports, final MediaPolicy policy, final LongSupplier random) {
        this.transports = List.copyOf(transports);
        this.policy = policy;
        this.random = random;
    }

    @Override
    public Result negotiate(
            final int shard, final long peerId, final long stageId, final Kind kind, final String offer) {
        final IceCredentials ice = IceCredentials.random(random);
        final PlanRequest.Role role =
                switch (kind) {
                    case JOIN -> PlanRequest.Role.PARTICIPANT;
                    case WHIP -> PlanRequest.Role.WHIP;
                    case WHEP -> PlanRequest.Role.WHEP;
                };
        final PlanRequest request =
                new PlanRequest(role, peerId, stageId, 0, ice.ufrag(), ice.password(), () -> (int) random.getAsLong());
        return result(
                SdpOffer.parse(offer).then(parsed -> MediaPlan.negotiate(parsed, policy, request)),
                transports.get(shard));
    }

    @Override
    public Result renegotiate(final long peerId, final String offer) {
        final Agreement agreement = agreements.get(peerId);
        final IceCredentials ice = IceCredentials.random(random);
        final SdpOutcome<MediaPlan> plan = SdpOffer.parse(offer)
                .then(parsed -> agreement.plan().renegotiate(parsed, ice.ufrag(), ice.password()))
                .then(renegotiated -> SdpOutcome.ok(renegotiated.plan()));
        return result(plan, agreement.transport());
    }

    @Override
    public void forget(final long peerId) {
        agreements.remove(peerId);
    }

    @Override
    public String current(final long peerId) {
        final Agreement agreement = agreements.get(peerId);
        return agreement == null ? null : agreement.plan().spec().ice().localUfrag();
    }

    @Override
    public Restart restart(final long peerId, final IceFragment fragment) {
        final Agreement agreement = agreements.get(peerId);
        if (agreement == null || !agreement.plan().restartsIce(fragment)) {
            return null;
        }
        final IceCredentials ice = IceCredentials.random(random);
        final MediaPlan plan = agreement.plan().restartIce(fragment, ice.ufrag(), ice.password());
        agreements.put(peerId, new Agreement(plan, agreement.transport()));
        return new Restart(plan.spec().ice(), IceFragment.write(plan, agreement.transport()));
    }

    private Result result(final SdpOutcome<MediaPlan> outcome, final ServerTransport transport) {
        return switch (outcome) {
            case SdpOutcome.Refused<MediaPlan>(final SdpError error) -> new Refused(refusal(error));
            case SdpOutcome.Ok<MediaPlan>(final MediaPlan plan) -> {
                agreements.put(plan.spec().peerId(), new Agreement(plan, transport));
                yield new Accepted(plan.spec(), SdpAnswer.write(plan, transport), seatLines(plan));
            }
        };
    }

    private static List<ServerMessage.SeatLine> seatLines(final MediaPlan plan) {
        final List<ServerMessage.SeatLine> lines = new ArrayList<>();
        for (final MediaPlan.SeatLines seat : plan.seats()) {
            lines.add(new ServerMessage.SeatLine(seat.seat(), orNull(seat.audioMid()), orNull(seat.videoMid())));
        }
        return lines;
    }

    private static String orNull(final String mid) {
        return mid.isEmpty() ? null : mid;
    }

    private static Refusal refusal(final SdpError error) {
        for (final ErrorCode code : ErrorCode.values()) {
            if (code.code().equals(error.code().id())) {
                return new Refusal(code, error.sentence());
            }
        }
        throw new IllegalStateException("no error code " + error.code().id());
    }
}
