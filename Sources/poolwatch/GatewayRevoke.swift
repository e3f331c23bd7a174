import ArgumentParser
import PoolModel

/// `poolwatch gateway revoke`.
struct GatewayRevoke: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Take the password and the certificates of a venue's gateway away.",
    discussion: """
      Needs no daemon. NAME is a venue's id or that of a gateway of another
      dialect, also of one that the plan no longer has. From the broker's reload
      on nobody can connect under the name. A connection that is open may stay,
      but the access rules let nothing through from it.

      EXAMPLES
        poolwatch gateway revoke venue-01
      """)

  @Argument(help: "The venue, or the gateway of another dialect.")
  var name: String

  @Option(help: ArgumentHelp("The broker's directory.", valueName: "dir"))
  var directory: String = BrokerDirectory.usualPath

  @OptionGroup var options: GatewayOptions

  func run() throws {
    let plan = try options.loadPlan()
    // What cannot be an id was never enrolled, and must not become a part of a path.
    guard !name.isEmpty, name.utf8.allSatisfy(Self.isIDByte) else {
      throw plan.unknownVenue(name)
    }
    let directory = try BrokerDirectory(path: directory)
    let passwords = BrokerPasswords(directory: directory)
    let authority = GatewayAuthority(directory: directory)
    // The daemon's own line in the same file is no gateway's.
    let hasPassword = try name != "poolwatch" && passwords.has(name)
    guard try hasPassword || authority.hasValidCertificate(of: name) else {
      if try authority.publishPendingList() {
        let lines =
          ["What was revoked before is in the list now: \(directory.revocationList)."]
          + BrokerOptions.reloading
        return try StandardOutput.write(lines.map { $0 + "\n" }.joined())
      }
      _ = try options.enrollee(name)
      return try StandardOutput.write("\(name) is not enrolled: nothing has changed\n")
    }
    // First what holds for connections that are open: should the rest fail, it can be done again.
    _ = try directory.changeRules { $0.refuse(name) }
    if hasPassword { try passwords.remove(name) }
    let certificateCount = try authority.revoke(name)
    var lines: [String] = []
    if hasPassword {
      lines.append("The password of \(name) is gone from \(directory.passwordFile).")
    }
    if certificateCount > 0 {
      let noun = certificateCount == 1 ? "certificate" : "certificates"
      lines.append(
        "\(certificateCount) \(noun) of \(name) revoked: the list is \(directory.revocationList).")
    }
    lines.append("\(directory.aclFile) refuses whatever a connection of \(name) still sends.")
    lines += BrokerOptions.reloading
    try StandardOutput.write(lines.map { $0 + "\n" }.joined())
  }

  /// A–Z a–z 0–9 _ -, as in the plan.
  private static func isIDByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
