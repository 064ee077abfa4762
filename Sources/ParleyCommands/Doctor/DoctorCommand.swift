import ArgumentParser
import Parley

/// The command `parley doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check settings, database and upstreams: what is wrong, and how to fix it.",
        discussion: "A small database is looked through as `parley database check` does it."
    )

    @Flag(help: "Look through everything that is stored, however large it is.")
    var thorough = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let terminal = format.output.terminal
        let findings = await ProgressLine.during("looking", on: terminal) { await self.findings($0) }
        let isWell = !findings.contains { $0.state == .bad }
        format.output.show(
            ["ok": .bool(isWell), "findings": .array(findings.map(\.json))],
            as: .lines(findings.flatMap { $0.lines(on: terminal) })
        )
        if !isWell { throw ExitCode.failure }
    }

    private func findings(_ progress: ProgressLine) async -> [Finding] {
        let settings: Settings
        do {
            settings = try place.settings()
        } catch {
            return [.bad("settings", error)]
        }
        let database = DatabaseFindings(settings, isThorough: thorough, progress)
        let place = settings.server == nil ? await database.all() : await ServerFindings(settings).all()
        return SettingsFindings(settings).all() + place + (await UpstreamFindings(settings).all())
    }
}
