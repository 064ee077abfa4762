// swift-tools-version: 6.2
import PackageDescription

/// The rules every Swift target is built under.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module of the product.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// The tests of one module, which may also use the shared test support.
func tests(_ module: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(module)Tests",
        dependencies: [.byName(name: module)] + dependencies,
        resources: resources,
        swiftSettings: strict
    )
}

let nio: [Target.Dependency] = ["NIOCore", "NIOHTTP1", "NIOPosix"].map { .product(name: $0, package: "swift-nio") }

/// What the server stands on.
let http: [Target.Dependency] =
    nio + [
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]

/// What calls upstreams, and our own API.
let httpClient: [Target.Dependency] = nio + [.product(name: "AsyncHTTPClient", package: "async-http-client")]

let package = Package(
    name: "parley",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "parley", targets: ["parley"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .executableTarget(
            name: "parley",
            dependencies: ["ParleyCommands"],
            swiftSettings: strict
        ),

        // The domain, and what is pure.
        module("Parley"),
        module("ParleyWire", ["Parley"]),
        module("ParleyTokens", ["Parley", "ParleyAssets"]),
        module(
            "ParleyInterchange",
            ["Parley", "ParleyWire", "ParleyMarkdown", .product(name: "Crypto", package: "swift-crypto")]
        ),

        // Files inside the binary.
        .target(name: "CParleyAssets", exclude: ["vocabularies"]),
        module("ParleyAssets", ["CParleyAssets"], exclude: ["models.json"]),

        .systemLibrary(
            name: "CCMarkGFM",
            pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]
        ),
        module("ParleyMarkdown", ["CCMarkGFM"]),

        // Adapters: each is the only importer of its package.
        module("ParleyStore", ["Parley", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "CParleySQLite"),
        .target(name: "CParleyMemory"),
        module(
            "ParleySQLite",
            ["Parley", "ParleyStore", "ParleyAssets", "CParleySQLite", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        module("ParleyClient", ["Parley", "ParleyWire"] + httpClient),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        module("ParleyArchive", ["Parley", "CZip"]),
        module("ParleyYAML", ["Parley", .product(name: "Yams", package: "Yams")]),
        module(
            "ParleyServer",
            ["Parley", "ParleyWire", "ParleyInterchange", "ParleyAssets"] + http,
            exclude: ["Description/openapi.json"]
        ),
        .systemLibrary(name: "CEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        module(
            "ParleyCommands",
            [
                "Parley", "ParleyWire", "ParleyTokens", "ParleyStore", "ParleySQLite", "ParleyClient", "ParleyServer",
                "ParleyInterchange", "ParleyArchive", "ParleyYAML", "ParleyAssets", "CEdit", "CParleyMemory",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),

        // Tests. `ScriptedUpstream` is a real HTTP server that misbehaves on demand.
        .target(
            name: "ScriptedUpstream",
            dependencies: ["Parley"] + nio,
            path: "Tests/ScriptedUpstream",
            swiftSettings: strict
        ),
        // Programs that tests start.
        .target(name: "TestProcesses", path: "Tests/TestProcesses", swiftSettings: strict),
        tests("Parley"),
        tests("ParleyWire", ["Parley"]),
        tests("ParleyTokens", ["Parley"], resources: [.copy("Fixtures")]),
        tests("ParleyAssets"),
        tests(
            "ParleyInterchange",
            ["Parley", "ParleyArchive", "ParleyYAML", "ParleySQLite"],
            resources: [.copy("Fixtures")]
        ),
        tests("ParleyStore", ["Parley", "ParleyInterchange", "ParleySQLite"]),
        tests("ParleySQLite", ["Parley", "ParleyStore", "TestProcesses"]),
        tests("ParleyClient", ["Parley", "ParleyWire", "ScriptedUpstream"] + httpClient),
        tests(
            "ParleyServer",
            [
                "Parley", "ParleyWire", "ParleyStore", "ParleySQLite", "ParleyClient", "ParleyTokens",
                "ParleyAssets", "ScriptedUpstream",
            ] + http
        ),
        tests("ParleyCommands", ["Parley", "ParleyClient", "ScriptedUpstream", "TestProcesses"]),
    ],
    cLanguageStandard: .c2x
)
