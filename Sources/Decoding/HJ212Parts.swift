import PoolModel

/// The parts of messages that are not whole yet, of one gateway.
///
/// Parts belong together when their `QN`, `MN`, `CN` and `PNUM` are the same, so that one with a wrong `PNUM`
/// harms no other. The first of a place stays. What is remembered is bounded: by
/// `setLimit` messages, `byteLimit` bytes of frames and `lifetime`; what is given up for it, the oldest
/// first, is handed out so that it can be refused in words. It is in memory alone: what has come of an
/// unfinished message before a restart is lost. A stop in good order hands it out, and whatever comes of
/// the message afterwards is given up with the gateway's first message after its time: the loss is named by
/// `QN`, unless a crash came after the last part that the gateway sent.
struct HJ212Parts: Hashable {
  /// The most unfinished messages: a gateway sends one after the other, so that more than two or three
  /// are the sign of a loss.
  static let setLimit = 8
  /// The most bytes of frames, all unfinished messages together: 63 parts of the greatest size.
  static let byteLimit = 64 * 1024
  /// How long a message may take from its first part to its last, by our clock.
  static let lifetime = Duration.seconds(600)

  /// Which message a part belongs to.
  struct Key: Hashable {
    /// `QN`.
    let request: [UInt8]
    /// `MN`.
    let device: [UInt8]
    /// `CN`.
    let command: Int
    /// `PNUM`.
    let count: Int
  }

  /// A part that cannot be taken, because another one has its place.
  struct Taken: Error {}

  /// A message some of whose parts are there.
  struct Unfinished: Hashable {
    let key: Key
    /// The topic of the part that came first.
    let topic: String
    /// When that was.
    fileprivate(set) var began: Timestamp
    /// The frames by `PNO`.
    fileprivate(set) var frames: [Int: [UInt8]] = [:]
    fileprivate(set) var byteCount = 0
    /// Whether all of it has been part of a message that was whole: then nothing is lost with it.
    fileprivate(set) var isRepetition: Bool

    /// The frames in the order of `PNO`.
    var framesInOrder: [[UInt8]] { frames.sorted { $0.key < $1.key }.map(\.value) }
    /// The places whose parts are missing, at most so many as a person reads.
    var missingNumbers: [Int] {
      Array((1...key.count).lazy.filter { frames[$0] == nil }.prefix(Self.shownLimit))
    }

    private static let shownLimit = 8
  }

  /// A message that will not become whole.
  struct GivenUp: Hashable {
    let unfinished: Unfinished
    /// What was found and what was expected.
    let words: String

    /// In one line: whose parts, what was found, what was expected.
    var detail: String { "parts of \(unfinished.key.phrase): \(words)" }

    /// The parts that are there, as one message.
    var delivery: Delivery {
      Delivery(topic: unfinished.topic, payload: Array(unfinished.framesInOrder.joined()))
    }
  }

  /// What a part did.
  struct Outcome: Hashable {
    /// The frames of the message that it made whole, in the order of `PNO`; nil when parts are missing.
    var whole: [[UInt8]]?
    /// The messages that were given up.
    var givenUp: [GivenUp] = []
  }

  /// The oldest first.
  private(set) var unfinished: [Unfinished] = []

  /// The bytes of the frames that are remembered.
  var byteCount: Int { unfinished.reduce(0) { $0 + $1.byteCount } }

  /// Gives up what has been waited for too long.
  mutating func expire(now: Timestamp) -> [GivenUp] {
    var givenUp: [GivenUp] = []
    for index in unfinished.indices where now < unfinished[index].began {
      // Our clock was set back. The wait begins again, or it might never end.
      unfinished[index].began = now
    }
    while let oldest = unfinished.first, now - oldest.began > Self.lifetime {
      givenUp += giveUp("after 10 minutes", "all within 10 minutes")
    }
    return givenUp
  }

  /// Gives up everything, because nothing will be remembered from `when` on.
  mutating func giveUpAll(_ when: String) -> [GivenUp] {
    var givenUp: [GivenUp] = []
    while !unfinished.isEmpty { givenUp += giveUp(when, "all before") }
    return givenUp
  }

  /// Adds the part that `frame` is.
  ///
  /// The same frame again changes nothing.
  ///
  /// - Parameters:
  ///   - frame: The part, from `##` to the line end.
  ///   - part: Its place.
  ///   - key: Which message it belongs to.
  ///   - topic: What it came on.
  ///   - isRepetition: Whether it was part of a message that was whole.
  ///   - now: Our wall clock.
  /// - Returns: What it did.
  /// - Throws: `Taken` when another frame has its place: that one stays, as the first value of an instant
  ///   does.
  mutating func add(
    _ frame: [UInt8], _ part: HJ212Fields.Part, of key: Key, topic: String, isRepetition: Bool,
    now: Timestamp
  ) throws(Taken) -> Outcome {
    guard let index = unfinished.firstIndex(where: { $0.key == key }) else {
      var givenUp: [GivenUp] = []
      if unfinished.count == Self.setLimit {
        givenUp += giveUp(
          "when a \(Self.setLimit + 1)th message began", "at most \(Self.setLimit)")
      }
      unfinished.append(
        Unfinished(key: key, topic: topic, began: now, isRepetition: isRepetition))
      insert(frame, part, at: unfinished.count - 1)
      return Outcome(givenUp: givenUp + shrink())
    }
    if let known = unfinished[index].frames[part.number] {
      guard known == frame else { throw Taken() }
      return Outcome()
    }
    insert(frame, part, at: index)
    if !isRepetition { unfinished[index].isRepetition = false }
    guard unfinished[index].frames.count == part.count else { return Outcome(givenUp: shrink()) }
    return Outcome(whole: unfinished.remove(at: index).framesInOrder)
  }

  private mutating func insert(_ frame: [UInt8], _ part: HJ212Fields.Part, at index: Int) {
    unfinished[index].frames[part.number] = frame
    unfinished[index].byteCount += frame.count
  }

  /// Gives up the oldest until the rest fits.
  private mutating func shrink() -> [GivenUp] {
    var givenUp: [GivenUp] = []
    while byteCount > Self.byteLimit {
      givenUp += giveUp(
        "when \(byteCount) bytes of parts were waiting", "at most \(Self.byteLimit) bytes")
    }
    return givenUp
  }

  /// Gives up the oldest.
  ///
  /// - Returns: That, if anything is lost with it.
  private mutating func giveUp(_ when: String, _ expected: String) -> [GivenUp] {
    let lost = unfinished.removeFirst()
    guard !lost.isRepetition else { return [] }
    return [
      GivenUp(
        unfinished: lost,
        words: "found \(lost.frames.count) of \(lost.key.count) \(when), expected \(expected)")
    ]
  }
}

extension HJ212Parts.Key {
  /// What the parts have in common, for people.
  var phrase: String {
    let request = String(decoding: request, as: UTF8.self)
    let device = OneLine.quoted(String(decoding: device, as: UTF8.self), limit: 24)
    return "QN \(request) MN \(device) CN \(command)"
  }
}
