package io.hone.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;

/**
 * The shipped jar with one difference: the {@code web.xml} of the WAR in it maps no filter. All classes stay, so what
 * differs is the filter chain alone. A servlet that measures the container may be added.
 */
final class UnfilteredJar {

    private static final String WAR = "/server/hone.war";
    private static final String WEB_XML = "/WEB-INF/web.xml";
    private static final Pattern MAPPINGS = Pattern.compile("<filter-mapping>.*?</filter-mapping>", Pattern.DOTALL);

    private UnfilteredJar() {}

    /**
     * Makes it beside the other files of the measurements.
     *
     * @param servlets what to add to the WAR
     */
    static Path make(Path jar, Class<?>... servlets) throws IOException {
        Files.createDirectories(Measurement.FOLDER);
        Path unfiltered = Measurement.FOLDER.resolve("hone-without-filters.jar");
        Files.copy(jar, unfiltered, StandardCopyOption.REPLACE_EXISTING);
        Path war = Files.createTempFile(Measurement.FOLDER, "hone", ".war");
        try (FileSystem outer = FileSystems.newFileSystem(unfiltered)) {
            Files.copy(outer.getPath(WAR), war, StandardCopyOption.REPLACE_EXISTING);
            removeMappings(war);
            add(war, servlets);
            Files.copy(war, outer.getPath(WAR), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.delete(war);
        }
        return unfiltered;
    }

    private static void add(Path war, Class<?>... servlets) throws IOException {
        try (FileSystem inner = FileSystems.newFileSystem(war)) {
            for (Class<?> servlet : servlets) {
                String name = servlet.getName().replace('.', '/') + ".class";
                Path file = inner.getPath("/WEB-INF/classes/" + name);
                Files.createDirectories(file.getParent());
                try (InputStream in = UnfilteredJar.class.getClassLoader().getResourceAsStream(name)) {
                    if (in == null) {
                        throw new IOException("There is no " + name);
                    }
                    Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void removeMappings(Path war) throws IOException {
        try (FileSystem inner = FileSystems.newFileSystem(war)) {
            Path file = inner.getPath(WEB_XML);
            String before = Files.readString(file);
            String after = MAPPINGS.matcher(before).replaceAll("");
            if (after.equals(before)) {
                throw new IOException("web.xml maps no filter: there is nothing to compare");
            }
            Files.writeString(file, after);
        }
    }
}
