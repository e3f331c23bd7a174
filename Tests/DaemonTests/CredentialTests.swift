import Foundation
import TestInstallation
import TestSupport
import Testing

@Suite(.serialized) struct `Passwords that systemd hands to the daemon` {
  private static let overrides = [
    "broker.username=poolwatch", "broker.password_file=credentials/broker.password",
  ]

  @Test func `are read where it says`() async throws {
    let broker = try await Mosquitto()
    let credentials = try TemporaryDirectory()
    try credentials.write("secret\n", to: "broker.password")
    let installation = try Installation(brokerPort: broker.port, overrides: Self.overrides)
    try await installation.start(environment: ["CREDENTIALS_DIRECTORY": credentials.path])
    try await eventually("the broker has taken the daemon by its name") {
      broker.log.contains { $0.contains("u'poolwatch'") }
    }
    try await installation.stop()
  }

  @Test func `are a mistake of the configuration where there are none`() async throws {
    let installation = try Installation(
      brokerPort: try FreePort.next(), overrides: Self.overrides)
    for environment in [["CREDENTIALS_DIRECTORY": ""], ["CREDENTIALS_DIRECTORY": "/nowhere"]] {
      let daemon = try installation.launch(environment: environment)
      #expect(try await daemon.wait(within: .seconds(20)) == .code(78))
      try await eventually("the daemon has said why") { daemon.errors.isAtEnd }
      #expect(daemon.errors.all.contains { $0.contains("LoadCredential=broker.password") })
    }
  }
}
