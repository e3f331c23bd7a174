import Foundation

/// A gateway made of a Python package that was not written here: the scripts of `Gateways/`.
public enum PythonGateway {
  /// Runs the gateway `name` to its end with `order`, a JSON object that its script explains.
  ///
  /// The first run on a machine fetches the packages, unless `make deps-test` has.
  ///
  /// - Throws: `TestFailure` with its words when a package is missing or the gateway was refused.
  public static func run(_ name: String, order: [String: any Sendable]) async throws {
    let gateways = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Gateways")
    let interpreter = try await ManagedProcess.run(
      gateways.appendingPathComponent("environment").path, within: .seconds(300))
    let json = try JSONSerialization.data(withJSONObject: order)
    try await ManagedProcess.run(
      interpreter.trimmingCharacters(in: .whitespacesAndNewlines),
      arguments: [
        "-B", gateways.appendingPathComponent("\(name)_gateway.py").path,
        String(decoding: json, as: UTF8.self),
      ])
  }
}
