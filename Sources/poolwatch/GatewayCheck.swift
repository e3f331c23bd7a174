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
      found and what is expected. Exit code 1 when anything is refused, is not taken
      because another number is there, or waits for parts that are missing. A
      gateway of another dialect is read as the configuration's gateways say.

      Several files are messages one after the other: give one topic for all, or one
      for each. HJ 212 frames may stand in the lines of one file. Data of Sparkplug
      mean what the birth before them says: give it with --birth.

      EXAMPLES
        poolwatch gateway check --topic pools/v1/310107/venue-01/main/telemetry \\
          reading.json
        T=pools/v1/310107/venue-01/status
        mosquitto_sub -t $T -C 1 | poolwatch gateway check --topic $T -
        poolwatch gateway check --topic spBv1.0/baths/NDATA/plant \\
          --birth nbirth.bin ndata.bin
      """)

  @Option(
    help: ArgumentHelp(
      "The topic that it would be published to; with several files one for all or for each.",
      valueName: "topic"))
  var topic: [String]

  @Option(
    help: ArgumentHelp(
      "The Sparkplug birth that comes before the first file.", valueName: "file"))
  var birth: String?

  @OptionGroup var options: GatewayOptions

  @Argument(help: "The payload; - for standard input.")
  var file: [String]

  func validate() throws {
    guard topic.count == 1 || topic.count == file.count else {
      throw ValidationError(
        "found \(topic.count) topics for \(file.count) files, expected one, or one for each file")
    }
    guard (file + [birth].compactMap { $0 }).count(where: { $0 == "-" }) < 2 else {
      throw ValidationError("standard input is named twice, expected it once")
    }
    if birth != nil, PayloadDecoder.birthTopic(ofDataOn: topic[0]) == nil {
      throw ValidationError(
        "--birth is given for the topic \(topic[0]), expected one of Sparkplug's NDATA or DDATA")
    }
  }

  func run() throws {
    var (plan, decoder) = try decoder()
    let messages = try messages()
    let now = SystemClock().now().wall
    var wording = GatewayWording(plan: plan, now: now)
    for (index, message) in messages.enumerated() {
      let place =
        messages.count == 1
        ? nil : "message \(index + 1) of \(messages.count), \(message.file) on \(message.topic)"
      let delivery = Delivery(topic: message.topic, payload: message.payload)
      wording.add(decoder.decode(delivery, now: now), of: delivery, at: place)
    }
    wording.add(decoder.unfinished)
    try StandardOutput.write(wording.text)
    guard wording.isAllTaken else { throw ExitCode.failure }
  }

  /// What is to be decoded, in order.
  private func messages() throws -> [(file: String, topic: String, payload: [UInt8])] {
    var pairs = file.indices.map { (file[$0], topic.count == 1 ? topic[0] : topic[$0]) }
    if let birth, let birthTopic = PayloadDecoder.birthTopic(ofDataOn: topic[0]) {
      pairs.insert((birth, birthTopic), at: 0)
    }
    return try pairs.flatMap { file, topic in
      try CheckedMessages.payloads(in: bytes(of: file)).map { (file, topic, $0) }
    }
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
  private func bytes(of file: String) throws -> [UInt8] {
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
    return bytes
  }
}
