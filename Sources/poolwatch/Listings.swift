import ArgumentParser
import Querying

/// `poolwatch quarantine`.
struct Quarantine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what was refused, and why.",
    discussion: """
      The messages themselves are in the JSON: up to 4 KiB of each. One that is
      larger cannot be replayed.

      EXAMPLES
        poolwatch quarantine
        poolwatch quarantine -o json | jq -r '.[].payload'
        poolwatch quarantine replay --dry-run
      """,
    subcommands: [QuarantineReplay.self])

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    try connection.printRows(.quarantine, as: QuarantineRow.self)
  }
}

/// `poolwatch notices`.
struct Notices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show who was told what, and what could not be delivered.",
    discussion: """
      EXAMPLES
        poolwatch notices
        poolwatch notices -o json | jq '.[] | select(.state == "undelivered")'
      """)

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    try connection.printRows(.notices, as: NoticeRow.self)
  }
}
