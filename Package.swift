// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let serviceLifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// A target of ours under Sources.
func room(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A target's tests.
/// What a test reads from its source folder is excluded from the build.
func tests(
  _ name: String, _ dependencies: Target.Dependency..., reading exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
  name: "poolwatch",
  products: [
    .executable(name: "poolwatchd", targets: ["poolwatchd"]),
    .executable(name: "poolwatch", targets: ["poolwatch"]),
    .executable(name: "poolsim", targets: ["poolsim"]),
    .executable(name: "crashtrials", targets: ["crashtrials"]),
    .executable(name: "storetrials", targets: ["storetrials"]),
    .executable(name: "storeworker", targets: ["storeworker"]),
    .executable(name: "diskfaults", targets: ["diskfaults"]),
    .executable(name: "storerace", targets: ["storerace"]),
    .executable(name: "soak", targets: ["soak"]),
    // Put in front of a program by the tests that step its clock.
    .library(name: "SteppedClock", type: .dynamic, targets: ["SteppedClock"]),
    // What the benchmarks and the fuzzing, packages of their own, are built with.
    .library(name: "PoolModel", targets: ["PoolModel"]),
    .library(name: "RingStore", targets: ["RingStore"]),
    .library(name: "LinuxSystem", targets: ["LinuxSystem"]),
    .library(name: "Decoding", targets: ["Decoding"]),
    .library(name: "Alerting", targets: ["Alerting"]),
    .library(name: "QualityControl", targets: ["QualityControl"]),
    .library(name: "Registry", targets: ["Registry"]),
    .library(name: "Pipeline", targets: ["Pipeline"]),
    .library(name: "MQTTTransport", targets: ["MQTTTransport"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    // One trait alone: with two, the order of their flags follows the hash seed and rebuilds it.
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1",
      traits: ["FullFoundation"]),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-async-algorithms", exact: "1.1.4"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    // Without traits for the same reason as Hummingbird's one.
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
  ],
  targets: [
    // In the order data meets them.
    room("PoolModel"),
    room("Registry", "PoolModel", "Yams"),
    .target(
      name: "Decoding",
      dependencies: [
        "PoolModel", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], exclude: ["Protocol"], swiftSettings: settings),
    room("QualityControl", "PoolModel"),
    room("RingStore", "PoolModel"),
    room("Alerting", "PoolModel"),
    room("Notifying", "PoolModel"),
    room("Coverage", "PoolModel"),
    room("Presence", "PoolModel"),
    room("Records", "PoolModel", .product(name: "GRDB", package: "GRDB.swift")),
    room("Querying", "PoolModel"),
    room(
      "Pipeline", "PoolModel", "Decoding", "Presence", "QualityControl", "RingStore", "Alerting",
      "Notifying", "Coverage", "Querying"),

    // The world.
    .systemLibrary(name: "CTerminal"),
    .systemLibrary(name: "CFiles"),
    room("LinuxSystem", "PoolModel", "CTerminal", "CFiles"),
    .systemLibrary(
      name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    room("MQTTTransport", "PoolModel", "LinuxSystem", "CMosquitto"),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    room("Transports", "PoolModel", "Notifying", "CCurl"),
    room(
      "WebService", "PoolModel", "Querying", "Coverage", "Presence", "Records", "RingStore",
      hummingbird,
      .product(name: "HummingbirdCore", package: "hummingbird"), logging,
      .product(name: "HTTPTypes", package: "swift-http-types")),

    // The programs.
    .executableTarget(
      name: "poolwatchd",
      dependencies: [
        "PoolModel", "Registry", "RingStore", "Alerting", "Notifying", "Records", "Querying",
        "Decoding", "Presence", "Pipeline", "LinuxSystem", "MQTTTransport", "Transports",
        "WebService", argumentParser, logging, hummingbird, serviceLifecycle,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
        .product(name: "DequeModule", package: "swift-collections"),
      ], swiftSettings: settings),
    .executableTarget(
      name: "poolwatch",
      dependencies: [
        "PoolModel", "Registry", "Decoding", "QualityControl", "RingStore", "Alerting", "Records",
        "Querying", "Pipeline", "LinuxSystem", "Transports", "MQTTTransport", argumentParser,
      ], swiftSettings: settings),

    // Gateways.
    .target(
      name: "SimulatedPool", dependencies: ["PoolModel"], path: "Simulators/SimulatedPool",
      swiftSettings: settings),
    .executableTarget(
      name: "poolsim",
      dependencies: [
        "PoolModel", "Registry", "Decoding", "LinuxSystem", "MQTTTransport", "Querying",
        "SimulatedPool", argumentParser,
      ], path: "Simulators/poolsim", swiftSettings: settings),
    // Tests.
    .target(
      name: "TestSupport", path: "Tests/TestSupport", exclude: ["RawBroker", "Gateways"],
      swiftSettings: settings),
    .target(
      name: "TestInstallation", dependencies: ["TestSupport"], path: "Tests/TestInstallation",
      swiftSettings: settings),
    tests("TestSupportTests", "TestSupport"),
    tests("PoolModelTests", "PoolModel", reading: ["Fixtures"]),
    tests("RegistryTests", "PoolModel", "Registry"),
    tests("DecodingTests", "PoolModel", "Decoding"),
    .target(
      name: "QualityVectors", dependencies: ["PoolModel"], path: "Tests/QualityVectors",
      swiftSettings: settings),
    tests(
      "QualityControlTests", "PoolModel", "QualityControl", "QualityVectors", reading: ["Fixtures"]
    ),
    .target(
      name: "SimulatedDisk", dependencies: ["PoolModel"], path: "Tests/SimulatedDisk",
      swiftSettings: settings),
    tests("RingStoreTests", "PoolModel", "RingStore", "SimulatedDisk", reading: ["Golden"]),
    tests("AlertingTests", "PoolModel", "Alerting", reading: ["Fixtures"]),
    tests("NotifyingTests", "PoolModel", "Notifying", reading: ["Golden"]),
    tests("CoverageTests", "PoolModel", "Coverage"),
    tests("PresenceTests", "PoolModel", "Presence"),
    tests(
      "RecordsTests", "PoolModel", "Records", .product(name: "GRDB", package: "GRDB.swift"),
      reading: ["Golden"]),
    tests("QueryingTests", "PoolModel", "Querying"),
    tests(
      "WebServiceTests", "PoolModel", "Presence", "Querying", "Records", "RingStore", "WebService",
      "SimulatedDisk", hummingbird, .product(name: "HummingbirdCore", package: "hummingbird"),
      .product(name: "HTTPTypes", package: "swift-http-types"), reading: ["Fixtures"]),
    // The way of a reading to the alarm under the delivered rules.
    .target(
      name: "JudgementBench",
      dependencies: ["PoolModel", "Registry", "Pipeline", "RingStore", "SimulatedDisk"],
      path: "Tests/JudgementBench", swiftSettings: settings),
    tests(
      "PipelineTests", "PoolModel", "Pipeline", "Alerting", "Presence", "RingStore", "LinuxSystem",
      "QualityVectors", "JudgementBench", "SimulatedPool", "TestSupport"),
    tests("LinuxSystemTests", "PoolModel", "LinuxSystem", "TestSupport"),
    tests("MQTTTransportTests", "PoolModel", "LinuxSystem", "MQTTTransport", "TestSupport"),
    tests("TransportsTests", "PoolModel", "Transports", "TestSupport", reading: ["Fixtures"]),
    tests("DoctorTests", "PoolModel", "LinuxSystem", "Querying", "poolwatch", "TestSupport"),
    tests("CommandLineTests", "TestSupport", reading: ["Fixtures"]),
    tests("SimulatedPoolTests", "PoolModel", "SimulatedPool"),
    .target(name: "SteppedClock", path: "Tests/SteppedClock"),
    tests("DaemonTests", "TestSupport", "TestInstallation"),
    .executableTarget(
      name: "crashtrials",
      dependencies: ["PoolModel", "MQTTTransport", "TestSupport", "TestInstallation"],
      path: "Tests/CrashTrials", swiftSettings: settings),
    .executableTarget(
      name: "storetrials", dependencies: ["PoolModel", "RingStore", "SimulatedDisk"],
      path: "Tests/StoreTrials", swiftSettings: settings),
    .executableTarget(
      name: "storeworker", dependencies: ["PoolModel", "RingStore", "LinuxSystem"],
      path: "Tests/StoreWorker", swiftSettings: settings),
    .executableTarget(
      name: "diskfaults", dependencies: ["PoolModel", "TestSupport", "TestInstallation"],
      path: "Tests/DiskFaults", swiftSettings: settings),
    .executableTarget(
      name: "soak", dependencies: ["PoolModel", "Registry", "SimulatedPool", "JudgementBench"],
      path: "Tests/Soak", swiftSettings: settings),
    // Depends on nothing else: the thread sanitizer builds all of it anew.
    .executableTarget(
      name: "storerace", dependencies: ["PoolModel", "RingStore", "LinuxSystem"],
      path: "Tests/StoreRace", swiftSettings: settings),
  ]
)
