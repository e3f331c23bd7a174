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
    .executable(name: "storebench", targets: ["StoreBench"])
  ],
  dependencies: [
    .package(name: "poolwatch", path: "..")
  ],
  targets: [
    .executableTarget(
      name: "StoreBench",
      dependencies: [
        .product(name: "PoolModel", package: "poolwatch"),
        .product(name: "RingStore", package: "poolwatch"),
        .product(name: "LinuxSystem", package: "poolwatch"),
      ], swiftSettings: settings)
  ]
)
