import ArgumentParser

extension Poolwatch {
  /// The command that `words` name.
  ///
  /// `store` and what is below it are parsed by themselves: `-o` names a file there, or has more
  /// choices, and the options of `poolwatch` itself would take it for theirs. Options that stand
  /// before `store` are the command's all the same.
  static func parsed(_ words: [String]) throws -> any ParsableCommand {
    var at = 0
    while at < words.count, words[at].hasPrefix("-") {
      let isAlone = words[at].contains("=") || !["--socket", "-o", "--output"].contains(words[at])
      at += isAlone ? 1 : 2
    }
    guard at < words.count, words[at] == "store" else { return try parseAsRoot(words) }
    return try StoreAlone.parseAsRoot(Array(words[(at + 1)...] + words[..<at]))
  }
}
