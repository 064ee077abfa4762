import Logging
import Parley
import ServiceLifecycle

/// Finishes what was left unfinished, and removes what the policy keeps no longer: at the start and every hour.
struct Housekeeping: Service {
    let store: any KeepingStore
    /// `nil` where only what was left is finished: a command's own process ends before long.
    let policy: RetentionPolicy?
    let logger: Logger

    private static let interval = Duration.seconds(3_600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do { try await keepHouse() } catch {
                    if !Task.isCancelled { report(error) }
                }
                try? await Task.sleep(for: Self.interval)
            } while !Task.isCancelled
        }
    }

    private func keepHouse() async throws {
        try await store.resumeRemovals()
        guard let policy else { return }
        for removal in try await store.enforce(policy) {
            logger.info(
                "Conversations were removed",
                metadata: [
                    "reason": .string(removal.reason.rawValue), "prune": .string(removal.id.text),
                    "conversations": .stringConvertible(removal.counts.conversations),
                ]
            )
        }
    }

    private func report(_ error: any Error) {
        logger.warning(
            "Old conversations could not be removed",
            metadata: ["error": .string(String(reflecting: error))]
        )
    }
}
