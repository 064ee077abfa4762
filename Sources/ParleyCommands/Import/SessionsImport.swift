import ArgumentParser
import Parley
import ParleyClient
import ParleyInterchange

/// The command `parley sessions import`.
struct SessionsImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import conversations that other programs have exported.",
        discussion: """
            Understood, whatever the files are called: \(ImportFormat.titles); as files, folders and ZIP archives.
            What is there already is recognised: a later, larger export adds what is new.
            Pictures and files are kept by name and not fetched. Keys in a backup are not stored. Ratings that lie beside
            ChatGPT's conversations are taken along; Claude's projects and memories are counted and left out.
            """
    )

    @Argument(help: ArgumentHelp("Files, folders or archives; `-` for standard input.", valueName: "file"))
    var files: [String]

    @Flag(help: "Say what would be new, known and left out, and store nothing.")
    var dryRun = false

    @Option(help: "The format, if it is not recognised: \(SessionsImport.formats).")
    var format: ImportFormat?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var output: OutputOptions

    fileprivate static let formats = ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")

    func run() async throws {
        let inputs = try ImportInputs.all(files)
        let opening = ImportOpening(format: format, now: .now)
        let shown = output.output
        let tally = try await place.ask(saying: "importing", creates: true) { api, progress in
            var run = ImportRun(api, opening, isDryRun: dryRun, progress: progress)
            try await run.add(inputs)
            return run.tally
        }
        let summary = ImportSummary(tally: tally, isDryRun: dryRun)
        shown.show(summary.json, as: .lines(summary.lines))
        if summary.exitStatus != 0 { throw ExitCode(summary.exitStatus) }
    }
}

extension ImportFormat: ExpressibleByArgument {}
