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
    let lines =
      found.mistakes.map { "\($0)\n" }
      + found.warnings.map { "\($0.place): warning: \($0.message)\n" }
    try Terminal.writeError(Array(lines.joined().utf8))
    guard found.mistakes.isEmpty else { throw ExitCode.configuration }
    if strict, !found.warnings.isEmpty { throw ExitCode.failure }
    let count = found.warnings.count
    let rest = count == 0 ? "" : count == 1 ? ", with 1 warning" : ", with \(count) warnings"
    try Terminal.write(Array("\(file) is in order\(rest)\n".utf8))
  }
}
