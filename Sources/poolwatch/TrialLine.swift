import ArgumentParser
import Decoding
import LinuxSystem
import PoolModel

/// A `mosquitto_pub` command with which one that is enrolled publishes a first reading.
struct TrialLine {
  /// How it proves who it is.
  enum Proof {
    case password(String)
    case certificate(String, key: String)
  }

  private let user: String
  private let topic: String
  /// The words that give the payload.
  private let payload: [String]
  private let broker: BrokerOptions
  private let caFile: String?
  private let usualCAFile: String

  /// What it does, for people.
  let purpose: String

  /// A line for the first pool of a venue, or for what a gateway of another dialect has in a file.
  init(
    plan: Plan, for enrollee: Enrollee, broker: BrokerOptions, directory: BrokerDirectory
  ) throws {
    user = enrollee.name
    switch enrollee {
    case .venue(let venue):
      guard let pool = plan.pools.first(where: { $0.id.venue == venue }) else {
        throw CommandFailure("the plan has no pool of '\(venue)'", exitCode: .data)
      }
      topic = TopicPattern.telemetry(district: plan.district.code, pool: pool.id)
      payload = ["-m", Self.reading(plan)]
      purpose = "This publishes one reading, flagged maintenance, which is stored and not judged:"
    case .gateway(let binding):
      // With wildcards it is no topic yet.
      topic = Self.quoted(binding.filter)
      payload = ["-f", "MESSAGE"]
      purpose =
        "This publishes the file MESSAGE as \(binding.dialect.name)"
        + (binding.filter.contains { "+#".contains($0) }
          ? "; put a topic in the filter's place:" : ":")
    }
    self.broker = broker
    usualCAFile = directory.brokerAuthority
    if let file = broker.caFile {
      caFile = file
    } else if case .file = try Files.kind(ofPath: usualCAFile) {
      caFile = usualCAFile
    } else {
      caFile = nil
    }
  }

  /// What it does to a gateway that is connected, for people.
  static let caution = [
    "Run it before the gateway connects: a listener with use_username_as_clientid, as the",
    "one for certificates has it, ends the connection of a gateway with the same name.",
  ]

  /// The line, for a POSIX shell.
  func command(_ proof: Proof) -> String {
    var words = ["mosquitto_pub", "-V", "mqttv5", "-h", Self.quoted(broker.host), "-p"]
    switch proof {
    case .password(let password):
      words.append("\(broker.port ?? (caFile == nil ? 1883 : 8883))")
      if let caFile { words += ["--cafile", Self.quoted(caFile)] }
      words += ["-u", user, "-P", password]
    case .certificate(let file, let key):
      words += ["\(broker.port ?? 8884)", "--cafile", Self.quoted(caFile ?? usualCAFile)]
      words += ["--cert", Self.quoted(file), "--key", Self.quoted(key)]
    }
    // Not the gateway's own client id: one that is connected would be thrown out. Of no use where the
    // broker takes the user name for it, which `caution` tells.
    words += ["-i", "\(user)-trial", "-q", "1", "-t", topic] + payload
    return words.joined(separator: " ")
  }

  /// One value as of a pool in use, at the second when the shell runs the line.
  private static func reading(_ plan: Plan) -> String {
    let parameter = plan[plan.required.first ?? ParameterNumber(0)]
    let value = usual(parameter).readable
    let name = "\\\"\(parameter.name)\\\""
    return "\"{\\\"ts\\\":$(date +%s)000,\\\"values\\\":{\(name):\(value)},"
      + "\\\"flags\\\":{\(name):\\\"maintenance\\\"}}\""
  }

  /// What water in use shows of `parameter`; the middle of what is plausible where nobody knows, or where the plan
  /// has narrowed that.
  private static func usual(_ parameter: Parameter) -> Double {
    if let value = usualValues[parameter.name], parameter.plausible.contains(value) { return value }
    return (parameter.plausible.lowerBound + parameter.plausible.upperBound) / 2
  }

  /// A well-kept pool by the limits of GB 37488-2019, where they have the parameter.
  private static let usualValues = [
    "free_chlorine": 0.5, "combined_chlorine": 0.2, "total_chlorine": 0.7, "ph": 7.3,
    "temperature": 27, "orp": 700, "turbidity": 0.3, "conductivity": 1000, "cyanuric_acid": 20,
    "flow": 100, "water_level": 1.5,
  ]

  /// `word` as the shell reads it back.
  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber || "/._-:".contains(letter))
    }
    return plain
      ? word
      : "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
  }
}
