/// A kind of trial: lives that follow from seeds.
protocol Trial {
  /// How it is called on the command line.
  var name: String { get }
  /// The seed after `seed`, the first one after nil; nil when there are no more.
  mutating func seed(after seed: UInt64?, isLong: Bool) -> UInt64?
  /// Lives the life of `seed`; gives back what was wrong, nothing when all was right.
  mutating func run(seed: UInt64) -> [String]
  /// What was counted over all seeds.
  var counts: String { get }
}

/// How often what happened, in the order it was named first.
struct Counts: CustomStringConvertible {
  private var names: [String] = []
  private var values: [String: Int] = [:]

  subscript(name: String) -> Int {
    get { values[name] ?? 0 }
    set {
      if values.updateValue(newValue, forKey: name) == nil { names.append(name) }
    }
  }

  var description: String {
    names.map { "\(values[$0] ?? 0) \($0)" }.joined(separator: ", ")
  }
}
