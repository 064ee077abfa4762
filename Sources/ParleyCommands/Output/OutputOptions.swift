import ArgumentParser

/// How results are shown; the same for every command.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Show the result as JSON.")
    var json = false

    var output: Output { Output(json ? .json : .text) }
}
