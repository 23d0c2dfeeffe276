package io.hone.failures;

import java.util.Arrays;

/**
 * A failure message as it is compared: in lower case, without control characters, and with everything made equal that
 * differs between two occurrences of the same failure, or that may be secret. What rules see is this text alone, so that
 * messages with equal texts have equal guidance.
 *
 * <ul>
 *   <li>Numbers are {@code 0}, with what belongs to them (decimals, times, addresses, versions). Whole numbers from 100 to
 *       599 stay, since they may be a status, and those below 0 after a minus sign that follows no word.
 *   <li>Hexadecimal ids, UUIDs and long words with digits are {@code 0} or {@code #}, paths {@code /#}; of addresses of the
 *       web the host stays.
 *   <li>Keys, tokens, passwords and what stands before {@code @} in an address are {@code #}.
 *   <li>White space is one space, line ends are one line feed; indentation is one space.
 * </ul>
 */
final class MessageText {

    /** Only so much is looked at, half of it at either end: what matters stands first or last. */
    static final int LOOKED_AT = 8_000;

    /** Whole numbers that may be a status of HTTP. */
    private static final int FIRST_STATUS = 100;

    private static final int LAST_STATUS = 599;

    /** Words with digits that are so long are ids or secrets; those without, only from {@link #LONG_LETTERS} on. */
    private static final int LONG_MIXED = 20;

    private static final int LONG_LETTERS = 40;

    /** Shorter words of hexadecimal digits may be types such as bf16. */
    private static final int SHORTEST_ID = 6;

    private static final int UUID_LENGTH = 36;

    private static final char ESCAPE = 0x1B;

    /** What ends the names of values that are secret. */
    private static final char[][] SECRET_NAMES = {
        "password".toCharArray(),
        "passwd".toCharArray(),
        "pwd".toCharArray(),
        "secret".toCharArray(),
        "token".toCharArray(),
        "api_key".toCharArray(),
        "apikey".toCharArray(),
        "access_key".toCharArray(),
        "secret_key".toCharArray()
    };

    private static final char[] BEARER = "bearer".toCharArray();

    /** What keys of well-known services begin with. */
    private static final char[][] SECRET_BEGINNINGS = {
        "hf_".toCharArray(),
        "ghp_".toCharArray(),
        "gho_".toCharArray(),
        "sk_".toCharArray(),
        "hone_".toCharArray(),
        "eyj".toCharArray()
    };

    private static final int SHORTEST_KEY = 12;

    private static final byte OTHER = 0;
    private static final byte LETTER = 1;
    private static final byte DIGIT = 2;
    private static final byte SPACE = 3;
    private static final byte LINE = 4;
    private static final byte SLASH = 5;

    private static final byte[] KINDS = kinds();

    private final char[] in;
    private final int end;
    private final char[] out;
    private int at;
    private int length;
    private boolean inAddress;

    private MessageText(String message) {
        int whole = message.length();
        if (whole <= LOOKED_AT) {
            in = new char[whole];
            message.getChars(0, whole, in, 0);
        } else {
            in = new char[LOOKED_AT + 1];
            message.getChars(0, LOOKED_AT / 2, in, 0);
            in[LOOKED_AT / 2] = '\n';
            message.getChars(whole - LOOKED_AT / 2, whole, in, LOOKED_AT / 2 + 1);
        }
        end = in.length;
        // Two characters may come of one slash, and of nothing else.
        out = new char[2 * end];
    }

    /** The message as it is compared. */
    static String of(String message) {
        MessageText text = new MessageText(message);
        text.read();
        return text.result();
    }

    private String result() {
        int last = length;
        while (last > 0 && out[last - 1] <= ' ') {
            last--;
        }
        return new String(out, 0, last);
    }

    private void read() {
        while (at < end) {
            char c = in[at];
            switch (kind(c)) {
                case LETTER, DIGIT -> word();
                case SPACE -> space();
                case LINE -> line();
                case SLASH -> slash();
                default -> other(c);
            }
        }
    }

    private void space() {
        at++;
        inAddress = false;
        if (length > 0 && out[length - 1] != ' ') {
            out[length++] = ' ';
        }
    }

    private void line() {
        at++;
        inAddress = false;
        while (length > 0 && out[length - 1] == ' ') {
            length--;
        }
        if (length > 0 && out[length - 1] != '\n') {
            out[length++] = '\n';
        }
    }

    private void other(char c) {
        if (c == ESCAPE) {
            escapeSequence();
            return;
        }
        at++;
        if (c == '"' || c == '\'') {
            inAddress = false;
        }
        out[length++] = switch (c) {
            case '\u2018', '\u2019', '\u201B' -> '\'';
            case '\u201C', '\u201D' -> '"';
            default -> c;
        };
    }

    /** Colours of terminals: ESC, a bracket, parameters, one letter (ECMA-48, section 5.4). */
    private void escapeSequence() {
        at++;
        if (at < end && in[at] == '[') {
            at++;
            while (at < end && in[at] >= ' ' && in[at] <= '?') {
                at++;
            }
            at = Math.min(end, at + 1);
        }
    }

    private void slash() {
        char before = length == 0 ? ' ' : out[length - 1];
        if (before == ':' && at + 1 < end && in[at + 1] == '/') {
            out[length++] = '/';
            out[length++] = '/';
            at += 2;
            inAddress = true;
            userInfo();
            return;
        }
        boolean path = inAddress || !(isWord(before) || before == ')' || before == '>' || before == '/');
        at++;
        out[length++] = '/';
        int first = at;
        while (path && at < end && isPath(in[at])) {
            at++;
        }
        if (at > first) {
            out[length++] = '#';
        }
    }

    /** A name and a password before the host. */
    private void userInfo() {
        for (int i = at; i < end && in[i] != '/' && (in[i] == ':' || isPath(in[i])); i++) {
            if (in[i] == '@') {
                out[length++] = '#';
                at = i;
                return;
            }
        }
    }

    private void word() {
        // In local variables: nearly all of a message passes here.
        char[] from = in;
        char[] to = out;
        int first = at;
        int start = length;
        int next = first;
        int shift = start - first;
        int digits = 0;
        boolean underscore = false;
        char highest = 0;
        while (next < end) {
            char c = from[next];
            byte kind = kind(c);
            if (kind == LETTER) {
                if (c == '_') {
                    underscore = true;
                } else {
                    c = (char) (c | 0x20);
                }
                highest = c > highest ? c : highest;
            } else if (kind == DIGIT) {
                digits++;
            } else {
                break;
            }
            to[next + shift] = c;
            next++;
        }
        at = next;
        length = next + shift;
        boolean hexadecimal = !underscore && highest <= 'f';
        int size = next - first;
        if (digits == size) {
            number(first, start, size);
        } else if (digits > 0) {
            mixed(first, start, size, hexadecimal);
        } else if (size >= LONG_LETTERS && !underscore) {
            replace(start, '#');
        } else if (at < end) {
            name(start, size);
        }
        if (size >= SHORTEST_KEY && length > start && isKey(start)) {
            replace(start, '#');
            while (at < end && (isWord(in[at]) || in[at] == '.' || in[at] == '-')) {
                at++;
            }
        }
    }

    private void number(int first, int start, int size) {
        char before = start == 0 ? ' ' : out[start - 1];
        boolean more = false;
        while (at + 1 < end && (in[at] == '.' || in[at] == ':' || in[at] == ',') && kind(in[at + 1]) == DIGIT) {
            more = true;
            at++;
            while (at < end && kind(in[at]) == DIGIT) {
                at++;
            }
        }
        if (!more && before != '.') {
            if (size == 3) {
                int value = (in[first] - '0') * 100 + (in[first + 1] - '0') * 10 + in[first + 2] - '0';
                if (value >= FIRST_STATUS && value <= LAST_STATUS) {
                    return;
                }
            } else if (size < 3 && before == '-' && (start < 2 || !isWord(out[start - 2]))) {
                return;
            }
        }
        replace(start, '0');
    }

    /** Letters and digits: an id, a size with its unit, a type, or a name with a number. */
    private void mixed(int first, int start, int size, boolean hexadecimal) {
        if (hexadecimal && size == 8 && isUuid(first)) {
            at = first + UUID_LENGTH;
            replace(start, '0');
        } else if ((hexadecimal && size >= SHORTEST_ID) || (in[first] == '0' && size > 2 && out[start + 1] == 'x')) {
            replace(start, '0');
        } else if (size >= LONG_MIXED) {
            replace(start, '#');
        } else {
            digits(start, kind(in[first]) == DIGIT ? 1 : 3);
        }
    }

    /** Replaces runs of digits that are not shorter. */
    private void digits(int start, int shortest) {
        int to = start;
        int from = start;
        while (from < length) {
            int run = from;
            while (run < length && kind(out[run]) == DIGIT) {
                run++;
            }
            if (run - from >= shortest) {
                out[to++] = '0';
                from = run;
            } else {
                run = Math.max(run, from + 1);
                while (from < run) {
                    out[to++] = out[from++];
                }
            }
        }
        length = to;
    }

    /** A word of letters that may be the name of a secret. */
    private void name(int start, int size) {
        char next = in[at];
        if (next == '-' && size == 2 && (out[start] == 's' || out[start] == 'p') && out[start + 1] == 'k') {
            value(at, '#');
        } else if (next == ' ' && size == BEARER.length && ends(BEARER)) {
            out[length++] = ' ';
            value(at + 1, '#');
        } else if ((next == '=' || next == ':' || next == '"' || next == '\'') && endsLikeASecret()) {
            for (char[] secret : SECRET_NAMES) {
                if (ends(secret)) {
                    assigned();
                    return;
                }
            }
        }
    }

    /** Whether the last letter is that of a secret's name: most words are done with here. */
    private boolean endsLikeASecret() {
        char last = out[length - 1];
        return last == 'd' || last == 't' || last == 'n' || last == 'y';
    }

    /** What follows a name: a quote perhaps, a sign, a space perhaps, a quote perhaps, and the value. */
    private void assigned() {
        int i = at;
        if (in[i] == '"' || in[i] == '\'') {
            i++;
        }
        if (i == end || (in[i] != '=' && in[i] != ':')) {
            return;
        }
        i++;
        while (i < end && (in[i] == ' ' || in[i] == '"' || in[i] == '\'')) {
            i++;
        }
        out[length++] = '=';
        value(i, '#');
    }

    /** Leaves out what stands up to the next space, quote or separator. */
    private void value(int from, char instead) {
        int i = from;
        while (i < end && isValue(in[i])) {
            i++;
        }
        if (i > from) {
            out[length++] = instead;
        }
        at = i;
    }

    private void replace(int start, char instead) {
        out[start] = instead;
        length = start + 1;
    }

    private boolean ends(char[] name) {
        return length >= name.length && Arrays.equals(out, length - name.length, length, name, 0, name.length);
    }

    private boolean isKey(int start) {
        char initial = out[start];
        if (initial != 'h' && initial != 's' && initial != 'g' && initial != 'e') {
            return false;
        }
        for (char[] beginning : SECRET_BEGINNINGS) {
            if (length - start >= beginning.length
                    && Arrays.equals(out, start, start + beginning.length, beginning, 0, beginning.length)) {
                return true;
            }
        }
        return false;
    }

    private boolean isUuid(int first) {
        if (first + UUID_LENGTH > end) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = in[first + i];
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWord(char c) {
        byte kind = kind(c);
        return kind == LETTER || kind == DIGIT;
    }

    private static boolean isPath(char c) {
        return switch (c) {
            case '"', '\'', '`', ')', ',', ';', ':', '>', ']', '}' -> false;
            default -> kind(c) != SPACE && kind(c) != LINE;
        };
    }

    private static boolean isValue(char c) {
        return switch (c) {
            case '"', '\'', '`', ',', '&', ';', ')', '}' -> false;
            default -> kind(c) != SPACE && kind(c) != LINE;
        };
    }

    private static byte kind(char c) {
        if (c < KINDS.length) {
            return KINDS[c];
        }
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c) ? SPACE : OTHER;
    }

    private static byte[] kinds() {
        byte[] kinds = new byte[128];
        for (char c = 0; c < kinds.length; c++) {
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') {
                kinds[c] = LETTER;
            } else if (c >= '0' && c <= '9') {
                kinds[c] = DIGIT;
            } else if (c == '\n' || c == '\r') {
                kinds[c] = LINE;
            } else if (c == '/') {
                kinds[c] = SLASH;
            } else if ((c <= ' ' || c == 0x7F) && c != ESCAPE) {
                kinds[c] = SPACE;
            }
        }
        return kinds;
    }
}
