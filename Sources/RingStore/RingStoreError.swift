public import PoolModel

/// Why the store could not do what it was asked to.
public enum RingStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The disk refused.
  case storage(StorageError)
  /// A file the catalog names, or the catalog itself, is not there although others are.
  case missingFile(String)
  /// The file was not written by Poolwatch. Nothing was overwritten.
  case foreignFile(String)
  /// The file was written by a newer Poolwatch. Nothing was overwritten.
  case newerFormat(file: String, version: UInt32)
  /// Every copy of the file's header fails its checksum.
  case damagedFile(String)
  /// The file was cut or replaced: its size is not what the catalog says.
  case wrongByteCount(file: String, found: Int, expected: Int)
  /// The store has seen more than 64 parameters in its life.
  case tooManyParameters(Int)
  /// Not a power of two from 1,024 to 1,048,576, or too small for a row of all parameters.
  case badPageByteCount(Int)
  /// Less than 64 KiB.
  case badJournalByteCount(Int)
  /// More was staged than one journal record may hold: commit sooner.
  case batchTooLarge(byteCount: Int, limit: Int)
  /// The journal holds nothing before `oldestHeld` any more: judge from the pages.
  case judgedTooFarBack(oldestHeld: JournalPosition)
  /// No record of this journal ends there.
  case unknownPosition(JournalPosition, committed: JournalPosition)
  /// A record that was good cannot be read any more.
  case damagedRecord(at: JournalPosition)
  /// The district's zone was changed, and hours and days of the old one are held that cannot be made
  /// anew: their minutes are gone. Nothing was overwritten.
  case zoneChanged(pool: PoolID, since: Timestamp)
  /// The pool's history cannot have the other name.
  case cannotRename(PoolID, to: PoolID, reason: String)
  /// The second pool has the history of the first by an exchange: another one would undo it.
  case alreadyExchanged(PoolID, PoolID)
  /// So many of the pool's slots are unreadable that none is left to write to.
  case noFreeSlot(PoolID)

  /// What failed, on what, and what to do.
  public var description: String {
    switch self {
    case .storage(let error): error.description
    case .missingFile(let file):
      "the store has no file \(file) although others are there: restore it from a copy"
    case .foreignFile(let file):
      "\(file) does not begin like a file of Poolwatch: it was overwritten, or is another program's"
    case .newerFormat(let file, let version):
      "\(file) has format \(version), newer than this program knows: use the newer Poolwatch"
    case .damagedFile(let file):
      "every copy of the header of \(file) is damaged: restore it from a copy"
    case .wrongByteCount(let file, let found, let expected):
      "\(file) has \(found) bytes instead of \(expected): restore it from a copy"
    case .tooManyParameters(let count):
      "the store would hold \(count) parameters, its limit is 64 in its life: start a new store"
    case .badPageByteCount(let count):
      "a page of \(count) bytes: a power of two from 1024 to 1048576 was expected,"
        + " at least 512 + 128 for each parameter"
    case .badJournalByteCount(let count):
      "a journal of \(count) bytes: at least 65536 were expected"
    case .batchTooLarge(let count, let limit):
      "a batch of \(count) bytes does not fit the journal, at most \(limit): commit sooner"
    case .judgedTooFarBack(let oldest):
      "the journal holds nothing before position \(oldest.byteOffset): judge from the pages"
    case .unknownPosition(let position, let committed):
      "no record ends at journal position \(position.byteOffset)"
        + " (the journal ends at \(committed.byteOffset))"
    case .damagedRecord(let position):
      "the journal record at position \(position.byteOffset) cannot be read any more"
    case .zoneChanged(let pool, let since):
      "the store's hours and days of \(pool) are of another zone, and those before "
        + "\(since.rfc3339(offsetSeconds: 0)) cannot be made anew: set the zone back, or begin a new store"
    case .cannotRename(let old, let new, let reason):
      "\(old) cannot be renamed to \(new): \(reason)"
    case .alreadyExchanged(let old, let new):
      "\(old) and \(new) were exchanged before: the history that \(old) had is that of \(new), and that "
        + "of \(new) is that of \(old); once more would undo it"
    case .noFreeSlot(let pool):
      "too many damaged slots in the ring of \(pool): move the store to another disk"
    }
  }
}
