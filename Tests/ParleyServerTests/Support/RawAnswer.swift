import Parley

/// An answer as it came over the wire.
struct RawAnswer {
    var status = 0
    /// By lower-case name; of one that comes twice the last.
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; `null` when it is none.
    var json: JSON { (try? JSON(parsing: body)) ?? .null }

    /// The error object's members, as `type code param`.
    var error: String {
        let error = json["error"]
        let members = [error?["type"], error?["code"], error?["param"]]
        return members.map { $0?.string ?? "null" }.joined(separator: " ")
    }

    /// Whether it is the error object with all its members and the headers that every answer has.
    var isWellFormedError: Bool {
        let names = json["error"]?.object?.members.map(\.name)
        return names == ["message", "type", "param", "code"]
            && headers["content-type"] == "application/json; charset=utf-8"
            && headers["x-request-id"]?.hasPrefix("req_") == true && headers["x-content-type-options"] == "nosniff"
    }
}
