import PoolModel

/// Refusals of parts of a message: the first 16 of each reason one by one, the rest in a summary.
struct PartialRefusals {
  /// How many of one reason are told one by one: enough for any gateway's own parameters.
  static let limit = 16

  private var details: [(reason: RefusalReason, detail: String)] = []
  private var counts: [RefusalReason: Int] = [:]

  /// Whether nothing was refused.
  var isEmpty: Bool { details.isEmpty }

  /// Whether another refusal for `reason` would only be counted.
  func isFull(_ reason: RefusalReason) -> Bool {
    counts[reason, default: 0] >= Self.limit
  }

  /// Adds a refusal for `reason`; `detail` is asked for only when there is room for it.
  mutating func add(_ reason: RefusalReason, _ detail: @autoclosure () -> String) {
    if !isFull(reason) { details.append((reason, detail())) }
    counts[reason, default: 0] += 1
  }

  /// The refusals of `delivery`, in the order they were added, the summaries last.
  func refusals(of delivery: Delivery) -> [Refusal] {
    guard !details.isEmpty else { return [] }
    var refusals = details.map { delivery.refusal($0.reason, $0.detail) }
    for reason in RefusalReason.allCases {
      let excess = counts[reason, default: 0] - Self.limit
      guard excess > 0 else { continue }
      refusals.append(
        delivery.refusal(
          reason, "message: found \(excess) more, expected none of this kind"))
    }
    return refusals
  }
}
