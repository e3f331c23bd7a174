/// The pages of a pool that a checkpoint writes, coded.
struct PagesToWrite {
  /// One of them.
  struct Coded {
    let place: RingPlace
    let slot: Int
    let bytes: [UInt8]
    /// Notes that it is durable and counts.
    let adopt: () -> Void
  }

  /// In the order they are written.
  private(set) var pages: [Coded] = []
  /// The pages of raw rows that were given up because sealing the open one took their place.
  private(set) var givenUp: [Page] = []
  /// Why there are not more.
  private(set) var error: RingStoreError?

  /// What `ring` has that no durable page has; touches nothing but the ring.
  ///
  /// - Parameters:
  ///   - ring: the pool's rings.
  ///   - images: their open pages, coded since they changed last.
  ///   - covered: the end of the journal that the checkpoint is about.
  init(of ring: PoolRing, _ images: PoolImages, covered: UInt64) {
    do throws(RingStoreError) {
      if ring.raw.isDirty {
        givenUp = try add(ring.raw, images.raw, covered)
      }
      for (rollups, image) in zip(ring.rollups, images.rollups) where rollups.isDirty {
        _ = try add(rollups, image, covered)
      }
    } catch {
      self.error = error
    }
  }

  /// Adds the pages of a ring; gives back those that it gave up.
  private mutating func add<Content>(
    _ ring: PageRing<Content>, _ image: OpenPageImage<Content>?, _ covered: UInt64
  ) throws(RingStoreError) -> [Page] {
    let (copies, givenUp) = try ring.copies(image)
    for copy in copies {
      pages.append(
        Coded(
          place: ring.place, slot: copy.slot, bytes: copy.bytes(covered: covered),
          adopt: { ring.adopt(copy) }))
    }
    return givenUp
  }
}
