package lianmai.http;

import java.util.List;
import lianmai.relay.PeerSpec;
import lianmai.room.Claims;
import lianmai.room.HttpEntry;
import lianmai.room.RoomRegistry;
import lianmai.room.RoomSummary;
import lianmai.room.Watch;
import lianmai.signaling.SignalingCore;

/** What HTTP asks of the rooms; see {@link RoomRegistry} for each. Thread: signaling. */
public interface RoomDoor {
    HttpEntry joinWhip(String room, Claims claims, String offer);

    HttpEntry joinWhep(String room, Claims claims, String offer, Watch watch);

    boolean leave(String resource);

    long peerOf(String resource);

    boolean restartIce(String resource, PeerSpec.Ice ice);

    List<RoomSummary> rooms();

    RoomRegistry.Census census();

    /** The real rooms. */
    static RoomDoor of(final SignalingCore core) {
        return new RoomDoor() {
            @Override
            public HttpEntry joinWhip(final String room, final Claims claims, final String offer) {
                return core.joinWhip(room, claims, offer);
            }

            @Override
            public HttpEntry joinWhep(final String room, final Claims claims, final String offer, final Watch watch) {
                return core.joinWhep(room, claims, offer, watch);
            }

            @Override
            public boolean leave(final String resource) {
                return core.leave(resource);
            }

            @Override
            public long peerOf(final String resource) {
                return core.peerOf(resource);
            }

            @Override
            public boolean restartIce(final String resource, final PeerSpec.Ice ice) {
                return core.restartIce(resource, ice);
            }

            @Override
            public List<RoomSummary> rooms() {
                return core.rooms();
            }

            @Override
            public RoomRegistry.Census census() {
                return core.census();
            }
        };
    }
}
