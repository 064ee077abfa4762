import Foundation
import Parley
import ParleyAssets
import ParleyClient
import ParleySQLite
import ParleyServer
import ParleyStore

extension SQLiteDatabase {
    /// Opens the database that is set, with the migrations in this binary.
    ///
    /// When nothing can be acknowledged any more (the file is gone, the disk fails) the process ends with status 74.
    static func open(_ settings: ParleyCommands.Settings, socket: SocketPlace?) throws -> SQLiteDatabase {
        var own = SQLiteDatabase.Settings(path: settings.database, migrations: try Migration.embedded())
        own.socket = socket?.path
        own.allowsNetworkFileSystem = settings.allowsNetworkDisk
        return try open(own) { error in
            Terminal().complain(error.message)
            exit(EX_IOERR)
        }
    }
}

extension ModelTable {
    /// The table of well-known models.
    static func embedded(defaultWindow: Int?) throws -> ModelTable {
        guard let text = Asset.named("models.json")?.text else { return ModelTable(defaultWindow: defaultWindow) }
        do {
            return try ModelTable(json: JSON(parsing: text), defaultWindow: defaultWindow)
        } catch let error as JSONError {
            throw ParleyError(.internalError, "The table of models in this binary cannot be read.", cause: error)
        }
    }
}

extension ServerSettings {
    init(_ settings: Settings, socket: SocketPlace, listens: Bool, name: String) {
        self.init(
            host: settings.host,
            port: listens ? settings.port : nil,
            socketPath: socket.path,
            allowedHosts: settings.allowedHosts,
            allowedOrigins: settings.allowedOrigins,
            anonymousUser: settings.anonymousUser,
            recordsByDefault: settings.record,
            strictModels: settings.routing.strict,
            name: name
        )
        limits.body = settings.bodyLimit
        limits.connections = min(limits.connections, OpenFiles.raised().connections)
        administratorsRead = settings.spending.administratorsRead
    }
}

extension UpstreamOptions {
    init(_ settings: Settings, name: String) {
        self.init()
        instance = name
        routing = settings.routing
        deadlines = settings.deadlines
        retries.attempts = settings.retries
    }
}

extension Settings {
    /// Without keys anybody who gets to the port is the local user, so only this machine may get there.
    func refuseOpenDoor(_ users: some UserStore) throws {
        guard !ServerSettings.isLoopback(host), try !users.hasKeys() else { return }
        throw ParleyError(
            .configuration,
            "\(host) can be reached by others, and there is no key yet. Run `parley keys create --user local` first, "
                + "or listen on 127.0.0.1."
        )
    }
}
