import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Parley
import ServiceLifecycle

/// One listener of the server.
///
/// Ends after a graceful shutdown once its connections have.
struct ListenerService: Service {
    let address: ListeningAddress
    let settings: ServerSettings
    let state: ServerState
    let responder: RouterResponder<ParleyRequestContext>
    let logger: Logger
    let onListening: @Sendable (ListeningAddress) async -> Void

    func run() async throws {
        try makeSocketDirectory()
        defer { removeSocket() }
        let application = Application(
            responder: responder,
            server: .http1(configuration: channelConfiguration),
            configuration: applicationConfiguration,
            onServerRunning: listening,
            logger: logger
        )
        do {
            try await withGracefulShutdownHandler {
                try await application.run()
            } onGracefulShutdown: {
                state.beginDraining()
            }
        } catch let error as IOError {
            throw address.cannotListen(error)
        } catch let error as SocketAddressError {
            throw address.cannotListen(error)
        }
    }

    private func removeSocket() {
        if case .socket(let path) = address { try? FileManager.default.removeItem(atPath: path) }
    }

    private var channelConfiguration: HTTP1Channel.Configuration {
        let isSocket = if case .socket = address { true } else { false }
        let limits = settings.limits
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ConnectionHandler(connections: state.connections, limits: limits, isLocal: isSocket)
            ],
            idleTimeout: TimeAmount(limits.idleTime),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.header,
                maxHeaderListSize: limits.headerBlock,
                maxHeaderFieldCount: limits.headerCount
            )
        )
    }

    private var applicationConfiguration: ApplicationConfiguration {
        ApplicationConfiguration(
            address: bindAddress,
            serverName: nil,
            backlog: 1024,
            availableConnectionsDelegate: .maximum(settings.limits.connections, logger: logger)
        )
    }

    private var bindAddress: BindAddress {
        switch address {
        case .tcp(let host, let port): .hostname(host, port: port)
        case .socket(let path): .unixDomainSocket(path: path)
        }
    }

    @Sendable private func listening(_ channel: any Channel) async {
        switch address {
        case .tcp(let host, let port):
            await onListening(.tcp(host: host, port: channel.localAddress?.port ?? port))
        case .socket(let path):
            closeToOthers(path)
            await onListening(address)
        }
    }

    /// Only the owner may connect.
    ///
    /// The directory keeps others out until here.
    private func closeToOthers(_ path: String) {
        do {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        } catch {
            logger.error("The socket's permissions could not be set", metadata: ["path": .string(path)])
        }
    }

    private func makeSocketDirectory() throws {
        guard case .socket(let path) = address else { return }
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard !FileManager.default.fileExists(atPath: directory) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw ParleyError(
                .configuration,
                "The directory of the socket, \(directory), cannot be made.",
                cause: error
            )
        }
    }
}
