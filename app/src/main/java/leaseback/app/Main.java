package leaseback.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program. Each command is a class beside this one.
@Command(
        name = "leaseback",
        description = "Leases back part of the machines you sell, and makes services of them.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {UpCommand.class, ManagerCommand.class, HostCommand.class, StatusCommand.class, StorageCommand.class, DrainCommand.class,
                LeaseCommand.class, EnvCommand.class, KeysCommand.class, BackupCommand.class, WhereCommand.class, LedgerCommand.class, BillCommand.class,
                PaymentsCommand.class, ExplainCommand.class, StoryCommand.class})
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failed, command, parsed) -> {
                    command.getErr().println("leaseback " + command.getCommandName() + ": " + said(failed));
                    if (System.getenv("LEASEBACK_TRACE") != null) {
                        failed.printStackTrace(command.getErr());
                    }
                    return 1;
                });
    }

    private static String said(Throwable failed) {
        String message = failed.getMessage();
        return message == null || message.isBlank() ? failed.toString() : message;
    }
}
