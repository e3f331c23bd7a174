import ArgumentParser
import Decoding
import LinuxSystem
import PoolModel

/// A `mosquitto_pub` command with which an enrolled venue publishes a first reading.
struct TrialLine {
  /// How the venue proves who it is.
  enum Proof {
    case password(String)
    case certificate(String, key: String)
  }

  private let plan: Plan
  private let pool: Pool
  private let broker: BrokerOptions
  private let caFile: String?
  private let usualCAFile: String

  /// A line for the first pool of `venue`.
  init(plan: Plan, venue: String, broker: BrokerOptions, directory: BrokerDirectory) throws {
    guard let pool = plan.pools.first(where: { $0.id.venue == venue }) else {
      throw CommandFailure("the plan has no pool of '\(venue)'", exitCode: .data)
    }
    self.plan = plan
    self.pool = pool
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

  /// The line, for a POSIX shell.
  func command(_ proof: Proof) -> String {
    let venue = pool.id.venue
    var words = ["mosquitto_pub", "-V", "mqttv5", "-h", Self.quoted(broker.host), "-p"]
    switch proof {
    case .password(let password):
      words.append("\(broker.port ?? (caFile == nil ? 1883 : 8883))")
      if let caFile { words += ["--cafile", Self.quoted(caFile)] }
      words += ["-u", venue, "-P", password]
    case .certificate(let file, let key):
      words += ["\(broker.port ?? 8884)", "--cafile", Self.quoted(caFile ?? usualCAFile)]
      words += ["--cert", Self.quoted(file), "--key", Self.quoted(key)]
    }
    // Not the venue's own client id: a gateway that is connected would be thrown out.
    words += ["-i", "\(venue)-trial", "-q", "1", "-t"]
    words.append(TopicPattern.telemetry(district: plan.district.code, pool: pool.id))
    words += ["-m", payload]
    return words.joined(separator: " ")
  }

  /// One value in the middle of what is plausible, at the second when the shell runs the line.
  private var payload: String {
    let parameter = plan[plan.required.first ?? ParameterNumber(0)]
    let value = (parameter.plausible.lowerBound + parameter.plausible.upperBound) / 2
    let name = "\\\"\(parameter.name)\\\""
    return "\"{\\\"ts\\\":$(date +%s)000,\\\"values\\\":{\(name):\(value)},"
      + "\\\"flags\\\":{\(name):\\\"maintenance\\\"}}\""
  }

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
