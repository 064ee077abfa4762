/// What is known about models: how much they read, how they count, what they cost.
package struct ModelTable: Sendable {
    /// The window of a model that nobody knows, in tokens, unless a setting or the upstream says more.
    package static let unknownWindow = 8192

    private var profiles: [String: ModelProfile]
    /// The window that the settings give to models that are not in the table.
    package var defaultWindow: Int?
    /// Prices that the settings give, by model; that of `*` is for models without one.
    package var prices: [String: ModelPrice] = [:]

    package init(_ profiles: [ModelProfile] = [], defaultWindow: Int? = nil) {
        self.profiles = Dictionary(profiles.map { ($0.name, $0) }) { first, _ in first }
        self.defaultWindow = defaultWindow
    }

    /// Reads the data file `models.json`.
    /// - Throws: ``ParleyError/Code/configuration`` when it does not have the expected shape.
    package init(json: JSON, defaultWindow: Int? = nil) throws {
        guard let models = json["models"]?.array else {
            throw ParleyError(.configuration, "The model table has no list 'models'.")
        }
        try self.init(models.map(ModelProfile.init(json:)), defaultWindow: defaultWindow)
    }

    /// The profile of a model: its own, else that of the longest known name it begins with (dated snapshots such as
    /// `gpt-4o-2024-08-06`, and names with a route in front such as `openai/gpt-4o`), else the unknown model's.
    ///
    /// The window of an unknown model is that of the settings, else what its upstream `reported`, else
    /// ``unknownWindow``.
    package func profile(of model: String, reported: Int? = nil) -> ModelProfile {
        let name = model.split(separator: "/").last.map(String.init) ?? model
        var profile = known(name) ?? unknown(model, reported)
        if !prices.isEmpty { profile.price = price(of: model, name) ?? profile.price ?? prices["*"] }
        return profile
    }

    private func known(_ name: String) -> ModelProfile? {
        profiles[name]
            ?? profiles.values.filter { name.hasPrefix($0.name + "-") }.max { $0.name.count < $1.name.count }
    }

    private func unknown(_ model: String, _ reported: Int?) -> ModelProfile {
        let window = defaultWindow ?? reported ?? Self.unknownWindow
        return ModelProfile(name: model, window: window, reserve: min(1024, window / 4))
    }

    /// The price that the settings give a model, or the family that it belongs to.
    private func price(of model: String, _ name: String) -> ModelPrice? {
        prices[model] ?? prices[name]
            ?? prices.filter { name.hasPrefix($0.key + "-") }.max { $0.key.count < $1.key.count }?.value
    }
}

/// What is known about one model.
package struct ModelProfile: Hashable, Sendable {
    package var name: String
    /// The most tokens of question and answer together.
    package var window: Int
    /// The tokens of the window that are kept for the reply when the request names no maximum.
    package var reserve: Int
    /// How it splits text; `nil` when unknown, then o200k_base times a learnt ratio stands in.
    package var vocabulary: Vocabulary?
    /// The most tokens of an answer, where that is less than the window leaves.
    package var maximumOutput: Int?
    /// The most tokens of one picture, at its highest detail; `nil` when unknown.
    package var pictureTokens: Int?
    package var price: ModelPrice?

    package init(name: String, window: Int, reserve: Int, vocabulary: Vocabulary? = nil) {
        self.name = name
        self.window = window
        self.reserve = reserve
        self.vocabulary = vocabulary
    }

    init(json: JSON) throws {
        guard let name = json["name"]?.string, let window = json["window"]?.int, window > 0,
            let reserve = json["reserve"]?.int, (0..<window).contains(reserve)
        else {
            throw ParleyError(.configuration, "A row of the model table lacks name, window or reserve: \(json.text)")
        }
        self.init(
            name: name,
            window: window,
            reserve: reserve,
            vocabulary: json["vocabulary"]?.string.flatMap(Vocabulary.init(rawValue:))
        )
        maximumOutput = json["max_output"]?.int
        pictureTokens = json["picture_tokens"]?.int
        guard let input = json["input_price"]?.double, let output = json["output_price"]?.double else { return }
        price = ModelPrice(input: input, output: output, cached: json["cached_price"]?.double)
    }

    /// What a turn cost in millionths of a dollar; `nil` when the price is unknown.
    package func cost(of usage: Usage) -> Int64? {
        price?.cost(of: usage)
    }
}
