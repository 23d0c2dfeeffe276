package io.hone.bench;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./hone bench}: lists the measurements, or runs one. */
@Command(
        name = "./hone bench",
        synopsisSubcommandLabel = "NAME",
        commandListHeading = "%nMeasurements ('./hone bench NAME --help' tells their options):%n",
        subcommands = {
            CommitsBench.class,
            GenerateBench.class,
            DashboardBench.class,
            ListBench.class,
            FiltersBench.class,
            HttpBench.class,
            GatewayBench.class,
            JmhBench.class,
            SmokeBench.class
        })
public final class Bench implements Runnable {

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        quieten();
        System.exit(commandLine().execute(args));
    }

    /** The command line of all measurements. */
    static CommandLine commandLine() {
        return new CommandLine(new Bench()).setUsageHelpWidth(120);
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** What pools, migrations and slow statements have to say would tear the tables apart. */
    private static void quieten() {
        Logger root = Logger.getLogger("");
        root.setLevel(Level.SEVERE);
        for (Handler handler : root.getHandlers()) {
            handler.setLevel(Level.SEVERE);
        }
    }
}
