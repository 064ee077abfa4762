extension SQLiteDatabase {
    /// Looks after the files until the task is cancelled: twice a second.
    ///
    /// A service of its own; without it, vanished files and a full disk are noticed by the next write only.
    package func run() async {
        while !Task.isCancelled {
            lookAfterFiles()
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// What ``run()`` does each time.
    package func lookAfterFiles() {
        guard writer.checkFiles() else { return }
        writer.checkSpace()
        files.reserve.rebuild(files.disk)
        writer.emptyLogIfDue()
    }

    /// Gives up the space that was held back, for work that makes room: pruning on a full disk.
    ///
    /// Turns are refused meanwhile; ``run()`` takes the space again when there is enough.
    /// - Returns: whether there was any.
    @discardableResult
    package func releaseReserve() -> Bool { files.reserve.release() }

    package func makeRoom() {
        if files.disk.isLow { files.reserve.release() }
    }

    /// Takes the space again if there is enough.
    package func rebuildReserve() { files.reserve.rebuild(files.disk) }
}
