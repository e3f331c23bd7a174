import ArgumentParser

/// `poolwatch rules`.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check rules, and try them before they judge a pool.",
    discussion: """
      Needs no daemon.

      EXAMPLES
        poolwatch rules check new.yaml
        poolwatch rules test tests.yaml --rules new.yaml
        poolwatch rules backtest --rules new.yaml --from -30d
      """,
    subcommands: [RulesCheck.self, RulesTest.self, RulesBacktest.self])
}
