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
      files. NAME is a venue's id, or a gateway's of gateways.yaml, and is the user
      name. The password is shown once. With --certificate a private authority,
      made at the first use, signs a key and a certificate that are good for two
      years. Who is enrolled keeps what it has, unless --renew takes that away,
      password and certificate, and gives it something new. The access rules are put
      in place where the broker has none; rules of your own stay. The broker takes
      it all up when it is told to reload.

      EXAMPLES
        poolwatch gateway enroll venue-01
        poolwatch gateway enroll venue-01 --certificate --host mqtt.example.org
        poolwatch gateway enroll venue-01 --renew
      """)

  @Argument(help: "The venue, or the gateway of another dialect.")
  var name: String

  @Flag(help: "A client certificate in place of a password.")
  var certificate = false

  @Flag(help: "Replaces what the venue has, password and certificate.")
  var renew = false

  @OptionGroup var broker: BrokerOptions
  @OptionGroup var options: GatewayOptions

  func run() throws {
    let (plan, enrollee) = try options.enrollee(name)
    let directory = try BrokerDirectory(path: broker.directory)
    // Whatever can fail comes first: a password is told once, and the former one is gone then.
    let trial = try TrialLine(plan: plan, for: enrollee, broker: broker, directory: directory)
    _ = try directory.bytesIfAny(atPath: directory.aclFile)
    // Nobody is admitted who has no secret: where this ends in between, it can be done again.
    let lines = try certificate ? enrollByCertificate(directory) : enrollByPassword(directory)
    let (rules, hasNewRules) = try admit(enrollee, directory)
    var text = lines.said + ["", "Access rules:"] + rules.state(of: name).map { "  \($0)" }
    if lines.hasChanged || hasNewRules { text += BrokerOptions.reloading }
    text += ["", trial.purpose, "  \(trial.command(lines.proof))"] + TrialLine.caution
    try StandardOutput.write(text.map { $0 + "\n" }.joined())
  }

  private func admit(
    _ enrollee: Enrollee, _ directory: BrokerDirectory
  ) throws -> (BrokerRules, Bool) {
    do {
      return try directory.changeRules { $0.admit(name, rules: enrollee.rules) }
    } catch {
      let words = (error as? CommandFailure)?.lines.joined(separator: "; ") ?? "\(error)"
      throw CommandFailure(
        "\(name) has what it needs to connect, but the access rules, \(directory.aclFile), cannot be"
          + " written: \(words)",
        "mend that, then run the command again with --renew: a password was not shown",
        exitCode: .failure)
    }
  }

  /// What came of it.
  private struct Outcome {
    let said: [String]
    let hasChanged: Bool
    let proof: TrialLine.Proof
  }

  private func enrollByPassword(_ directory: BrokerDirectory) throws -> Outcome {
    let passwords = BrokerPasswords(directory: directory)
    guard try renew || !passwords.has(name) else {
      return Outcome(
        said: [
          "\(name) is enrolled already, nothing has changed. Nobody can show its password again;",
          "--renew makes a new one.",
        ], hasChanged: false, proof: .password("PASSWORD"))
    }
    // First what it had otherwise: should that fail, it can be done again, and no password is lost.
    if renew { try GatewayAuthority(directory: directory).revoke(name) }
    let password = try passwords.renew(name)
    return Outcome(
      said: [
        "\(name) is enrolled with user name '\(name)' and password '\(password)'.",
        "It is shown this once: \(directory.passwordFile) holds its hash.",
        "That file belongs to the user \(try directory.owner(of: directory.passwordFile)), as whom the broker has to run.",
      ], hasChanged: true, proof: .password(password))
  }

  private func enrollByCertificate(_ directory: BrokerDirectory) throws -> Outcome {
    let authority = GatewayAuthority(directory: directory)
    let isNew = try renew || !authority.has(name)
    if isNew {
      if renew { try BrokerPasswords(directory: directory).remove(name) }
      try authority.makeIfMissing()
      try authority.renew(name)
    }
    let files = (directory.certificateFile(of: name), directory.keyFile(of: name))
    return Outcome(
      said: [
        isNew
          ? "\(name) is enrolled with a certificate for two years."
          : "\(name) is enrolled already, nothing has changed.",
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
  /// There is no such venue, nor any of `gateways`.
  func unknownVenue(_ venue: String, orOneOf gateways: [String] = []) -> CommandFailure {
    let name = suggestion(for: venue, among: venues.map(\.id) + gateways)
    let hint = name.map { "; did you mean '\($0)'?" } ?? ""
    return CommandFailure("the plan has no venue '\(venue)'\(hint)", exitCode: .data)
  }
}
