import ArgumentParser
import LinuxSystem
import Querying

/// The command line: asks the daemon, and checks configuration files.
@main
struct Poolwatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "poolwatch",
    abstract: "Ask the daemon that watches the water of a district's pools.",
    discussion: """
      EXAMPLES
        poolwatch latest                     the newest value of every planned series
        poolwatch alarms                     what is wrong now
        poolwatch coverage --by street       how much of the plan came today
        poolwatch status -o json             the daemon's counters, for scripts

      A time T is RFC 3339 (2026-01-21T08:00:00+08:00), a date (2026-01-21, its
      first instant in the district's zone) or a span back from now (-24h; the
      units are s m h d w).

      EXIT CODES
         0  done
         1  failed; 'doctor' warns
         2  the condition asked for holds: 'store verify', 'store snapshot' or
            'store resize' found damage, 'doctor' a failure
        64  usage
        65  no such venue, pool, parameter, alarm or store; lines that are no rows
        69  the daemon cannot be reached, or has the store
        78  mistakes in a configuration file
      """,
    version: Release.version,
    subcommands: [
      Latest.self, History.self, Gaps.self, Alarms.self, Closures.self, Coverage.self,
      Gateways.self, Gateway.self, Quarantine.self, Notices.self, Status.self, Doctor.self,
      Store.self, QC.self,
      Trend.self, Rules.self, Config.self,
    ])

  @OptionGroup var connection: ConnectionOptions

  static func main() {
    Terminal.endOnBrokenPipe()
    Terminal.useUnicodeWidths()
    do {
      var command = try parsed(Array(CommandLine.arguments.dropFirst()))
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Says what went wrong on standard error, and ends the process.
  private static func end(with error: any Error) -> Never {
    if let failure = error as? CommandFailure {
      say(failure.lines)
      exit(withError: failure.exitCode)
    }
    let code = exitCode(for: error)
    // Help and version are no errors; they go to standard output.
    guard code != .success else { exit(withError: error) }
    let message = fullMessage(for: error)
    let prefix = "Error: "
    if !message.isEmpty {
      say([message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message])
    }
    exit(withError: code)
  }

  private static func say(_ lines: [String]) {
    let text = lines.map { "poolwatch: \($0)\n" }.joined()
    // Where standard error cannot be written to, nobody can be told.
    try? Terminal.writeError(Array(text.utf8))
  }
}
