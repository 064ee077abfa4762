import Foundation

/// What names this process to others.
enum ProcessInformation {
    static var pid: Int32 { getpid() }

    /// The machine's own name, without asking any network.
    static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
