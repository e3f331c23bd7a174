/// A place in a file, or in an argument of the command line.
struct Place: Hashable {
  let file: String
  let line: Int
  let column: Int

  /// What the mistakes of a `--set` argument name as their file.
  static func override(_ argument: String) -> Place {
    Place(file: "--set \(argument)", line: 1, column: 1)
  }

  var isOverride: Bool { file.hasPrefix("--set ") }

  /// `path` as written here: a relative one starts at the directory of the file that names it, or
  /// at the working directory when the command line names it.
  func resolve(_ path: String) -> String {
    guard !path.hasPrefix("/"), !isOverride, let slash = file.lastIndex(of: "/") else {
      return path
    }
    return file[...slash] + path
  }
}

/// A value and where it was written.
struct Placed<Value> {
  let value: Value
  let place: Place
}

extension Placed: Sendable where Value: Sendable {}

/// Collects the mistakes of one run.
final class Report {
  private var found: Set<Mistake> = []
  private var ranks: [String: Int] = [:]

  var isEmpty: Bool { found.isEmpty }

  /// Mistakes of `file` come after those of every file enlisted before.
  func enlist(_ file: String) {
    if ranks[file] == nil { ranks[file] = ranks.count }
  }

  func add(_ place: Place, _ message: String) {
    enlist(place.file)
    found.insert(
      Mistake(file: place.file, line: place.line, column: place.column, message: message))
  }

  /// Every mistake once, by file in the order of enlisting, then line, then column.
  var mistakes: [Mistake] {
    found.sorted { left, right in
      let ranks = (self.ranks[left.file] ?? 0, self.ranks[right.file] ?? 0)
      return ranks.0 == ranks.1 ? left < right : ranks.0 < ranks.1
    }
  }
}

extension Report {
  /// Reports an `id` that is the daemon's name at the broker, whose access rules let it read everything.
  func refuseDaemonsName(_ id: Placed<String>, of kind: String) {
    guard id.value == "poolwatch" else { return }
    add(
      id.place,
      "the \(kind) id 'poolwatch' is the daemon's own name at the broker, expected another id")
  }
}
