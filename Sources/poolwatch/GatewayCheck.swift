import ArgumentParser
import Decoding
import Foundation
import LinuxSystem
import PoolModel
import Registry

/// `poolwatch gateway check`.
struct GatewayCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say what a gateway's payload would give: readings, refusals.",
    discussion: """
      Needs no daemon and sends nothing. Each reading is told with its pool, time
      and values; each refusal with the reason, the place in the payload, what was
      found and what is expected. Exit code 1 when anything is refused. A gateway of
      another dialect is read as the configuration's gateways say.

      EXAMPLES
        poolwatch gateway check --topic pools/v1/310107/venue-01/main/telemetry \\
          reading.json
        T=pools/v1/310107/venue-01/status
        mosquitto_sub -t $T -C 1 | poolwatch gateway check --topic $T -
      """)

  @Option(help: ArgumentHelp("The topic that it would be published to.", valueName: "topic"))
  var topic: String

  @OptionGroup var options: GatewayOptions

  @Argument(help: "The payload; - for standard input.")
  var file: String

  func run() throws {
    var (plan, decoder) = try decoder()
    let delivery = Delivery(topic: topic, payload: try payload())
    let now = SystemClock().now().wall
    let decoded = decoder.decode(delivery, now: now)
    try StandardOutput.write(GatewayWording(plan: plan, now: now).text(of: decoded))
    guard decoded.refusals.isEmpty else { throw ExitCode.failure }
  }

  /// The plan, and the daemon's decoder for it; a plan alone has gateways of Poolwatch's own dialect
  /// alone, and the usual limits.
  private func decoder() throws -> (Plan, PayloadDecoder) {
    guard options.plan == nil else {
      let plan = try options.loadPlan()
      return (plan, PayloadDecoder(plan: plan))
    }
    do {
      let settings = try Configuration.load(
        path: options.config ?? StoreOptions.usualPath, read: Files.bytes(atPath:))
      let limits = PayloadDecoder.Limits(
        payloadByteCount: settings.intake.payloadByteCount,
        arrayReadingCount: settings.intake.arrayReadingCount,
        topicByteCount: settings.intake.topicByteCount)
      return (
        settings.plan,
        PayloadDecoder(plan: settings.plan, bindings: settings.gateways, limits: limits)
      )
    } catch {
      try StoreOptions.tell(error)
      throw ExitCode.configuration
    }
  }

  /// The longest payload that any configuration allows.
  private static let byteLimit = 1_048_576

  /// The file's bytes, with no more of them than show that it is too large.
  private func payload() throws -> [UInt8] {
    let limit = Self.byteLimit + 1
    if file != "-" {
      do {
        return try Files.bytes(atPath: file)
      } catch {
        throw CommandFailure("\(file) cannot be read: \(error)", exitCode: .failure)
      }
    }
    var bytes: [UInt8] = []
    while bytes.count < limit {
      guard let piece = try FileHandle.standardInput.read(upToCount: limit - bytes.count),
        !piece.isEmpty
      else { break }
      bytes += piece
    }
    // Tools that print a payload end it with a line feed, which is no part of it and no harm in JSON.
    return bytes
  }
}
