package import ArgumentParser
import CParleyMemory
import Foundation
import Parley
import ParleyWire

/// The command `parley`.
package struct ParleyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "Remembers your conversations with language models.",
        version: "parley \(Version.current)",
        subcommands: [
            ChatCommand.self, AskCommand.self, ServeCommand.self, SessionsCommand.self, UsersCommand.self,
            KeysCommand.self, UsageCommand.self, AuditCommand.self, ModelsCommand.self, TokensCommand.self,
            DatabaseCommand.self, DoctorCommand.self,
            SettingsCommand.self,
        ]
    )

    package init() {}

    /// Runs what the command line says, and ends the process.
    ///
    /// An error becomes one line on standard error and the exit status of its code.
    package static func start() async -> Never {
        umask(0o077)
        parley_memory_settle()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            try LostOutput.check()
            exit(withError: nil)
        } catch is ReaderLeft {
            Foundation.exit(0)
        } catch let error as ParleyError {
            complain(error)
            Foundation.exit(error.code.exitStatus)
        } catch is CancellationError {
            Foundation.exit(ExitStatus.interrupted)
        } catch {
            exit(withError: error)
        }
    }

    /// With `--json` an error is the object that the API answers with.
    private static func complain(_ error: ParleyError) {
        let wantsJSON = CommandLine.arguments.dropFirst().prefix { $0 != "--" }.contains("--json")
        guard wantsJSON else { return Terminal().complain(error.message) }
        Terminal.write(TerminalJSON.text(ErrorObject(error).json) + "\n", to: STDERR_FILENO)
    }
}
