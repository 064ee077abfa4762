/// Why the right secret of a key no longer opens anything: the cause of an ``ParleyError/Code/invalidKey``.
package enum EndedKey: Error {
    case revoked
    case expired
    case disabledUser

    /// The error for whoever shows such a key, and so may know.
    package var error: ParleyError {
        let message =
            switch self {
            case .revoked: "This API key was revoked."
            case .expired: "This API key has expired."
            case .disabledUser: "The user of this API key is disabled."
            }
        return ParleyError(.invalidKey, message, cause: self)
    }
}
