import Glibc
import NIOCore
import Parley

extension ListeningAddress {
    /// Why nothing can be accepted here, for whoever started the server.
    func cannotListen(_ cause: any Error) -> ParleyError {
        let reason =
            switch (cause as? IOError)?.errnoCode {
            case EADDRINUSE: "something else listens there already; end it or choose another port"
            case EADDRNOTAVAIL: "this machine does not have the address"
            case EACCES: "that is not permitted to this user"
            case nil: "there is no such host"
            default: "the system refuses it"
            }
        return ParleyError(.configuration, "The server cannot listen on \(self): \(reason).", cause: cause)
    }
}

extension ListeningAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tcp(let host, let port): "\(host):\(port)"
        case .socket(let path): path
        }
    }
}
