import Foundation
import Parley

/// All sources of settings, the strongest first.
struct SettingSources: Sendable {
    var layers: [SettingLayer]

    /// Reads what there is: the environment, `.env` in the working directory, and `parley.yaml` when there is one.
    static func read(
        flags: [String: String],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Self {
        var layers = [SettingLayer(flags: flags), SettingLayer(.environment, variables: environment)]
        if let text = try? String(contentsOfFile: ".env", encoding: .utf8) {
            layers.append(SettingLayer(.dotEnv, variables: DotEnv(text).values))
        }
        var sources = Self(layers: layers)
        if let file = try sources.file(environment) { sources.layers.append(file) }
        return sources
    }

    /// The strongest value of a setting, and who gives it.
    func text(_ setting: Setting) throws -> (text: String, source: SettingLayer.Source)? {
        for layer in layers {
            do {
                if let text = try layer.text(setting) { return (text, layer.source) }
            } catch {
                throw Self.invalid(setting, layer.source, "a single value", cause: error)
            }
        }
        return nil
    }

    func list(_ setting: Setting) throws -> [String] {
        try foundList(setting)?.list ?? []
    }

    /// The strongest value of any setting as text, and who gives it.
    ///
    /// For people.
    func value(_ setting: Setting) throws -> (text: String, source: SettingLayer.Source)? {
        guard setting.kind == .list else { return try text(setting).map { (shown($0.text, setting), $0.source) } }
        return try foundList(setting).map { ($0.list.joined(separator: ", "), $0.source) }
    }

    /// A secret as stars, an address without a name and password that somebody wrote into it.
    private func shown(_ text: String, _ setting: Setting) -> String {
        if setting.isSecret { return "***" }
        guard setting.kind == .address, let at = text.lastIndex(of: "@"), let start = text.firstRange(of: "://"),
            start.upperBound <= at
        else { return text }
        return text[..<start.upperBound] + "***" + text[at...]
    }

    private func foundList(_ setting: Setting) throws -> (list: [String], source: SettingLayer.Source)? {
        for layer in layers {
            do {
                if let list = try layer.list(setting) { return (list, layer.source) }
            } catch {
                throw Self.invalid(setting, layer.source, "a list of texts", cause: error)
            }
        }
        return nil
    }

    /// The value of a setting that does not fit; secrets are never repeated.
    static func invalid(
        _ setting: Setting,
        _ source: SettingLayer.Source,
        _ expected: String,
        cause: (any Error)? = nil
    ) -> ParleyError {
        let name = source == .file ? setting.key : setting.name
        return ParleyError(.configuration, "\(name) in \(source.rawValue) must be \(expected).", cause: cause)
    }
}

extension SettingSources {
    /// Parses `parley.yaml`, when there is one; nothing is loaded for it otherwise.
    private func file(_ environment: [String: String]) throws -> SettingLayer? {
        let named = try text(.config)?.text
        let config = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? UserFolder.home + "/.config"
        let candidates = named.map { [$0] } ?? ["parley.yaml", config + "/parley/parley.yaml"]
        guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            guard let named else { return nil }
            throw ParleyError(.configuration, "There is no file \(named), which \(Setting.config.name) names.")
        }
        do {
            return try SettingLayer(yaml: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), name: path)
        } catch let error as ParleyError {
            throw error
        } catch {
            throw ParleyError(
                .configuration,
                "\(path) cannot be read: it must be YAML, names with values.",
                cause: error
            )
        }
    }
}
