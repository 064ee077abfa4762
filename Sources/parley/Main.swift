import ParleyCommands

@main
enum Main {
    static func main() async {
        await ParleyCommand.start()
    }
}
