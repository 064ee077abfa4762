import Foundation
import Logging
import Parley
import ParleySQLite
import ParleyStore
import ServiceLifecycle
import UnixSignals

extension ServiceGroup {
    /// The services of a process that holds a database, in the order in which they begin; they end in the opposite one.
    static func parley(
        _ listeners: [any Service],
        _ drain: DrainService,
        _ upkeep: Upkeep,
        trapsSignals: Bool,
        logger: Logger
    ) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: [upkeep, SideBySide(services: listeners + [drain])],
            logger: logger
        )
        if trapsSignals { configuration.gracefulShutdownSignals = endings }
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        configuration.maximumCancellationDuration = .seconds(5)
        return ServiceGroup(configuration: configuration)
    }

    /// The signals at which a server finishes what it does; that of a closed terminal unless it was started to outlive it.
    private static var endings: [UnixSignal] {
        let before = signal(SIGHUP, SIG_DFL)
        signal(SIGHUP, before)
        let isIgnored = unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        return [.sigterm, .sigint] + (isIgnored ? [] : [.sighup])
    }
}

/// Services that begin and end together.
///
/// The listeners stop accepting at once, while the turns that run are given their time.
struct SideBySide: Service {
    let services: [any Service]

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for service in services {
                tasks.addTask { try await service.run() }
            }
            // The first that fails takes the others with it.
            for try await _ in tasks {}
        }
    }
}

/// Ends the turns when the process is told to leave.
struct DrainService: Service {
    let turns: Turns

    func run() async throws {
        try? await gracefulShutdown()
        await turns.drain()
    }
}

/// What goes on beside the requests: the watch over the files, the checkpoints of running answers, the heartbeat.
struct Upkeep: Service {
    let database: SQLiteDatabase
    let store: Store
    let turns: Turns

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await database.run() }
                tasks.addTask { await turns.keepCheckpoints() }
                tasks.addTask { await beat() }
                tasks.addTask { await writeUnrecorded() }
                tasks.addTask { await store.keepIndex() }
            }
        }
        store.writeUnrecorded()
        try? await store.sealTexts(slices: 1)
    }

    private func writeUnrecorded() async {
        while !Task.isCancelled {
            store.writeUnrecorded()
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func beat() async {
        while !Task.isCancelled {
            store.beat()
            try? await store.sealTexts()
            try? await store.followUp()
            try? await Task.sleep(for: .seconds(5))
        }
    }
}
