import ArgumentParser
import Decoding
import Foundation
import LinuxSystem
import PoolModel
import Registry

/// `poolwatch gateway enroll`.
struct GatewayEnroll: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enroll",
    abstract: "Let the gateway of a venue publish: a password, or a certificate.",
    discussion: """
      Needs no daemon; run it where the broker runs, as a user that may write its
      files. The venue's id is the user name. The password is shown once. With
      --certificate a private authority, made at the first use, signs a key and a
      certificate that are good for two years. A venue that is enrolled keeps what
      it has, unless --renew takes that away and gives it something new. The
      broker takes it up when it is told to reload.

      EXAMPLES
        poolwatch gateway enroll venue-01
        poolwatch gateway enroll venue-01 --certificate --host mqtt.example.org
        poolwatch gateway enroll venue-01 --renew
      """)

  @Argument(help: "The venue.")
  var venue: String

  @Flag(help: "A client certificate in place of a password.")
  var certificate = false

  @Flag(help: "Replaces what the venue has.")
  var renew = false

  @OptionGroup var broker: BrokerOptions
  @OptionGroup var options: GatewayOptions

  func run() throws {
    let plan = try options.loadPlan()
    guard plan.venue(venue) != nil else { throw plan.unknownVenue(venue) }
    // The ACL gives this name the right to read everything.
    guard venue != "poolwatch" else {
      throw CommandFailure(
        "a venue cannot be called poolwatch: at the broker this is the daemon's name",
        exitCode: .data)
    }
    let directory = try BrokerDirectory(path: broker.directory)
    let lines = try certificate ? enrollByCertificate(directory) : enrollByPassword(directory)
    let rules = BrokerRules(
      path: directory.aclFile, bytes: try directory.bytesIfAny(atPath: directory.aclFile))
    let trial = try TrialLine(plan: plan, venue: venue, broker: broker, directory: directory)
    var text = lines.said + ["", "Access rules:"] + rules.state(of: venue).map { "  \($0)" }
    if lines.hasChanged { text += BrokerOptions.reloading }
    text += [
      "", "This publishes one reading, flagged maintenance, which is stored and not judged:",
      "  \(trial.command(lines.proof))",
    ]
    try StandardOutput.write(text.map { $0 + "\n" }.joined())
  }

  /// What came of it.
  private struct Outcome {
    let said: [String]
    let hasChanged: Bool
    let proof: TrialLine.Proof
  }

  private func enrollByPassword(_ directory: BrokerDirectory) throws -> Outcome {
    let passwords = BrokerPasswords(directory: directory)
    guard try renew || !passwords.has(venue) else {
      return Outcome(
        said: [
          "\(venue) is enrolled already, nothing has changed. Nobody can show its password again;",
          "--renew makes a new one.",
        ], hasChanged: false, proof: .password("PASSWORD"))
    }
    let password = try passwords.renew(venue)
    return Outcome(
      said: [
        "\(venue) is enrolled with user name '\(venue)' and password '\(password)'.",
        "It is shown this once: \(directory.passwordFile) holds its hash.",
        "That file belongs to the user \(try directory.owner(of: directory.passwordFile)), as whom the broker has to run.",
      ], hasChanged: true, proof: .password(password))
  }

  private func enrollByCertificate(_ directory: BrokerDirectory) throws -> Outcome {
    let authority = GatewayAuthority(directory: directory)
    let isNew = try renew || !authority.has(venue)
    if isNew {
      try authority.makeIfMissing()
      try authority.renew(venue)
    }
    let files = (directory.certificateFile(of: venue), directory.keyFile(of: venue))
    return Outcome(
      said: [
        isNew
          ? "\(venue) is enrolled with a certificate for two years."
          : "\(venue) is enrolled already, nothing has changed.",
        "Hand these to the gateway, and delete the key here:", "  \(files.0)", "  \(files.1)",
        "The broker's listener for certificates needs",
        "  cafile \(directory.authorityCertificate)", "  crlfile \(directory.revocationList)",
      ], hasChanged: isNew, proof: .certificate(files.0, key: files.1))
  }
}

/// The broker whose files are changed: part of the commands that enrol and revoke.
struct BrokerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The broker's directory.", valueName: "dir"))
  var directory: String = BrokerDirectory.usualPath

  @Option(help: ArgumentHelp("The broker's name, for the line.", valueName: "name"))
  var host = "127.0.0.1"

  @Option(
    help: ArgumentHelp(
      "Its port. (default: 8883, with a certificate 8884, without TLS 1883)",
      valueName: "number"))
  var port: UInt16?

  @Option(
    help: ArgumentHelp(
      "Who signed the broker's certificate. (default: certs/broker-ca.crt in the directory)",
      valueName: "file"))
  var caFile: String?

  /// What makes the broker take up its files.
  static let reloading = [
    "", "Make the broker take it up (SIGHUP):", "  systemctl reload mosquitto",
  ]
}

extension Plan {
  /// There is no such venue.
  func unknownVenue(_ venue: String) -> CommandFailure {
    let name = suggestion(for: venue, among: venues.map(\.id))
    let hint = name.map { "; did you mean '\($0)'?" } ?? ""
    return CommandFailure("the plan has no venue '\(venue)'\(hint)", exitCode: .data)
  }
}
