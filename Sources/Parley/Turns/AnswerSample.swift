/// One of the answers to a request that may ask for several.
package struct AnswerSample: Sendable {
    package var index: Int
    package var contents: [ItemContent]
    package var finish: FinishReason?

    package init(index: Int, contents: [ItemContent], finish: FinishReason?) {
        self.index = index
        self.contents = contents
        self.finish = finish
    }
}
