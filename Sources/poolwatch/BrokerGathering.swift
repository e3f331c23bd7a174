import Foundation
import LinuxSystem
import MQTTTransport
import PoolModel
import Registry
import Transports

/// Looks at the live broker: whether it takes us, its figures, its certificate.
struct BrokerGathering {
  let broker: Configuration.Broker
  let brokerSettings: BrokerSettings?
  /// Whether the figures have to be of now: the broker renews them every 10 s, and what it said
  /// before somebody was gone is no answer to whether it keeps their session.
  let wantsFreshFigures: Bool

  private var passwordFile: String? { broker.passwordFile.map { CredentialPath.readable($0) } }
  private var caFile: String? { broker.caFile.map { CredentialPath.readable($0) } }
  private var certificateFile: String? {
    broker.certificateFile.map { CredentialPath.readable($0) }
  }
  private var keyFile: String? { broker.keyFile.map { CredentialPath.readable($0) } }

  /// How long the broker may take for an answer: longer than any that works.
  private static let patience = Duration.seconds(5)
  /// Where the broker publishes its figures.
  private static let figuresPrefix = "$SYS/broker/"
  /// Those that are looked at.
  private static let wanted: Set = [
    "store/messages/count", "publish/messages/dropped", "clients/disconnected",
  ]

  /// What it says.
  func facts() -> DoctorFacts.Broker {
    let (answer, heard) = ask()
    return DoctorFacts.Broker(
      address: "\(broker.host):\(broker.port)", port: Int(broker.port), clientID: broker.clientID,
      proposedClientID: "poolwatch-" + Self.chance(digitCount: 16), username: broker.username,
      isLocal: broker.host == "localhost" || broker.host == "::1"
        || broker.host.hasPrefix("127."),
      usesTLS: broker.caFile != nil, answer: answer,
      figures: heard?.figures, figureMessageCount: heard?.messageCount ?? 0,
      receiveMaximum: broker.receiveMaximum, sessionExpiry: broker.sessionExpiry,
      queueMessages: broker.queueMessages)
  }

  private static func chance(digitCount: Int) -> String {
    String((0..<digitCount).compactMap { _ in "0123456789abcdef".randomElement() })
  }

  private func ask() -> (DoctorFacts.Broker.Answer, Heard?) {
    let listener = brokerSettings?.listeners.first { $0.port == Int(broker.port) }
    if listener?.namesSessionsByUsers == true {
      return (.notAsked("it names sessions by users, and would throw the daemon out"), nil)
    }
    do {
      MQTTTransport.initialize()
      guard let reader = try MQTTReader.connected(try clientSettings(), within: Self.patience)
      else {
        return (.notAsked("it names sessions by users; the daemon had to connect anew"), nil)
      }
      defer { reader.disconnect() }
      return (.accepted, try heard(reader))
    } catch let error as MQTTError {
      return (.failed("\(error.reason); \(error.advice)"), nil)
    } catch {
      return (.notAsked("\(error)"), nil)
    }
  }

  /// - Throws: `Files.Unreadable` when the password cannot be read.
  private func clientSettings() throws -> MQTTSettings {
    let password = try passwordFile.map { path in
      String(decoding: try Files.bytes(atPath: path), as: UTF8.self)
        .split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }
    return MQTTSettings(
      host: broker.host, port: broker.port, clientID: "poolwatch-doctor",
      protocolVersion: broker.protocolVersion == .v5 ? .v5 : .v311, username: broker.username,
      password: password, caFile: caFile, certificateFile: certificateFile, keyFile: keyFile)
  }

  /// What the broker told of itself.
  private struct Heard {
    var figures: [String: Int] = [:]
    /// How many of its messages that was.
    var messageCount = 0
  }

  /// The broker's figures; nil when nothing comes, as without the right to them.
  ///
  /// They are retained, so they come at once. But mosquitto 2 keeps one that does not change for a minute only,
  /// and tells of it again when it has changed: so when one is missing the next time is waited for. By then
  /// our own coming has changed some.
  private func heard(_ reader: MQTTReader) throws(MQTTError) -> Heard? {
    let filter = "\(Self.figuresPrefix)#"
    func isWhole(_ found: [Delivery]) -> Bool {
      Self.wanted.isSubset(
        of: found.map { String($0.topic.dropFirst(Self.figuresPrefix.count)) })
    }
    var found: [Delivery]?
    if !wantsFreshFigures {
      found = try reader.collect(filter, within: .seconds(2), until: isWhole)
    }
    if !(found.map(isWhole) ?? false) {
      let interval = brokerSettings?.number("sys_interval", otherwise: 10) ?? 10
      _ = try reader.collect(filter, within: .seconds(min(max(interval, 0), 60) + 1)) { found in
        found.last.map { !$0.isRetained } ?? false
      }
      found = try reader.collect(filter, within: .seconds(2), until: isWhole)
    }
    guard let found, !found.isEmpty else { return nil }
    // All that it keeps to tell comes at once, but not in one piece.
    let kept = try reader.collect(filter, within: .milliseconds(500)) { _ in false } ?? []
    var heard = Heard(messageCount: Set(kept.map(\.topic)).count)
    for delivery in found {
      let name = String(delivery.topic.dropFirst(Self.figuresPrefix.count))
      heard.figures[name] = Int(String(decoding: delivery.payload, as: UTF8.self))
    }
    if heard.figures["clients/disconnected"] == nil, let all = heard.figures["clients/total"],
      let connected = heard.figures["clients/connected"]
    {
      heard.figures["clients/disconnected"] = max(0, all - connected)
    }
    return heard
  }

  /// The certificates in use; none without TLS.
  func certificates() -> [DoctorFacts.Certificate] {
    guard let caFile else { return [] }
    let answer = CertificateProbe(
      host: broker.host, port: broker.port, caFile: caFile,
      certificateFile: certificateFile, keyFile: keyFile
    ).ask(timeout: Self.patience)
    // A broker that is not there says nothing of its certificate.
    let isShown = !answer.certificates.isEmpty
    let theirs = DoctorFacts.Certificate(
      name: "the broker's certificate",
      end: answer.certificates.first.flatMap(CertificateEnd.first(inPEM:)),
      problem: isShown ? answer.problem : nil)
    return [theirs] + ours("broker.ca_file", caFile)
      + ours("our certificate", certificateFile)
  }

  private func ours(_ name: String, _ path: String?) -> [DoctorFacts.Certificate] {
    guard let path else { return [] }
    // One that cannot be read has no end that could be told.
    let bytes = try? Files.bytes(atPath: path)
    let end = bytes.flatMap { CertificateEnd.first(inPEM: String(decoding: $0, as: UTF8.self)) }
    return [DoctorFacts.Certificate(name: name, end: end, problem: nil)]
  }
}
