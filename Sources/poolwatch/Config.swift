import ArgumentParser
import LinuxSystem
import Registry

/// `poolwatch config`.
struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check configuration files.", subcommands: [Check.self])

  /// `poolwatch config check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report every mistake in configuration files, with its line and column.",
      discussion: """
        Needs no daemon. Each mistake is one line on standard error, and the exit
        code is 78. A file that names others (kind: poolwatch) is checked together
        with them. What is no mistake in rules but cannot have been meant is a line
        with 'warning:', as of 'rules check'.

        EXAMPLES
          poolwatch config check /etc/poolwatch/poolwatch.yaml
          poolwatch config check plan.yaml people.yaml
        """)

    @Argument(help: "The files.")
    var files: [String]

    func run() throws {
      var paths: [String] = []
      let found = Configuration.findings(in: files) { path in
        if !paths.contains(path) { paths.append(path) }
        return try Files.bytes(atPath: path)
      }
      try RulesCheck.tell(found)
      let count = paths.count == 1 ? "1 file is" : "\(paths.count) files are"
      let rest = "\(RulesCheck.rest(found.warnings.count)): \(paths.joined(separator: ", "))"
      try Terminal.write(Array("\(count) in order\(rest)\n".utf8))
    }
  }
}
