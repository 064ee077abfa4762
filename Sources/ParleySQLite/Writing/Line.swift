/// A first-in first-out queue in an array.
struct Line<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    /// - Complexity: amortized O(1).
    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer { compact() }
        // The place is emptied at once: what a job holds may be large.
        let element = elements[head].take()
        head += 1
        return element
    }

    mutating func removeAll() -> [Element] {
        defer { self = Self() }
        return elements.compactMap(\.self)
    }

    private mutating func compact() {
        if head == elements.count {
            elements.removeAll(keepingCapacity: elements.capacity < 4_096)
            head = 0
        } else if head >= 1_024, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
    }
}
