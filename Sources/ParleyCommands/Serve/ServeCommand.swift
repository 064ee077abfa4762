import ArgumentParser
import Logging
import Parley
import ParleySQLite
import ParleyServer

/// The command `parley serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the API to other programs.",
        discussion: "Programs keep the OpenAI client they have and change its base URL. Ends at SIGTERM or Ctrl-C."
    )

    @Option(help: "The address to listen on.")
    var host: String?

    @Option(help: "The port; 0 picks a free one.")
    var port: Int?

    @Option(help: ArgumentHelp("The database file.", valueName: "path"))
    var database: String?

    @OptionGroup var format: OutputOptions

    func run() async throws {
        let flags = [
            Setting.host.key: host, Setting.port.key: port.map(String.init), Setting.database.key: database,
        ].compactMapValues(\.self)
        let settings = try Settings(SettingSources.read(flags: flags))
        let server: LocalServer
        do {
            server = try await LocalServer(settings, listens: true, logger: .parley(settings.logLevel.level))
        } catch let error as ParleyError where error.code == .databaseLocked {
            throw Self.held(settings.database, error)
        }
        try await server.runUntilTold { announce($0, settings.database) }
    }

    private func announce(_ addresses: [ListeningAddress], _ database: String) {
        let url = addresses.lazy.compactMap(\.url).first ?? ""
        let socket = addresses.lazy.compactMap(\.socket).first ?? ""
        let shown =
            ["Parley listens on \(url)", ""] + Self.exports(url) + ["", "Its database is \(Terminal.safe(database))."]
        format.output.show(
            ["url": .string(url), "socket": .string(socket), "database": .string(database)],
            as: .lines(shown)
        )
    }

    /// What programs that use OpenAI's API need in their environment: the name of today, and that of versions before 1.0.
    static func exports(_ url: String) -> [String] {
        ["export OPENAI_BASE_URL=\(url)/v1", "export OPENAI_API_BASE=\(url)/v1"]
    }

    /// Who is in the way, and what to do.
    private static func held(_ database: String, _ error: ParleyError) -> ParleyError {
        guard let owner = LockFile.holder(of: database) else { return error }
        let process = HolderProcess(owner)
        let advice =
            process.isServer
            ? "Use that server, stop it, or choose another database." : "End that command, then start the server."
        return ParleyError(
            .databaseLocked,
            "\(database) is in use by \(process.name) (process \(process.pid)). \(advice)",
            cause: error
        )
    }
}

extension LogLevel {
    fileprivate var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}

extension ListeningAddress {
    fileprivate var url: String? {
        guard case .tcp(let host, let port) = self else { return nil }
        return "http://\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host):\(port)"
    }

    fileprivate var socket: String? {
        guard case .socket(let path) = self else { return nil }
        return path
    }
}
