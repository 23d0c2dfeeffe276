package io.hone.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A light HTTP client: one thread for all connections, which are kept alive, each asking again as soon as it is answered
 * (a closed loop, so a slow server is asked less). It shares the processors with the server, so it must cost little.
 */
final class LoadClient implements AutoCloseable {

    private static final int BUFFER_BYTES = 65_536;
    private static final long ANSWER_WITHIN_MS = 30_000;

    /** Gives the next request of a connection, ready to be written. */
    @FunctionalInterface
    interface Requests {
        ByteBuffer next(int connection);
    }

    private static final class Connection {
        private final int number;
        private final SocketChannel channel;
        private final AnswerReader answer = new AnswerReader();
        private ByteBuffer request = ByteBuffer.allocate(0);
        private long sentAt;
        private boolean waiting;

        Connection(int number, SocketChannel channel) {
            this.number = number;
            this.channel = channel;
        }
    }

    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private LoadClient() throws IOException {}

    /** Opens that many connections. */
    static LoadClient connect(InetSocketAddress server, int connections) throws IOException {
        LoadClient client = new LoadClient();
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            Connection connection = new Connection(i, channel);
            channel.register(client.selector, SelectionKey.OP_READ, connection);
            client.connections.add(connection);
        }
        return client;
    }

    /** The same request for every connection. */
    static Requests always(ByteBuffer request) {
        return connection -> request.duplicate();
    }

    /**
     * Asks for that long on every connection, and waits for the answers still due then.
     *
     * @param expected status of a good answer
     */
    Load run(Duration time, int expected, Requests requests) throws IOException {
        Histogram latencies = new Histogram(3);
        long start = System.nanoTime();
        long end = start + time.toNanos();
        for (Connection connection : connections) {
            send(connection, requests);
        }
        long good = 0;
        long errors = 0;
        for (int due = connections.size(); due > 0; ) {
            if (selector.select(ANSWER_WITHIN_MS) == 0) {
                throw new IOException("No answer within %d ms".formatted(ANSWER_WITHIN_MS));
            }
            for (SelectionKey key : selector.selectedKeys()) {
                Connection connection = (Connection) key.attachment();
                if (key.isWritable()) {
                    write(connection, key);
                }
                if (key.isReadable() && answered(connection)) {
                    long now = System.nanoTime();
                    if (connection.answer.status() == expected) {
                        latencies.recordValue(now - connection.sentAt);
                        good++;
                    } else {
                        errors++;
                    }
                    if (now < end) {
                        send(connection, requests);
                    } else {
                        connection.waiting = false;
                        due--;
                    }
                }
            }
            selector.selectedKeys().clear();
        }
        return new Load(good, errors, (System.nanoTime() - start) / 1e9, latencies);
    }

    private void send(Connection connection, Requests requests) throws IOException {
        connection.request = requests.next(connection.number);
        connection.waiting = true;
        connection.sentAt = System.nanoTime();
        write(connection, connection.channel.keyFor(selector));
    }

    private static void write(Connection connection, SelectionKey key) throws IOException {
        connection.channel.write(connection.request);
        int operations =
                connection.request.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    private boolean answered(Connection connection) throws IOException {
        in.clear();
        if (connection.channel.read(in) < 0) {
            throw new IOException("The server closed a connection it should keep");
        }
        in.flip();
        boolean complete = connection.answer.read(in);
        if (complete && (in.hasRemaining() || !connection.waiting)) {
            throw new IOException("The server sent more than was asked");
        }
        return complete;
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }
}
