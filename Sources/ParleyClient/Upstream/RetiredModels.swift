/// Names of models that OpenAI has withdrawn and that old programs and tutorials still send.
///
/// They mean "the usual one", so they are served by the default model, even in strict mode, unless an alias says
/// otherwise. Taken from OpenAI's page of deprecations; dated snapshots share the beginning of their name.
enum RetiredModels {
    static func contains(_ model: String) -> Bool {
        names.contains(model) || prefixes.contains { model.hasPrefix($0) }
    }

    private static let names: Set<String> = [
        "davinci", "curie", "babbage", "ada", "davinci-002", "babbage-002", "davinci-codex", "cushman-codex",
        "davinci-instruct-beta", "curie-instruct-beta", "gpt-4-32k", "gpt-4-vision-preview", "gpt-4.5-preview",
        "o1-preview", "o1-mini",
    ]

    private static let prefixes = [
        "text-davinci-", "text-curie-", "text-babbage-", "text-ada-", "code-davinci-", "code-cushman-", "gpt-3.5-turbo",
        "gpt-4-0314", "gpt-4-0613", "gpt-4-32k-", "gpt-4-1106-", "gpt-4-0125-", "gpt-4.5-preview-", "o1-preview-",
        "o1-mini-",
    ]
}
