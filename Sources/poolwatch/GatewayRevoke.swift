import ArgumentParser
import PoolModel

/// `poolwatch gateway revoke`.
struct GatewayRevoke: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Take the password and the certificates of a venue's gateway away.",
    discussion: """
      Needs no daemon. Also for a venue that the plan no longer has. From the
      broker's reload on nobody can connect as the venue. A session that is
      open may stay until it ends: restart the broker to cut it.

      EXAMPLES
        poolwatch gateway revoke venue-01
      """)

  @Argument(help: "The venue.")
  var venue: String

  @Option(help: ArgumentHelp("The broker's directory.", valueName: "dir"))
  var directory: String = BrokerDirectory.usualPath

  @OptionGroup var options: GatewayOptions

  func run() throws {
    let plan = try options.loadPlan()
    // What cannot be an id was never enrolled, and must not become a part of a path.
    guard !venue.isEmpty, venue.utf8.allSatisfy(Self.isIDByte) else {
      throw plan.unknownVenue(venue)
    }
    let directory = try BrokerDirectory(path: directory)
    let passwords = BrokerPasswords(directory: directory)
    // The daemon's own line in the same file is no gateway's.
    let hasPassword = try venue != "poolwatch" && passwords.has(venue)
    if hasPassword { try passwords.remove(venue) }
    let certificateCount = try GatewayAuthority(directory: directory).revoke(venue)
    guard hasPassword || certificateCount > 0 else {
      guard plan.venue(venue) != nil else { throw plan.unknownVenue(venue) }
      return try StandardOutput.write("\(venue) is not enrolled: nothing has changed\n")
    }
    var lines: [String] = []
    if hasPassword {
      lines.append("The password of \(venue) is gone from \(directory.passwordFile).")
    }
    if certificateCount > 0 {
      let noun = certificateCount == 1 ? "certificate" : "certificates"
      lines.append(
        "\(certificateCount) \(noun) of \(venue) revoked: the list is \(directory.revocationList).")
    }
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
