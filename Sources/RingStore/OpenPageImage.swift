/// The open page of a ring as a checkpoint writes it, made beside it: the ring knows nothing of it until it
/// is its turn to be written.
struct OpenPageImage<Content: PageContent> {
  /// The open page as it is then.
  let page: OpenPage<Content>
  /// The pages that are sealed for it, first.
  let sealed: [Chunk]
  /// All that the open page has, coded.
  let chunks: [Chunk]

  /// Codes what `open` has.
  init(of open: OpenPage<Content>, pageByteCount: Int) {
    var page = open
    (sealed, chunks) = page.image(pageByteCount: pageByteCount)
    self.page = page
  }
}

/// The open pages of a pool as a checkpoint writes them; nil where there is nothing new.
struct PoolImages {
  let raw: OpenPageImage<PageTable>?
  /// By the tier's place in `PoolRing.rollups`.
  let rollups: [OpenPageImage<RollupTable>?]

  /// Codes what `ring` has; looks at nothing but the ring, and changes nothing.
  init(of ring: PoolRing, pageByteCount: Int) {
    raw = ring.raw.image(pageByteCount: pageByteCount)
    rollups = ring.rollups.map { $0.image(pageByteCount: pageByteCount) }
  }
}
