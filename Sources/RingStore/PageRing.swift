import PoolModel

/// One pool's pages of one tier: the sealed ones and the open one.
///
/// Of its slots all but two may hold pages that count. One spare takes the new copy of the open page
/// while the old one is still the only good one; with the second, a copy whose sync failed is made
/// anew in another place.
final class PageRing<Content: PageContent> {
  /// The ring's number in the catalog.
  let number: Int
  /// Whose rows these are.
  let pool: PoolID
  /// Where its slots are.
  let place: RingPlace
  /// Sealed pages by ascending sequence number.
  var pages: [Page] = []
  /// The rows that are not sealed yet.
  var open = OpenPage<Content>()
  /// The sequence number that the open page has.
  var openSequence: UInt64 = 0
  /// The newest row of all pages sealed in the ring's life; nil when that is not known.
  var earlierLastTime: Int64? = .min
  /// The slot of the open page's last durable copy; nil when there is none.
  var openSlot: Int?
  /// The slot of the open page of the last checkpoint; nil when there is none.
  ///
  /// When the page is sealed some of its rows may go to newer ones, that no checkpoint has written
  /// yet: nothing else is written there, even when the page has been given up meanwhile.
  var checkpointOpenSlot: Int?
  /// The slots that opening wiped, until a checkpoint has made that durable, and what stays of their
  /// pages.
  var wipedSlots: [(slot: Int, page: WipedPage?)] = []
  /// Whether the open page has rows that no durable copy has.
  var isOpenDirty = false
  /// The generation that the next written page gets.
  var nextGeneration: UInt64 = 1
  /// Slots that could not be read: never written to again.
  var lostSlots: Set<Int> = []
  /// Pages of lower numbers have been given up: their slots may have been written to.
  var firstHeld: UInt64 = 0
  /// Where pages name one before them that has not the number before theirs, the number after that one,
  /// by theirs: the numbers from there on no page had.
  var unused: [UInt64: UInt64] = [:]
  /// The page that the open one names, which may be missing; nil when it names none.
  var namedByOpen: (sequence: UInt64, previous: UInt64)?
  /// What opening found missing, for the pages to come to name.
  var losses = RingLosses()
  /// Whether something was found missing that was not when the newest page was written.
  var hasNewLosses = false
  /// Where the search for a free slot goes on, so that a copy made anew gets another place.
  var slotCursor = 0

  init(number: Int, pool: PoolID, place: RingPlace) {
    self.number = number
    self.pool = pool
    self.place = place
  }

  /// How many pages count, the open one included.
  var pageLimit: Int { max(2, place.slotCount - lostSlots.count - 2) }

  /// Rows before it are not held; nil while the ring has given up no page.
  var oldestHeld: Int64? {
    let oldest = pages.first
    guard (oldest?.sequence ?? openSequence) > 0, let first = oldest?.firstTime ?? open.firstTime
    else { return nil }
    // A page given up may have rows newer than the first of the next one, which came late.
    let gone = oldest == nil ? earlierLastTime : oldest?.earlierLastTime
    guard let gone, gone < .max else { return first }
    return max(first, gone + 1)
  }

  /// The oldest row's time; nil when there is none.
  var firstTime: Int64? {
    let sealed = pages.lazy.map(\.firstTime).min()
    guard let sealed else { return open.firstTime }
    return min(sealed, open.firstTime ?? .max)
  }

  /// The newest row's time; nil when there is none.
  ///
  /// Late rows go to newer pages: all pages are looked at.
  var lastTime: Int64? {
    let sealed = pages.lazy.map(\.lastTime).max()
    guard let sealed else { return open.lastTime }
    return max(sealed, open.lastTime ?? .min)
  }

  /// Lets `take` join a row at `time`, which must be durable in the journal or follow from rows that
  /// are.
  func take(at time: Int64, _ take: (inout Content) -> Void) {
    open.take(at: time, take)
    isOpenDirty = true
  }

  /// Seals pages while the open one is too full.
  ///
  /// Gives back how many.
  func settle(pageByteCount: Int) -> Int {
    seal(open.settle(pageByteCount: pageByteCount))
  }

  private func seal(_ chunks: [Chunk]) -> Int {
    for chunk in chunks {
      pages.append(
        Page(
          sequence: openSequence, sealed: chunk, earlierLastTime: earlierLastTime,
          slot: openSlot.map(Int32.init)))
      earlierLastTime = earlierLastTime.map { max($0, chunk.lastTime) }
      openSequence += 1
      openSlot = nil
      isOpenDirty = true
    }
    return chunks.count
  }

  /// How many of the oldest pages have no place any more.
  var excessPageCount: Int { max(0, min(pages.count, pages.count + 1 - pageLimit)) }

  /// Gives up the oldest pages that have no place any more, and gives them back.
  func giveUpExcess() -> [Page] {
    let count = excessPageCount
    guard count > 0 else { return [] }
    let givenUp = Array(pages[..<count])
    pages.removeFirst(count)
    noteGivenUp(givenUp)
    return givenUp
  }

  /// Notes that `pages`, the oldest ones, are given up.
  func noteGivenUp(_ pages: some Collection<Page>) {
    firstHeld = pages.reduce(firstHeld) { max($0, $1.sequence + 1) }
    for page in pages { unused[page.sequence] = nil }
  }

  // MARK: Writing

  /// A page to write at a checkpoint, and where.
  struct Copy {
    let ring: PageRing
    let sequence: UInt64
    let isOpen: Bool
    let earlierLastTime: Int64?
    let previousSequence: UInt64?
    let firstHeld: UInt64
    let slot: Int
    let generation: UInt64
    let chunks: [Chunk]

    /// The page's bytes, for a checkpoint up to `covered`.
    func bytes(covered: UInt64) -> [UInt8] {
      let identity = PageIdentity(
        ring: ring.number, sequence: sequence, generation: generation, isOpen: isOpen,
        covered: covered, earlierLastTime: earlierLastTime, previousSequence: previousSequence,
        losses: ring.losses, firstHeld: firstHeld)
      return isOpen
        ? PageImage.open(chunks, codec: Content.chunkCodec, identity)
        : PageImage.sealed(chunks[0], identity)
    }
  }

  /// Whether a checkpoint has anything to write here.
  ///
  /// The pages that wait are always the newest ones.
  var isDirty: Bool { isOpenDirty || pages.last?.body != nil }

  /// The open page as a checkpoint would write it; nil where there is nothing new in it.
  ///
  /// Changes nothing: the ring stays as it is until `copies` takes the image.
  func image(pageByteCount: Int) -> OpenPageImage<Content>? {
    guard isOpenDirty, !open.isEmpty else { return nil }
    return OpenPageImage(of: open, pageByteCount: pageByteCount)
  }

  /// What a checkpoint has to write, each page with a free slot and a fresh generation.
  ///
  /// Free is a slot that holds no durable copy of a page that counts: pages given up are given up by
  /// rows that are durable in the journal, so their slots may be written to at once. But for that of
  /// the last checkpoint's open page.
  ///
  /// - Parameter image: the open page, coded since the ring changed last; it is sealed as that says.
  /// - Returns: the copies, and the pages given up because sealing the open one took their place.
  /// - Throws: `noFreeSlot` when too many slots are lost.
  func copies(
    _ image: OpenPageImage<Content>?
  ) throws(RingStoreError) -> (copies: [Copy], givenUp: [Page]) {
    var openChunks: [Chunk] = []
    var givenUp: [Page] = []
    if let image {
      open = image.page
      _ = seal(image.sealed)
      openChunks = image.chunks
      givenUp = giveUpExcess()
    }
    var taken = lostSlots
    for page in pages { if let slot = page.slot { taken.insert(Int(slot)) } }
    if let openSlot { taken.insert(openSlot) }
    if let checkpointOpenSlot { taken.insert(checkpointOpenSlot) }
    var copies: [Copy] = []
    var previous: UInt64?
    for page in pages {
      defer { previous = page.sequence }
      guard let body = page.body else { continue }
      copies.append(
        try copy(
          [body], sequence: page.sequence, previous: previous, isOpen: false,
          earlierLastTime: page.earlierLastTime, &taken))
    }
    if !openChunks.isEmpty {
      copies.append(
        try copy(
          openChunks, sequence: openSequence, previous: previous, isOpen: true,
          earlierLastTime: earlierLastTime, &taken))
    }
    return (copies, givenUp)
  }

  private func copy(
    _ chunks: [Chunk], sequence: UInt64, previous: UInt64?, isOpen: Bool,
    earlierLastTime: Int64?, _ taken: inout Set<Int>
  ) throws(RingStoreError) -> Copy {
    for step in 0..<place.slotCount {
      let slot = (slotCursor + step) % place.slotCount
      guard !taken.contains(slot) else { continue }
      taken.insert(slot)
      slotCursor = (slot + 1) % place.slotCount
      defer { nextGeneration += 1 }
      // What a page named stays named when it is written once more.
      let named = namedByOpen.flatMap { $0.sequence == sequence ? $0.previous : nil }
      return Copy(
        ring: self, sequence: sequence, isOpen: isOpen, earlierLastTime: earlierLastTime,
        previousSequence: named ?? previous, firstHeld: firstHeld, slot: slot,
        generation: nextGeneration, chunks: chunks)
    }
    throw .noFreeSlot(pool)
  }

  /// Notes that `copy` is durable and counts.
  func adopt(_ copy: Copy) {
    if copy.isOpen {
      openSlot = copy.slot
      checkpointOpenSlot = copy.slot
      isOpenDirty = false
    } else if let index = pages.lastIndex(where: { $0.sequence == copy.sequence }) {
      pages[index].slot = Int32(copy.slot)
      pages[index].generation = copy.generation
      pages[index].body = nil
    }
  }
}

/// Where a ring's slots lie.
struct RingPlace: Hashable {
  /// The pages file, by its index in the catalog.
  var file: Int
  /// Where the first slot begins.
  var offset: Int
  /// How many slots there are.
  var slotCount: Int
}
