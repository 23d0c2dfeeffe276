package io.hone.responses;

import io.hone.cache.Epochs;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * {@link UpstreamCache} in front of another server, for the public test-suite of HTTP caches. Neither the server nor the
 * client of the platform is used: both change fields that the suite looks at.
 */
public final class UpstreamProxy implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;

    private record Message(String start, Fields fields, byte[] body) {}

    private final ServerSocket server;
    private final int originPort;
    private final UpstreamCache cache;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        return thread;
    });

    UpstreamProxy(int port, int originPort) throws IOException {
        this.originPort = originPort;
        server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
        ResponseStore store = TestStores.of(64 << 20, new Epochs(), Clock.systemUTC());
        cache = new UpstreamCache(store, Clock.systemUTC(), threads, Duration.ofSeconds(5));
        threads.execute(this::accept);
    }

    /**
     * Runs until it is ended.
     *
     * @param arguments its port and that of the origin server
     */
    public static void main(String[] arguments) throws Exception {
        try (UpstreamProxy proxy = new UpstreamProxy(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("Listening on " + proxy.port());
            Thread.currentThread().join();
        }
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout(TIMEOUT_MS);
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            while (true) {
                Message request = read(in, true, false);
                String[] words = request.start().split(" ", 3);
                boolean last = request.fields().tokens("Connection").contains("close");
                Answer answer;
                try {
                    answer = cache.answer(
                            new Question(words[0], words[1], request.fields().endToEnd(), request.body()), this::ask);
                } catch (IOException e) {
                    answer = new Answer(504, Fields.NONE, e.toString().getBytes(StandardCharsets.UTF_8));
                }
                write(client.getOutputStream(), answer, words[0].equals("HEAD"), last);
                if (last) {
                    return;
                }
            }
        } catch (EOFException e) {
            // The client is done.
            return;
        } catch (IOException e) {
            System.err.println("A client was lost: " + e);
        }
    }

    private static void write(OutputStream out, Answer answer, boolean head, boolean last) throws IOException {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + answer.status() + " Answer\r\n");
        boolean bodiless = answer.status() == 204 || answer.status() == 304 || answer.status() < 200;
        answer.fields().forEach((name, value) -> {
            if (head || !name.equalsIgnoreCase("Content-Length")) {
                text.append(name).append(": ").append(value).append("\r\n");
            }
        });
        if (!bodiless && !(head && answer.fields().has("Content-Length"))) {
            text.append("Content-Length: ").append(answer.body().length).append("\r\n");
        }
        text.append(last ? "Connection: close\r\n\r\n" : "\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (!head && !bodiless) {
            all.write(answer.body());
        }
        out.write(all.toByteArray());
        out.flush();
    }

    private Answer ask(Question question) throws IOException {
        try (Socket origin = new Socket(InetAddress.getLoopbackAddress(), originPort)) {
            origin.setSoTimeout(TIMEOUT_MS);
            StringBuilder text = new StringBuilder(question.method() + " " + question.uri() + " HTTP/1.1\r\n");
            question.fields()
                    .without(List.of("Content-Length"))
                    .forEach((name, value) ->
                            text.append(name).append(": ").append(value).append("\r\n"));
            if (question.body().length > 0) {
                text.append("Content-Length: ").append(question.body().length).append("\r\n");
            }
            text.append("Connection: close\r\n\r\n");
            OutputStream out = origin.getOutputStream();
            out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
            out.write(question.body());
            out.flush();
            InputStream in = new BufferedInputStream(origin.getInputStream());
            while (true) {
                Message response = read(in, false, question.method().equals("HEAD"));
                int status = Integer.parseInt(response.start().split(" ", 3)[1]);
                if (status >= 200) {
                    Fields fields = question.method().equals("HEAD")
                            ? response.fields()
                            : response.fields().without(List.of("Content-Length"));
                    return new Answer(status, fields, response.body());
                }
            }
        }
    }

    private static Message read(InputStream in, boolean request, boolean head) throws IOException {
        String start = line(in);
        List<Fields.Field> lines = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            lines.add(new Fields.Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        Fields fields = Fields.of(lines);
        String length = fields.first("Content-Length");
        boolean chunked = fields.tokens("Transfer-Encoding").contains("chunked");
        boolean bodiless = head || (!request && start.matches("HTTP/1.. (1..|204|304).*"));
        byte[] body;
        if (bodiless) {
            body = new byte[0];
        } else if (chunked) {
            body = chunks(in);
        } else if (length != null) {
            body = exactly(in, Integer.parseInt(length));
        } else {
            body = request ? new byte[0] : in.readAllBytes();
        }
        return new Message(start, fields, body);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in).split(";", 2)[0].strip().toLowerCase(Locale.ROOT), 16);
            body.write(exactly(in, size));
            line(in);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private static byte[] exactly(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("The message ended early");
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException();
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
