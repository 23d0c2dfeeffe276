package io.hone.failures;

import com.google.re2j.Pattern;
import java.util.List;

/**
 * A failure message as it may go to somebody else. Rules need words in their places, so {@link MessageText} leaves out only
 * what it is sure of; here what merely looks like a secret goes too, and what names people and machines by their files. It is
 * taken out of the message as it was written, while quotes and lines still tell where a value ends.
 *
 * <p>What nobody can tell from a word stays: names in the job's own words, and secrets that are words of a sentence.
 */
final class SharedText {

    /** What is replaced by what, in this order. */
    private record Mask(Pattern pattern, String instead) {

        static Mask of(String expression, String instead) {
            return new Mask(
                    Pattern.compile(expression, Pattern.CASE_INSENSITIVE | Pattern.MULTILINE | Pattern.DOTALL),
                    instead);
        }
    }

    /** How names of secrets end. */
    private static final String NAME = "[\\w.-]*(?:pass(?:word|wd|phrase|code)|pwd|secret|token|signature|credential"
            + "|(?:api|access|private|account|shared|client|encryption|license)[-_ ]?key)s?";

    private static final List<Mask> MASKS = List.of(
            // Keys in PEM, whole, or the one end of them that was kept.
            Mask.of("-----BEGIN [^-\n]*-----.*?(?:-----END [^-\n]*-----|\\z)", "#"),
            Mask.of("\\A.*-----END [^-\n]*-----", "#"),
            // Fields of HTTP: all of their line, since cookies have spaces between.
            Mask.of("\\b((?:proxy-)?authorization|(?:set-)?cookie)[\"']?\\s*[:=][^\n]*", "$1 #"),
            Mask.of("\\b(basic|bearer)\\s+[\\w+/=.~-]{6,}", "$1 #"),
            Mask.of(
                    "\\b(" + NAME + ")[\"']?\\s*(?:=>|=|:|\\bis\\b|\\bwas\\b)\\s*"
                            + "(?:\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|[^\\s,;)}\\]]+)",
                    "$1 #"),
            // Keys that are known by how they begin.
            Mask.of(
                    "\\b(?:sk|pk|rk|gh[a-z]|github_pat|glpat|xox[a-z]|hf|gsk|npm|pypi|r8|hone|whsec|dop_v\\d)[-_][\\w.-]{8,}",
                    "#"),
            Mask.of("\\b(?:aiza|akia|asia|eyj)[\\w.-]{10,}", "#"),
            // Who signs in at an address, what is asked there (signatures too), and addresses of people.
            Mask.of("://[^/\\s@\"']+@", "://#@"),
            Mask.of("(\\b[a-z][a-z0-9+.-]*://[^\\s\"'<>?]*)\\?[^\\s\"'<>]*", "$1?#"),
            Mask.of("[\\w.%+-]+@[\\w-]+(?:\\.[\\w-]+)+", "#@#"),
            // Files: in quotes their names may have spaces; those of Windows have backslashes.
            Mask.of("\"(?:~?/|[a-z]:[\\\\/]|\\\\\\\\)[^\"\n]*\"", "\"/#\""),
            Mask.of("'(?:~?/|[a-z]:[\\\\/]|\\\\\\\\)[^'\n]*'", "'/#'"),
            Mask.of("\\b[a-z]:\\\\[^\\s\"'<>|]*", "/#"),
            Mask.of("\\\\\\\\[\\w.$-]+\\\\[^\\s\"'<>|]*", "/#"));

    private SharedText() {}

    static String of(String message) {
        String text = ends(message);
        for (Mask mask : MASKS) {
            text = mask.pattern().matcher(text).replaceAll(mask.instead());
        }
        return MessageText.of(text);
    }

    /** As much as rules see. The last part begins with a whole word: half a secret has no name before it. */
    private static String ends(String message) {
        int half = MessageText.LOOKED_AT / 2;
        if (message.length() <= MessageText.LOOKED_AT) {
            return message;
        }
        int last = message.length() - half;
        while (last < message.length() && !Character.isWhitespace(message.charAt(last))) {
            last++;
        }
        return message.substring(0, half) + '\n' + message.substring(last);
    }
}
