import CCMarkGFM

/// The tree of a parsed text, out of which what could do something is taken.
@unsafe
struct MarkdownTree {
    typealias Node = OpaquePointer

    let document: Node

    func disarm() {
        let all = unsafe nodes()
        for index in unsafe all.indices { unsafe disarm(all[index]) }
    }

    private func disarm(_ node: Node) {
        switch unsafe cmark_node_get_type(node) {
        case CMARK_NODE_HTML_BLOCK: unsafe replace(node, with: CMARK_NODE_CODE_BLOCK)
        case CMARK_NODE_HTML_INLINE: unsafe replace(node, with: CMARK_NODE_TEXT)
        case CMARK_NODE_LINK: unsafe disarmLink(node)
        case CMARK_NODE_IMAGE: unsafe disarmImage(node)
        default: break
        }
    }

    /// Every node, children before what holds them.
    private func nodes() -> [Node] {
        guard let iterator = unsafe cmark_iter_new(document) else { return unsafe [] }
        defer { unsafe cmark_iter_free(iterator) }
        var nodes: [Node] = unsafe []
        while true {
            let event = unsafe cmark_iter_next(iterator)
            guard event != CMARK_EVENT_DONE else { return unsafe nodes }
            guard let node = unsafe cmark_iter_get_node(iterator) else { continue }
            if unsafe event == CMARK_EVENT_EXIT || isLeaf(node) { unsafe nodes.append(node) }
        }
    }

    /// Leaves are entered and never left.
    private func isLeaf(_ node: Node) -> Bool {
        let type = unsafe cmark_node_get_type(node)
        return type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE
    }

    /// Puts a node of another kind with the same text in its place.
    private func replace(_ node: Node, with type: cmark_node_type) {
        guard let other = unsafe cmark_node_new(type) else { return }
        unsafe cmark_node_set_literal(other, cmark_node_get_literal(node))
        unsafe put(other, for: node)
    }

    private func put(_ other: Node, for node: Node) {
        if unsafe cmark_node_replace(node, other) == 1 {
            unsafe cmark_node_free(node)
        } else {
            unsafe cmark_node_free(other)
        }
    }

    /// A link to elsewhere than the web stays as its text, with the address behind it.
    private func disarmLink(_ node: Node) {
        let url = unsafe text(cmark_node_get_url(node))
        guard !MarkdownLink.isAllowed(url) else { return }
        if !url.isEmpty, let address = unsafe cmark_node_new(CMARK_NODE_TEXT) {
            unsafe cmark_node_set_literal(address, " (\(url))")
            if unsafe cmark_node_insert_after(node, address) != 1 { unsafe cmark_node_free(address) }
        }
        while let child = unsafe cmark_node_first_child(node) {
            guard unsafe cmark_node_insert_before(node, child) == 1 else { break }
        }
        unsafe cmark_node_free(node)
    }

    /// An image becomes a link that says where it is; one inside a link, or that carries its own bytes, only its words.
    private func disarmImage(_ node: Node) {
        let url = unsafe text(cmark_node_get_url(node))
        guard let words = unsafe cmark_node_new(CMARK_NODE_TEXT) else { return }
        unsafe cmark_node_set_literal(words, MarkdownLink.words(forImage: url))
        guard MarkdownLink.isAllowed(url), unsafe !isInLink(node), let link = unsafe cmark_node_new(CMARK_NODE_LINK)
        else {
            return unsafe put(words, for: node)
        }
        unsafe cmark_node_set_url(link, url)
        unsafe cmark_node_append_child(link, words)
        if unsafe cmark_node_replace(node, link) == 1 {
            unsafe cmark_node_free(node)
        } else {
            unsafe cmark_node_unlink(words)
            unsafe cmark_node_free(link)
            unsafe put(words, for: node)
        }
    }

    private func isInLink(_ node: Node) -> Bool {
        var parent = unsafe cmark_node_parent(node)
        while let found = unsafe parent {
            if unsafe cmark_node_get_type(found) == CMARK_NODE_LINK { return true }
            unsafe parent = cmark_node_parent(found)
        }
        return false
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer = unsafe pointer else { return "" }
        return unsafe String(cString: pointer)
    }
}
