/// Which slot a page is written to.
extension PoolRing {
  /// A page to write at a checkpoint, and where.
  struct Copy {
    let ring: PoolRing
    let sequence: UInt64
    let isOpen: Bool
    let slot: Int
    let generation: UInt64
    let table: PageTable
  }

  /// Whether a checkpoint has anything to write here.
  ///
  /// The pages that wait are always the newest ones.
  var isDirty: Bool { isOpenDirty || pages.last?.table != nil }

  /// What a checkpoint has to write, each page with a free slot and a fresh generation.
  ///
  /// Free is a slot that holds no durable copy of a page that counts: pages given up are given up by
  /// rows that are durable in the journal, so their slots may be written to at once.
  ///
  /// - Throws: `noFreeSlot` when too many slots are lost.
  func copies() throws(RingStoreError) -> [Copy] {
    var taken = lostSlots
    for page in pages { if let slot = page.slot { taken.insert(slot) } }
    if let openSlot { taken.insert(openSlot) }
    var copies: [Copy] = []
    for page in pages {
      guard let table = page.table else { continue }
      copies.append(try copy(table, sequence: page.sequence, isOpen: false, &taken))
    }
    if isOpenDirty, open.rowCount > 0 {
      copies.append(try copy(open, sequence: openSequence, isOpen: true, &taken))
    }
    return copies
  }

  private func copy(
    _ table: PageTable, sequence: UInt64, isOpen: Bool, _ taken: inout Set<Int>
  ) throws(RingStoreError) -> Copy {
    for step in 0..<place.slotCount {
      let slot = (slotCursor + step) % place.slotCount
      guard !taken.contains(slot) else { continue }
      taken.insert(slot)
      slotCursor = (slot + 1) % place.slotCount
      defer { nextGeneration += 1 }
      return Copy(
        ring: self, sequence: sequence, isOpen: isOpen, slot: slot, generation: nextGeneration,
        table: table)
    }
    throw .noFreeSlot(pool)
  }

  /// Notes that `copy` is durable and counts.
  func adopt(_ copy: Copy) {
    if copy.isOpen {
      openSlot = copy.slot
      isOpenDirty = false
    } else if let index = pages.firstIndex(where: { $0.sequence == copy.sequence }) {
      pages[index].slot = copy.slot
      pages[index].generation = copy.generation
      pages[index].table = nil
    }
  }
}
