import Decoding
import PoolModel
import RingStore

extension Intake {
  /// Takes one message into the batch: decode, check, append to `store`.
  ///
  /// Where there are other threads it is held first, until `settle`, so that they can take part.
  mutating func receive(_ delivery: Delivery, into store: RingStore, now: Moment) {
    guard store.workers.hasOthers else {
      decoder.decode(delivery, now: now.wall, into: &decoded)
      take(delivery, into: store, now: now)
      return
    }
    held.append(delivery, now: now)
    // What it becomes in the store must not be far more than a batch may be.
    if held.byteCount >= min(HeldMessages.byteLimit, store.batchByteLimit / 8) {
      settle(into: store)
    }
  }

  /// Takes what is held.
  mutating func settle(into store: RingStore) {
    guard !held.isEmpty else { return }
    // Appended one by one, in the order they came, whoever decoded them.
    var held = HeldMessages()
    swap(&held, &self.held)
    held.decodeNative(with: decoder, workers: store.workers)
    for index in held.messages.indices {
      let (delivery, now) = held.messages[index]
      if !held.takeDecoded(index, into: &decoded) {
        decoder.decode(delivery, now: now.wall, into: &decoded)
      }
      take(delivery, into: store, now: now)
    }
    held.removeAll()
    swap(&held, &self.held)
  }

  /// Messages of the batch, those held among them.
  var messageCount: Int { batch.messageCount + held.messages.count }
}

/// Messages that came and are to be decoded, as many as a batch has at most.
struct HeldMessages {
  private(set) var messages: [(delivery: Delivery, now: Moment)] = []
  /// The bytes of their payloads.
  private(set) var byteCount = 0
  /// What the first of them were decoded into, kept for its memory.
  private var places: [Place] = []
  /// How many of them other threads have decoded, or found to be none of theirs.
  private var placedCount = 0

  /// What one message was decoded into.
  private final class Place {
    var decoded = DecodedDelivery()
    /// Whether it was: a message on a topic of the plan.
    var isNative = false
  }

  /// More are not held: a thousand ordinary messages are fewer.
  static let byteLimit = 128 << 10
  /// Fewer are decoded sooner than another thread wakes up.
  private static let sharedCount = 200
  /// Room for more readings of one message is not kept.
  private static let keptReadingCount = 16

  var isEmpty: Bool { messages.isEmpty }

  mutating func append(_ delivery: Delivery, now: Moment) {
    messages.append((delivery, now))
    byteCount += delivery.payload.count
  }

  mutating func removeAll() {
    messages.removeAll(keepingCapacity: true)
    byteCount = 0
    placedCount = 0
  }

  /// Decodes those on topics of the plan, when they are worth waking others for.
  mutating func decodeNative(with decoder: PayloadDecoder, workers: any Workers) {
    guard messages.count >= Self.sharedCount else { return }
    while places.count < messages.count { places.append(Place()) }
    placedCount = messages.count
    let (messages, places) = (messages, places)
    let partCount = PayloadDecoder.partLimit
    workers.forEach(partCount) { part in
      let start = messages.count * part / partCount
      for index in start..<messages.count * (part + 1) / partCount {
        let place = places[index]
        place.isNative = decoder.decodeNative(
          messages[index].delivery, now: messages[index].now.wall, part: part,
          into: &place.decoded)
      }
    }
  }

  /// Exchanges `decoded` for what the message at `index` was decoded into; false when it was not.
  func takeDecoded(_ index: Int, into decoded: inout DecodedDelivery) -> Bool {
    guard index < placedCount, places[index].isNative else { return false }
    // Of a few long messages the memory would be kept by every place in time.
    if decoded.readings.capacity > Self.keptReadingCount { decoded.readings = [] }
    swap(&decoded, &places[index].decoded)
    return true
  }
}
