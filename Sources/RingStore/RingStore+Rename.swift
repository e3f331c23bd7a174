public import PoolModel

extension RingStore {
  /// Gives the history of `old` the name `new`, for a pool that goes on under another name in the plan.
  ///
  /// Done before a store is opened with the new plan: opening gives a pool that it does not know rings
  /// of its own.
  ///
  /// - Parameters:
  ///   - old: a pool that the store holds.
  ///   - new: a name that it does not hold.
  ///   - isExchanging: whether `new` may be held, whose history has the name `old` then.
  ///   - isRepeating: whether the two are exchanged though the same was done before.
  ///   - storage: where the store is; no `RingStore` may be open on it.
  /// - Throws: `cannotRename` when `old` is not held or `new` is, `alreadyExchanged` when `new` has got
  ///   the history of `old` by an exchange before, `missingFile` without a store,
  ///   `storage`. Nothing was changed then.
  public static func rename(
    _ old: PoolID, to new: PoolID, isExchanging: Bool = false, isRepeating: Bool = false,
    in storage: any Storage
  ) throws(RingStoreError) {
    guard var catalog = try Catalog.read(from: storage)
    else { throw .missingFile(FileName.catalog) }
    guard let index = catalog.rings.firstIndex(where: { $0.pool == old })
    else { throw .cannotRename(old, to: new, reason: "the store holds no pool \(old)") }
    let other = catalog.rings.firstIndex { $0.pool == new }
    guard other == nil || isExchanging
    else { throw .cannotRename(old, to: new, reason: "the store holds a pool \(new) already") }
    guard catalog.rings.allSatisfy({ !$0.places.contains(nil) }) else {
      throw .cannotRename(
        old, to: new, reason: "the store is of format 1: start poolwatchd on it once before")
    }
    let isRepeated = catalog.rules.contains(exchangeNote(old, new))
    guard !isRepeated || isRepeating else { throw .alreadyExchanged(old, new) }
    catalog.rings[index].pool = new
    if let other { catalog.rings[other].pool = old }
    catalog.rules.removeAll { $0 == exchangeNote(old, new) || $0 == exchangeNote(new, old) }
    catalog.rules = catalog.rules.map { line in
      for (from, to) in [(old, new), (new, old)] {
        let prefix = "\(RollupRules.poolPrefix)\(from) "
        if line.hasPrefix(prefix) {
          return "\(RollupRules.poolPrefix)\(to) \(line.dropFirst(prefix.count))"
        }
      }
      return line
    }
    if other != nil, !isRepeated { catalog.rules.append(exchangeNote(old, new)) }
    catalog.generation += 1
    try catalog.replace(in: storage)
  }

  /// The catalog's line that says that `new` has got the history of `old`, and the other way round.
  private static func exchangeNote(_ old: PoolID, _ new: PoolID) -> String {
    "\(RollupRules.poolPrefix)\(new) exchanged \(old)"
  }

  /// The pools that the store in `storage` holds, those that have left the plan too; none without a
  /// store.
  ///
  /// - Throws: `RingStoreError` when its catalog cannot be read.
  public static func pools(in storage: any Storage) throws(RingStoreError) -> [PoolID] {
    try Catalog.read(from: storage)?.rings.map(\.pool) ?? []
  }
}
