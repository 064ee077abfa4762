import CParleySQLite
import Parley

/// The kind of file system that a directory lies on.
enum FileSystem {
    /// The name of the network file system under `directory`, or `nil` when it is a disk of this machine.
    static func networkName(of directory: String) -> String? {
        networkNames[unsafe parley_file_system_kind(directory)]
    }

    /// - Throws: ``ParleyError/Code/configuration`` on a network file system: their locks and shared memory are not what
    ///   SQLite's log relies on, and a database there is damaged sooner or later.
    static func refuseNetwork(_ directory: String) throws {
        guard let name = networkName(of: directory) else { return }
        throw ParleyError(
            .configuration,
            "\(directory) is on a network file system (\(name)), which damages databases. Choose a local disk, or allow it explicitly."
        )
    }

    /// Numbers from Linux's `magic.h` and the file systems' own sources.
    private static let networkNames: [Int64: String] = [
        0x6969: "NFS", 0x517b: "SMB", 0xff53_4d42: "CIFS", 0xfe53_4d42: "SMB 2", 0x0102_1997: "9P", 0x00c3_6400: "Ceph",
        0x6573_5546: "FUSE", 0x5346_414f: "AFS", 0x7375_7245: "Coda", 0x564c: "NCP", 0x0bd0_0bd0: "Lustre",
        0x0116_1970: "GFS2", 0x7461_636f: "OCFS2", 0x786f_4256: "VirtualBox folder",
    ]
}
