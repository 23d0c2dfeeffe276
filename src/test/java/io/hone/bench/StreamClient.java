package io.hone.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads streams of {@link BenchProvider} from one connection, one after the other, each as soon as bytes come. */
final class StreamClient implements AutoCloseable {

    private static final int PATIENCE_MS = 60_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final byte[] buffer = new byte[16_384];
    private final StringBuilder read = new StringBuilder();

    StreamClient(InetSocketAddress server) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(server);
        socket.setSoTimeout(PATIENCE_MS);
        in = socket.getInputStream();
    }

    /** Asks for a stream. */
    void ask(ByteBuffer request) throws IOException {
        socket.getOutputStream().write(request.array());
    }

    /** Waits for the first event of the stream and returns the nanoseconds since it was sent. */
    long first() throws IOException {
        int from = -1;
        while (from < 0 || read.indexOf("}", from) < 0) {
            readOn();
            from = read.indexOf(BenchProvider.SENT_AT);
        }
        long now = System.nanoTime();
        int begin = from + BenchProvider.SENT_AT.length();
        return now - Long.parseLong(read, begin, read.indexOf("}", from), 10);
    }

    /** Waits for the end of the stream. */
    void end() throws IOException {
        // The last chunk, which is empty, ends what is sent in chunks.
        while (read.indexOf(BenchProvider.DONE) < 0 || read.indexOf("\r\n0\r\n\r\n") < 0) {
            readOn();
        }
        read.setLength(0);
    }

    private void readOn() throws IOException {
        int bytes = in.read(buffer);
        if (bytes < 0) {
            throw new IOException("The connection ended within a stream: " + read);
        }
        read.append(new String(buffer, 0, bytes, StandardCharsets.ISO_8859_1));
        if (read.indexOf("HTTP/1.1 200") != 0) {
            throw new IOException("No stream: " + read);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
