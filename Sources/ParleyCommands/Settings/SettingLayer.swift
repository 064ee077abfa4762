import Configuration
import Synchronization

/// One source of settings.
struct SettingLayer: Sendable {
    var source: Source
    private var values: any ConfigSnapshot
    /// Whether settings are found by their names in the environment instead of by their keys.
    private var usesVariables: Bool

    /// Where a value comes from, the strongest first.
    enum Source: String, CaseIterable, Sendable {
        case flags = "the command line"
        case environment = "the environment"
        case dotEnv = ".env"
        case file = "parley.yaml"
    }

    /// Values by key, as flags give them.
    init(flags: [String: String]) {
        source = .flags
        let pairs = flags.map {
            (AbsoluteConfigKey(Self.components($0.key)), ConfigValue(.string($0.value), isSecret: false))
        }
        values = InMemoryProvider(values: Dictionary(pairs) { first, _ in first }).snapshot()
        usesVariables = false
    }

    /// Values by the names of environment variables.
    init(_ source: Source, variables: [String: String]) {
        self.source = source
        let secrets = SecretsSpecifier<String, String>.dynamic { name, _ in name.hasSuffix("KEY") }
        values = EnvironmentVariablesProvider(environmentVariables: variables, secretsSpecifier: secrets).snapshot()
        usesVariables = true
    }

    /// The content of a file `parley.yaml`.
    init(yaml bytes: [UInt8], name: String) throws {
        source = .file
        let names = Mutex<[String]>([])
        // Asked about every value, this is the one who sees every name.
        let options = YAMLSnapshot.ParsingOptions(
            secretsSpecifier: .dynamic { key, _ in
                names.withLock { $0.append(key) }
                return key.hasSuffix("key")
            }
        )
        values = try unsafe YAMLSnapshot(data: bytes.span.bytes, providerName: name, parsingOptions: options)
        usesVariables = false
        try SettingNames().check(names.withLock(\.self), in: name)
    }

    /// The text of a setting; what is set to nothing is not set.
    func text(_ setting: Setting) throws -> String? {
        for key in keys(setting) {
            let found = try values.value(forKey: key, type: .string).value?.content
            if case .string(let text)? = found, !text.isEmpty { return text }
        }
        return nil
    }

    /// The elements of a list: as the file lists them, or one text with commas between them.
    func list(_ setting: Setting) throws -> [String]? {
        for key in keys(setting) {
            let found = try? values.value(forKey: key, type: .stringArray).value?.content
            if case .stringArray(let list)? = found { return list.filter { !$0.isEmpty } }
            let text = try values.value(forKey: key, type: .string).value?.content
            guard case .string(let text)? = text else { continue }
            return text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        }
        return nil
    }

    private func keys(_ setting: Setting) -> [AbsoluteConfigKey] {
        guard usesVariables else { return [AbsoluteConfigKey(Self.components(setting.key))] }
        return setting.variables.map { AbsoluteConfigKey([$0]) }
    }

    private static func components(_ key: String) -> [String] {
        key.split(separator: ".").map(String.init)
    }
}
