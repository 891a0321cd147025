package dev.sluice.system.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many connections of one client that all begin alike, and what each of them gets. */
final class Crowd implements AutoCloseable {

    private static final int OPENERS = 32;
    private static final int CONNECT_MILLIS = 2_000;
    private static final Duration OPENING = Duration.ofSeconds(20);

    private final Collection<Member> members = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();

    private static final class Member {
        private final SocketChannel channel;
        private String fate = "open";

        Member(SocketChannel channel) {
            this.channel = channel;
        }
    }

    /**
     * Opens so many connections, or those that can be had within some seconds.
     *
     * @param first what each of them sends at once
     * @param receiveBytes of the buffer for what comes
     */
    Crowd(int port, String from, int count, String first, int receiveBytes) {
        ExecutorService openers = Executors.newFixedThreadPool(OPENERS);
        for (int i = 0; i < count; i++) {
            openers.execute(() -> open(port, from, first, receiveBytes));
        }
        openers.shutdown();
        try {
            if (!openers.awaitTermination(OPENING.toSeconds(), TimeUnit.SECONDS)) {
                refused.addAndGet(openers.shutdownNow().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Crowd(int port, String from, int count, String first) {
        this(port, from, count, first, 64 << 10);
    }

    private void open(int port, String from, String first, int receiveBytes) {
        try {
            var channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
            channel.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
            var target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            try {
                channel.socket().connect(target, CONNECT_MILLIS);
                channel.configureBlocking(false);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            var member = new Member(channel);
            members.add(member);
            write(member, first);
        } catch (IOException e) {
            refused.incrementAndGet();
        }
    }

    /** Each connection that is open sends this. */
    void send(String text) {
        members.stream().filter(member -> member.fate.equals("open")).forEach(m -> write(m, text));
    }

    private static void write(Member member, String text) {
        try {
            member.channel.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        } catch (IOException e) {
            look(member);
        }
    }

    /** How many of the connections are open, closed, not had, or were answered how. */
    Map<String, Integer> fates() {
        var fates = new TreeMap<String, Integer>();
        for (Member member : members) {
            look(member);
            fates.merge(member.fate, 1, Integer::sum);
        }
        if (refused.get() > 0) {
            fates.put("no connection", refused.get());
        }
        return fates;
    }

    private static void look(Member member) {
        var read = ByteBuffer.allocate(256);
        try {
            int count = member.channel.read(read);
            if (count > 0 && member.fate.equals("open")) {
                String text = new String(read.array(), 0, count, ISO_8859_1);
                member.fate =
                        text.startsWith("HTTP/1.") && count > 12 ? text.substring(9, 12) : "words";
            } else if (count < 0 && member.fate.equals("open")) {
                member.fate = "closed";
            }
        } catch (IOException e) {
            if (member.fate.equals("open")) {
                member.fate = "reset";
            }
        }
    }

    @Override
    public void close() {
        for (Member member : members) {
            try {
                member.channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
