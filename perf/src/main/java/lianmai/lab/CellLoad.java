package lianmai.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import lianmai.bench.BenchException;
import lianmai.bench.LianmaiTarget;
import lianmai.door.DoorException;
import lianmai.door.SocketCrowd;
import lianmai.load.LoadPlan;
import lianmai.load.LoadRun;
import lianmai.load.PublisherSpec;
import lianmai.load.RoomPlan;
import lianmai.relay.Codec;

/**
 * What every cell's server bears: rooms with a camera, a second camera and a voice on their stage and an audience that
 * comes and goes all the time; beside them a room that chats. The same seeded packets each time.
 *
 * <p>Thread: one caller; it owns a thread that comes and goes and one that chats. Owns: the load and the crowd until
 * {@link #close}.
 */
final class CellLoad implements AutoCloseable {
    private static final int ROOMS = 6;
    private static final int VIEWERS = 14;
    private static final int CAMERA_BITS = 800_000;
    private static final int SECOND_CAMERA_BITS = 300_000;

    /** Enough for a jitter buffer's stutter to be found, little enough for one core to decrypt. */
    private static final double SAMPLED = 0.2;

    private static final int JOINS_PER_SECOND = 400;
    private static final int JOINS_AT_A_TIME = 32;

    /** One comes, or one goes. */
    private static final Duration CHURN = Duration.ofMillis(50);

    private static final int CROWD = 30;
    private static final int CROWD_AT_ONCE = 8;
    private static final int LINES_PER_SECOND = 30;
    private static final Duration READY = Duration.ofSeconds(30);
    private static final long CHAT_PATIENCE_S = 10;

    private final LoadRun run;
    private final SocketCrowd crowd;
    private final Thread churn = Thread.ofPlatform().name("churn").daemon(true).unstarted(this::comeAndGo);
    private CompletableFuture<SocketCrowd.Chat> chat;

    private CellLoad(final LoadRun run, final SocketCrowd crowd) {
        this.run = run;
        this.crowd = crowd;
    }

    /** Joins everybody and waits until all get media. */
    static CellLoad start(final LianmaiTarget target) throws BenchException {
        final LoadRun run = LoadRun.start(plan(), target.door());
        final SocketCrowd crowd = new SocketCrowd(target.url(), "chat");
        final CellLoad load = new CellLoad(run, crowd);
        try {
            run.awaitReady(READY);
            crowd.join(CROWD, CROWD_AT_ONCE);
            return load;
        } catch (final InterruptedException e) {
            load.close();
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } catch (final DoorException e) {
            load.close();
            throw new BenchException(e.getMessage(), e);
        } catch (final RuntimeException e) {
            load.close();
            throw e;
        }
    }

    private static LoadPlan plan() {
        final List<RoomPlan> rooms = new ArrayList<>();
        for (int i = 0; i < ROOMS; i++) {
            final List<PublisherSpec> stage = List.of(
                    PublisherSpec.camera(Codec.VP8, CAMERA_BITS),
                    PublisherSpec.camera(Codec.VP8, SECOND_CAMERA_BITS),
                    PublisherSpec.voice());
            rooms.add(new RoomPlan("lab-" + i, stage, VIEWERS, stage.size()));
        }
        return LoadPlan.of(rooms).withSampled(SAMPLED).withJoins(JOINS_PER_SECOND, JOINS_AT_A_TIME);
    }

    /** What it is, for the page. */
    static String sentence() {
        return ROOMS + " rooms, each with two cameras (" + CAMERA_BITS / 1000 + " and " + SECOND_CAMERA_BITS / 1000
                + " kbit/s) and three voices on its stage and " + VIEWERS + " viewers who get all of it; every "
                + CHURN.toMillis() + " ms somebody joins or leaves; " + LINES_PER_SECOND
                + " chat lines a second to " + CROWD + " sockets";
    }

    LoadRun run() {
        return run;
    }

    /** From now on people come, go and talk. */
    void animate(final Duration length) {
        churn.start();
        chat = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return crowd.chat(LINES_PER_SECOND, length.toNanos());
                    } catch (final DoorException e) {
                        throw new IllegalStateException(e.getMessage(), e);
                    }
                },
                task -> Thread.ofPlatform().name("chat").daemon(true).start(task));
    }

    /** Room after room one joins, then room after room that one leaves. */
    private void comeAndGo() {
        long nextNs = System.nanoTime();
        for (int turn = 0; !Thread.currentThread().isInterrupted(); turn++) {
            final String room = "lab-" + turn % ROOMS;
            if (turn / ROOMS % 2 == 0) {
                run.addViewers(room, 1);
            } else {
                run.removeViewers(room, 1);
            }
            nextNs += CHURN.toNanos();
            LockSupport.parkNanos(nextNs - System.nanoTime());
        }
    }

    /** Nobody comes or goes any more; the last lines of the chat are waited for. */
    SocketCrowd.Chat quiet() throws BenchException {
        endChurn();
        try {
            return chat.get(CHAT_PATIENCE_S, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } catch (final ExecutionException | TimeoutException e) {
            throw new BenchException("the chat did not end: " + e.getMessage(), e);
        }
    }

    private void endChurn() {
        churn.interrupt();
        try {
            churn.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        endChurn();
        crowd.close();
        run.close();
    }
}
