import ArgumentParser
import LinuxSystem
import Registry

/// `poolwatch rules check`.
struct RulesCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Report mistakes in a file of rules, and what cannot have been meant.",
    discussion: """
      Needs no daemon. Reads the file beside the plan and the profiles of an
      installation, in the place of its own rules. Every mistake is one line on
      standard error, file:line:column: what, and the exit code is 78. What is no
      mistake but never fires, never ends, or comes and goes with the noise is a
      line with 'warning:'. Then the exit code is 0, with --strict 1.

      EXAMPLES
        poolwatch rules check /etc/poolwatch/rules.yaml
        poolwatch rules check new.yaml --config Config/poolwatch.yaml --strict
      """)

  @Argument(help: "The file of the kind 'rules'.")
  var file: String

  @Flag(help: "Warnings count as well.")
  var strict = false

  @OptionGroup var options: StoreOptions

  func run() throws {
    let found = Configuration.checkRules(
      at: file, of: options.config ?? StoreOptions.usualPath, overrides: options.set,
      read: Files.bytes(atPath:))
    try Self.tell(found)
    if strict, !found.warnings.isEmpty { throw ExitCode.failure }
    try Terminal.write(Array("\(file) is in order\(Self.rest(found.warnings.count))\n".utf8))
  }

  /// Writes a line for each of `found` to standard error.
  ///
  /// - Throws: `ExitCode.configuration` where there are mistakes.
  static func tell(_ found: (mistakes: [Mistake], warnings: [Mistake])) throws {
    let lines =
      found.mistakes.map { "\($0)\n" }
      + found.warnings.map { "\($0.place): warning: \($0.message)\n" }
    try Terminal.writeError(Array(lines.joined().utf8))
    guard found.mistakes.isEmpty else { throw ExitCode.configuration }
  }

  /// What follows `in order`.
  static func rest(_ warningCount: Int) -> String {
    switch warningCount {
    case 0: ""
    case 1: ", with 1 warning"
    default: ", with \(warningCount) warnings"
    }
  }
}
