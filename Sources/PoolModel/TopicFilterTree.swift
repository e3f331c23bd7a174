/// Values by topic filters, where the value of a topic or an overlapping filter is found in a time that
/// hardly grows with their number.
///
/// ```
/// hj212 ── 310107 ── venue-02        a node for each level; `+` and `#` are levels
///                 └─ venue-03
/// ```
public struct TopicFilterTree<Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let filter: TopicFilter
    let value: Value
  }

  private struct Node: Sendable {
    /// Numbers of nodes.
    var children: [TopicFilter.Level: Int] = [:]
    /// Of the filter that ends here.
    var entry: Entry?
  }

  private var nodes = [Node()]

  /// An empty tree.
  public init() {}

  /// Keeps `value` for `filter`, in place of the one that was kept for the same filter.
  public mutating func insert(_ value: Value, for filter: TopicFilter) {
    var number = 0
    for level in filter.levels {
      if let child = nodes[number].children[level] {
        number = child
      } else {
        nodes[number].children[level] = nodes.count
        number = nodes.count
        nodes.append(Node())
      }
    }
    nodes[number].entry = Entry(filter: filter, value: value)
  }

  /// The value of a filter that matches `topic`; nil where none does.
  ///
  /// Where several do, one of them.
  public func value(matching topic: String) -> Value? {
    let names = TopicFilter.names(of: topic).map { TopicFilter.Level.name($0) }
    // Wildcards of a topic are characters like others here, as no broker lets them through.
    return find(names[...]) { $0.matches(topic) }
  }

  /// The value of a filter that overlaps `filter`; nil where none does.
  ///
  /// Where several do, one of them. Costs most where `filter` begins with a wildcard: then every kept
  /// filter is looked at.
  public func value(overlapping filter: TopicFilter) -> Value? {
    find(filter.levels[...]) { $0.overlaps(filter) }
  }

  /// The first value of those that `levels` may lead to whose filter `isFound` takes.
  ///
  /// The way through the tree leaves out what cannot be, and knows nothing of the exceptions: topics
  /// that begin with `$`, and the empty one.
  private func find(
    _ levels: ArraySlice<TopicFilter.Level>, where isFound: (TopicFilter) -> Bool
  ) -> Value? {
    var open = [(number: 0, rest: levels)]
    while let (number, rest) = open.popLast() {
      let node = nodes[number]
      let following = rest.dropFirst()
      switch rest.first {
      case nil:
        if let entry = node.entry, isFound(entry.filter) { return entry.value }
      case .rest:
        if let entry = node.entry, isFound(entry.filter) { return entry.value }
        open += node.children.values.map { ($0, rest) }
      case .any:
        open += node.children.values.map { ($0, following) }
      case .name:
        for level in [rest.first, .any] {
          if let level, let child = node.children[level] { open.append((child, following)) }
        }
      }
      // Whatever follows, `#` takes it, also nothing.
      if let child = node.children[.rest], let entry = nodes[child].entry, isFound(entry.filter) {
        return entry.value
      }
    }
    return nil
  }
}
