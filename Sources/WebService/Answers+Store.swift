import Foundation
import Hummingbird
import PoolModel
import Querying
import RingStore

extension Answers {
  /// How full the store is, by tier over all pools, or by tier of each pool.
  func store(query: Query) async throws -> Response {
    let grouping = try query.choice("by", StoreGrouping.self, fallback: .tier)
    let pieces = StorePieces(plan: plan, gate: gate, grouping: grouping)
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(asyncSequence: pieces))
  }

  /// Copies store and records.
  func snapshot(body: [UInt8]) async throws -> Response {
    let order: SnapshotOrder
    do {
      order = try JSONDecoder().decode(SnapshotOrder.self, from: Data(body))
    } catch {
      throw RequestError.usage("the body is not {\"directory\": PATH}")
    }
    return json(AnswerJSON.object(try await gate.snapshot(into: order.directory)))
  }
}

/// The store's figures as pieces of JSON, read pool by pool so that no reading waits for all.
private struct StorePieces: AsyncSequence, Sendable {
  let plan: Plan
  let gate: any StoreGate
  let grouping: StoreGrouping

  func makeAsyncIterator() -> Iterator { Iterator(pieces: self) }

  struct Iterator: AsyncIteratorProtocol {
    let pieces: StorePieces
    private var nextPool = 0
    private var stream = AnswerJSON.Stream()
    private var sums: [StoreFigures] = []
    private var hasRetired = false
    private var isFinished = false
    /// Pools looked at between two batches.
    private static let sliceCount = 8

    init(pieces: StorePieces) { self.pieces = pieces }

    mutating func next() async throws -> ByteBuffer? {
      let zone = pieces.plan.district.zone
      while nextPool < pieces.plan.pools.count {
        let end = Swift.min(nextPool + Self.sliceCount, pieces.plan.pools.count)
        let pools = (nextPool..<end).map(PoolNumber.init)
        let figures = try await pieces.gate.storeFigures(of: pools)
        nextPool = end
        guard pieces.grouping == .pool else {
          sums = StoreFigures.byTier(sums + figures.flatMap { $0 })
          continue
        }
        var text = ""
        for (pool, tiers) in zip(pools, figures) {
          for tier in tiers {
            stream.append(
              StoreRow(tier, pool: pieces.plan[pool].id, zone: zone), to: &text)
          }
        }
        return ByteBuffer(string: text)
      }
      var text = ""
      if !hasRetired, pieces.grouping == .pool {
        hasRetired = true
        try await appendRetired(to: &text)
        return ByteBuffer(string: text)
      }
      if isFinished { return nil }
      isFinished = true
      for sum in sums { stream.append(StoreRow(sum, pool: nil, zone: zone), to: &text) }
      return ByteBuffer(string: text + stream.end())
    }

    /// Appends the tiers of pools that left the plan and have rows.
    private mutating func appendRetired(to text: inout String) async throws {
      let plan = pieces.plan
      let (ids, numbers) = try await pieces.gate.withStore { store, _ in
        (store.retiredPools, store.retiredPoolsWithRows)
      }
      for number in numbers {
        for figures in try await pieces.gate.storeFigures(of: [number]).flatMap({ $0 }) {
          stream.append(
            StoreRow(
              figures, pool: ids[number.index - plan.pools.count], isRetired: true,
              zone: plan.district.zone), to: &text)
        }
      }
    }
  }
}
