package io.hone.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Main class of {@code hone.jar}: unpacks the application once for each build, then runs its command line with the
 * application's own libraries. Stands alone: nothing else of Hone is on its class path.
 */
public final class Launcher {

    /** Where the application is unpacked; the commands read it. */
    public static final String RUNTIME_PROPERTY = "io.hone.runtime";

    private static final String WAR = "/server/hone.war";
    private static final String SERVER = "/server/payara-micro.jar";
    private static final long UNPACKING_MILLIS = 50;
    private static final String COMMANDS = "io.hone.tool.Commands";

    @SuppressWarnings("NullAway.Init") // set by agentmain
    private static Instrumentation instrumentation;

    private Launcher() {}

    /** Called by the Java runtime before {@link #main} (Launcher-Agent-Class). */
    public static void agentmain(String options, Instrumentation given) {
        instrumentation = given;
    }

    /** Runs a command; without one, {@code serve}. */
    public static void main(String[] args) throws Exception {
        Path runtime;
        try {
            runtime = unpack(runtimeFolder());
        } catch (IOException e) {
            System.err.printf(
                    "Hone cannot start: cannot unpack itself: %s. Set HONE_RUNTIME_DIR to a folder it may write to.%n",
                    e);
            System.exit(1);
            return;
        }
        System.setProperty(RUNTIME_PROPERTY, runtime.toString());
        // The server finds its own archive, and its classes, through the system class loader only.
        instrumentation.appendToSystemClassLoaderSearch(
                new JarFile(runtime.resolve("payara-micro.jar").toFile()));
        ClassLoader application = new URLClassLoader("hone", urls(runtime.resolve("app")), parent());
        Thread.currentThread().setContextClassLoader(application);
        try {
            application.loadClass(COMMANDS).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** The platform's classes only: ours come from the application, not from this jar. */
    private static ClassLoader parent() {
        return ClassLoader.getPlatformClassLoader();
    }

    private static Path runtimeFolder() {
        String folder = System.getenv("HONE_RUNTIME_DIR");
        if (folder != null && !folder.isEmpty()) {
            return Path.of(folder);
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return base.resolve("hone");
    }

    /** Unpacks under the digest of the application, so that builds never mix; builds nobody runs any more go. */
    private static Path unpack(Path folder) throws IOException {
        Files.createDirectories(folder);
        String digest = digest();
        Path target = folder.resolve(digest);
        Path lockFile = folder.resolve(digest + ".lock");
        // Held until the process ends, which tells other builds that this one is in use.
        FileChannel lock = FileChannel.open(
                lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        while (!Files.exists(target.resolve("complete"))) {
            // Not waited for by the system: whoever unpacked goes on to share the lock for as long as it runs.
            FileLock exclusive = lock.tryLock();
            if (exclusive == null) {
                pause();
                continue;
            }
            try {
                if (!Files.exists(target.resolve("complete"))) {
                    delete(target);
                    unzip(WAR, target.resolve("app"));
                    try (InputStream in = Launcher.class.getResourceAsStream(SERVER)) {
                        Files.copy(in, target.resolve("payara-micro.jar"), StandardCopyOption.REPLACE_EXISTING);
                    }
                    Files.createFile(target.resolve("complete"));
                }
            } finally {
                exclusive.release();
            }
        }
        lock.lock(0, Long.MAX_VALUE, true);
        removeUnused(folder, digest);
        return target;
    }

    /** Another start is unpacking. */
    private static void pause() throws IOException {
        try {
            Thread.sleep(UNPACKING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while another start unpacks");
        }
    }

    private static void removeUnused(Path folder, String current) throws IOException {
        List<Path> locks;
        try (Stream<Path> files = Files.list(folder)) {
            locks = files.filter(file -> file.toString().endsWith(".lock")
                            && !file.getFileName().toString().startsWith(current))
                    .toList();
        }
        for (Path lockFile : locks) {
            removeIfUnused(folder, lockFile);
        }
    }

    private static void removeIfUnused(Path folder, Path lockFile) throws IOException {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock unused = channel.tryLock()) {
            if (unused != null) {
                String name = lockFile.getFileName().toString();
                delete(folder.resolve(name.substring(0, name.length() - ".lock".length())));
                Files.delete(lockFile);
            }
        } catch (NoSuchFileException gone) {
            // Another process tidied up first, which serves as well.
        }
    }

    private static String digest() throws IOException {
        try (InputStream in = Launcher.class.getResourceAsStream(WAR)) {
            if (in == null) {
                throw new IOException("this jar has no " + WAR);
            }
            DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
            digesting.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static void unzip(String resource, Path target) throws IOException {
        try (InputStream in = Launcher.class.getResourceAsStream(resource);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("an entry points outside: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /** Deletes a folder with all that is in it; nothing happens where there is none. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }

    private static URL[] urls(Path app) throws IOException {
        List<URL> urls = new ArrayList<>();
        urls.add(app.resolve("WEB-INF/classes").toUri().toURL());
        try (Stream<Path> libraries = Files.list(app.resolve("WEB-INF/lib"))) {
            for (Path library : libraries.sorted().toList()) {
                urls.add(library.toUri().toURL());
            }
        }
        return urls.toArray(URL[]::new);
    }
}
