import Foundation
import TestInstallation
import TestSupport

/// A gateway made of `mosquitto_pub`, which was not written here.
struct Gateway {
  let port: UInt16

  /// Publishes `payload` for `pool` (`venue/pool`) and waits until the broker has taken it.
  func publish(_ payload: String, for pool: String, district: String = "310107") async throws {
    try await publish(payload, to: "pools/v1/\(district)/\(pool)/telemetry")
  }

  /// Publishes `payload` to `topic` and waits until the broker has taken it.
  func publish(_ payload: String, to topic: String) async throws {
    try await ManagedProcess.run(
      "/usr/bin/mosquitto_pub", package: "mosquitto-clients",
      arguments: ["-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", topic, "-m", payload])
  }

  /// A payload of native v1.
  static func payload(milliseconds: Int64, _ values: String) -> String {
    #"{"ts":\#(milliseconds),"values":{\#(values)}}"#
  }
}

/// Now, by the machine's clock, in milliseconds since the epoch.
func nowMilliseconds() -> Int64 {
  Int64(Date().timeIntervalSince1970 * 1000)
}
