package import Foundation
import Synchronization

/// Starts programs, so that no file of one is open in another that is started at the same time.
///
/// Foundation's `Process` lets such files through, and then a test that waits for the end of an output waits for other
/// processes too.
package enum Spawn {
    package struct Child: Sendable {
        package var pid: pid_t
        /// Where its standard output and standard error are read.
        package var output: Int32
        package var errors: Int32
    }

    struct Failure: Error {}

    /// Between making a pipe and marking it as one's own no other child may begin.
    private static let turn = Mutex(())

    package static func child(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        folder: String,
        input: String
    ) throws -> Child {
        // `env -C` changes the folder and then becomes the program.
        let command = ["/usr/bin/env", "-C", folder, program] + arguments
        return try turn.withLock { _ in try start(command, environment, input) }
    }

    /// Runs a tool to its end; what it prints is dropped.
    /// - Returns: how it ended, as ``status(of:)`` says it.
    package static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let child = try child(program, arguments, environment: [:], folder: "/", input: "/dev/null")
        close(child.output)
        close(child.errors)
        return wait(for: child.pid)
    }

    private static func start(_ command: [String], _ environment: [String: String], _ input: String) throws -> Child {
        let (output, errors) = (try Pipe(), try Pipe())
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)
        closeInChildren()
        var words: [UnsafeMutablePointer<CChar>?] = unsafe command.map { unsafe strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            unsafe freeAll(words)
            unsafe freeAll(variables)
        }
        var pid: pid_t = 0
        let result = unsafe posix_spawn(&pid, command[0], &actions, nil, &words, &variables)
        close(output.writing)
        close(errors.writing)
        guard result == 0 else { throw Failure() }
        return Child(pid: pid, output: output.reading, errors: errors.reading)
    }

    /// The sockets of this process's servers must not stay open in a child: their clients would wait for ever.
    private static func closeInChildren() {
        for descriptor: Int32 in 3..<4096 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }

    private static func freeAll(_ texts: [UnsafeMutablePointer<CChar>?]) {
        for index in unsafe texts.indices { unsafe free(texts[index]) }
    }

    /// Waits for a child's end, on a thread of its own.
    package static func status(of pid: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: wait(for: pid))
            }
        }
    }

    /// An exit status, or the number of the signal that ended it plus 128, as a shell says it.
    private static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : signal + 128
    }

    /// What can be read until the other side closes; at most 100,000 pieces wait.
    package static func pieces(of descriptor: Int32) -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [UInt8].self,
            bufferingPolicy: .bufferingOldest(100_000)
        )
        Thread {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = unsafe read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                continuation.yield(Array(buffer.prefix(count)))
            }
            close(descriptor)
            continuation.finish()
        }.start()
        return stream
    }

    private struct Pipe {
        var reading: Int32
        var writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            guard unsafe pipe(&ends) == 0 else { throw Failure() }
            (reading, writing) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
    }
}
