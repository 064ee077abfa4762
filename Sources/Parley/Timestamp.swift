import Foundation

/// A moment as the database keeps it: milliseconds since 1970.
///
/// For display and expiry; the order of items is their position, never the clock.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static var now: Self {
        Self(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Whole Unix seconds, as the API shows times.
    package var seconds: Int { Int(milliseconds / 1000) }

    package func adding(_ duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        return Self(milliseconds: milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}
