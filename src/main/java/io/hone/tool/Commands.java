package io.hone.tool;

import io.hone.tool.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of Hone. */
@Command(
        name = "hone",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = "Tracking server for model-optimization work.",
        subcommands = {ServeCommand.class, DemoCommand.class, KeyCommand.class, SignInCommand.class})
public final class Commands {

    private Commands() {}

    /** Runs a command and ends the process with its exit code; without one, {@code serve}. */
    public static void main(String[] args) {
        // As with most commands, the last of a repeated option counts: scripts append theirs.
        CommandLine commands = new CommandLine(new Commands()).setOverwrittenOptionsAllowed(true);
        int code = args.length == 0 ? commands.execute("serve") : commands.execute(args);
        if (code != ServeCommand.SERVING) {
            System.exit(code);
        }
    }
}
