import Parley

extension Services {
    /// An item that a client sends; a compaction gets back the text that was sealed in it.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` when it was sealed for somebody else, or changed since.
    func opened(_ element: JSON, of owner: User.ID) throws -> JSON {
        guard element["type"] == "compaction", var object = element.object else { return element }
        guard let sealed = element["encrypted_content"]?.string else { return element }
        guard let text = try turnStore.unseal(sealed, of: owner) else {
            throw ParleyError(
                .invalidValue,
                "The 'encrypted_content' of a compaction could not be read: it was changed, or made for another user.",
                parameter: "encrypted_content"
            )
        }
        object["summary"] = .string(text)
        return .object(object)
    }

    /// A body whose `items` are opened.
    func opened(_ body: JSON.Object, of owner: User.ID) throws -> JSON.Object {
        guard let items = body["items"]?.array else { return body }
        var body = body
        body["items"] = .array(try items.map { try opened($0, of: owner) })
        return body
    }
}
