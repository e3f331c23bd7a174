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

let package = Package(
  name: "benchmarks",
  products: [
    .executable(name: "storebench", targets: ["StoreBench"]),
    .executable(name: "intakebench", targets: ["IntakeBench"]),
    .executable(name: "judgementbench", targets: ["JudgingBench"]),
  ],
  dependencies: [
    .package(name: "poolwatch", path: "..")
  ],
  targets: [
    .target(
      name: "Measuring",
      dependencies: [
        .product(name: "PoolModel", package: "poolwatch"),
        .product(name: "LinuxSystem", package: "poolwatch"),
      ], swiftSettings: settings),
    .executableTarget(
      name: "IntakeBench",
      dependencies: [
        "Measuring",
        .product(name: "PoolModel", package: "poolwatch"),
        .product(name: "Decoding", package: "poolwatch"),
        .product(name: "RingStore", package: "poolwatch"),
        .product(name: "Alerting", package: "poolwatch"),
        .product(name: "Pipeline", package: "poolwatch"),
        .product(name: "LinuxSystem", package: "poolwatch"),
        .product(name: "MQTTTransport", package: "poolwatch"),
      ], swiftSettings: settings),
    .executableTarget(
      name: "JudgingBench",
      dependencies: [
        "Measuring",
        .product(name: "PoolModel", package: "poolwatch"),
        .product(name: "Registry", package: "poolwatch"),
        .product(name: "QualityControl", package: "poolwatch"),
        .product(name: "RingStore", package: "poolwatch"),
        .product(name: "Alerting", package: "poolwatch"),
        .product(name: "Pipeline", package: "poolwatch"),
        .product(name: "LinuxSystem", package: "poolwatch"),
      ], swiftSettings: settings),
    .executableTarget(
      name: "StoreBench",
      dependencies: [
        "Measuring",
        .product(name: "PoolModel", package: "poolwatch"),
        .product(name: "RingStore", package: "poolwatch"),
        .product(name: "LinuxSystem", package: "poolwatch"),
      ], swiftSettings: settings)
  ]
)
