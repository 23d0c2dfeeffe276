package io.hone.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A provider that costs next to nothing, so that what stands before it is what is measured: a small thread a connection,
 * answers that are made beforehand. The path decides what it does: {@code …/chat/completions} answers at once or, where the
 * body asks for a stream, in two events, the first with the time at which it was sent; {@code /held/…} holds the second one
 * back until {@link #release}.
 */
final class BenchProvider implements AutoCloseable {

    private static final int STACK_BYTES = 128 * 1_024;
    private static final int BACKLOG = 2_048;

    /** Words around the time in the first event, for who reads it. */
    static final String SENT_AT = "\"sent_at\":";

    static final String DONE = "[DONE]";

    private static final byte[] ANSWER = answer();
    private static final byte[] STREAM_HEAD =
            bytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    private static final byte[] LAST = bytes("%s0\r\n\r\n".formatted(chunk("data: %s\n\n".formatted(DONE))));

    private final ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong asked = new AtomicLong();
    private volatile CountDownLatch held = new CountDownLatch(1);

    BenchProvider() throws IOException {
        start("bench-provider", this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Requests so far. */
    long asked() {
        return asked.get();
    }

    /** Lets the held streams go on to their end, and holds later ones. */
    void release() {
        CountDownLatch before = held;
        held = new CountDownLatch(1);
        before.countDown();
    }

    private static byte[] answer() {
        String json = """
                {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "bench", "choices": \
                [{"index": 0, "message": {"role": "assistant", "content": "%s"}, "finish_reason": "stop"}], "usage": \
                {"prompt_tokens": 24, "completion_tokens": 96, "total_tokens": 120}}""".formatted("An answer of usual length. ".repeat(15));
        return bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(json.length(), json));
    }

    private static String chunk(String text) {
        return "%x\r\n%s\r\n".formatted(text.length(), text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                start("bench-provider-connection", () -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new IllegalStateException("The provider of the measurement takes no connections", e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (String first = line(in); !first.isEmpty(); first = line(in)) {
                int length = 0;
                for (String field = line(in); !field.isEmpty(); field = line(in)) {
                    String lower = field.toLowerCase(Locale.ROOT);
                    if (lower.startsWith("content-length:")) {
                        length = Integer.parseInt(
                                lower.substring("content-length:".length()).strip());
                    }
                }
                String body = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
                asked.incrementAndGet();
                if (body.contains("\"stream\":true")) {
                    stream(out, first.contains("/held/"));
                } else {
                    out.write(ANSWER);
                }
            }
        } catch (IOException e) {
            // Whoever was at the other end has left: nothing is owed to it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private void stream(OutputStream out, boolean hold) throws IOException, InterruptedException {
        CountDownLatch release = held;
        out.write(STREAM_HEAD);
        out.write(bytes(chunk("data: {%s%d}\n\n".formatted(SENT_AT, System.nanoTime()))));
        if (hold) {
            release.await();
        }
        out.write(LAST);
    }

    /** A line without its end; empty at the end of the connection, too. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        release();
    }
}
