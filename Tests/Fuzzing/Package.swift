// swift-tools-version: 6.3
import PackageDescription

// A package of its own: what libFuzzer needs has no place in the other builds. `.ci/fuzz` builds and runs it.
let package = Package(
  name: "fuzzing",
  products: [
    .executable(name: "fuzzing", targets: ["Fuzzing"])
  ],
  dependencies: [
    .package(name: "poolwatch", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "Fuzzing",
      dependencies: [
        .product(name: "PoolModel", package: "poolwatch"),
        .product(name: "Decoding", package: "poolwatch"),
      ],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        // libFuzzer brings `main`.
        .unsafeFlags(["-parse-as-library"]),
      ])
  ]
)
