/// What a request does.
package enum APIMethod: String, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
}
