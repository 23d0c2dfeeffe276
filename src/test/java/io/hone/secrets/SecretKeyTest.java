package io.hone.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hone.database.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretKeyTest {

    private static final byte[] PLAIN = "what nobody is to read".getBytes(UTF_8);

    @Test
    void folder_firstStart_createsAKeyForItsOwnerAlone(@TempDir Path folder) throws IOException {
        byte[] sealed = new SecretKey(folder, null).seal(PLAIN);

        Path file = folder.resolve("secret.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(new SecretKey(folder, null).open(sealed))
                .as("after a restart")
                .isEqualTo(PLAIN);
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "zz", "00112233445566778899aabbccddeeff"})
    void folder_fileThatIsNoKey_stopsTheStartAndStaysAsItIs(String content, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret.key"), content);

        assertThatThrownBy(() -> new SecretKey(folder, null))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent(content);
    }

    @Test
    void given_shortSecret_isRefusedWithoutBeingNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> new SecretKey(folder, "hunter2hunter2"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("HONE_SECRET_KEY")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void given_sameSecret_opensOnAnotherNode(@TempDir Path folder) {
        String secret = "0123456789abcdef0123456789abcdef";

        assertThat(SecretKeys.of(secret).open(new SecretKey(folder, secret).seal(PLAIN)))
                .isEqualTo(PLAIN);
        assertThat(folder).isEmptyDirectory();
    }

    @Property(tries = 100)
    void open_otherKeyOrAnyChangedBit_givesNothing(@ForAll byte[] plain, @ForAll int which) {
        SecretKey key = SecretKeys.of("0123456789abcdef0123456789abcdef");
        byte[] sealed = key.seal(plain);
        assertThat(key.open(sealed)).isEqualTo(plain);
        assertThat(key.seal(plain)).as("another nonce each time").isNotEqualTo(sealed);
        assertThat(SecretKeys.of("0123456789abcdef0123456789abcdeF").open(sealed))
                .isNull();

        int bit = Math.floorMod(which, sealed.length * 8);
        sealed[bit / 8] ^= (byte) (1 << (bit % 8));

        assertThat(key.open(sealed)).isNull();
    }

    @Test
    void open_tooShort_givesNothing() {
        assertThat(SecretKeys.of("0123456789abcdef0123456789abcdef").open(new byte[20]))
                .isNull();
    }
}
