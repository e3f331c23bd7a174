import GRDB

/// A call to Records that failed.
///
/// Nothing of the call has happened then.
public struct RecordsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is the matter, as far as it decides what to do.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The disk is full, and the reserve did not help.
    case full
    /// The file's own page limit is reached, and the reserve did not help.
    ///
    /// The disk has room. Notices that wait stay in the file when it is moved away.
    case pageLimit
    /// A newer Poolwatch has written the file.
    case newerVersion
    /// The file is damaged, or is none of ours.
    case corrupt
    /// Another process holds the file.
    case busy
    /// Missing rights.
    case notPermitted
    /// The disk or anything else.
    case other
  }

  /// What is the matter.
  public let kind: Kind
  /// What was tried, such as `apply` or `open`.
  public let operation: String
  /// The SQLite file.
  public let path: String
  /// SQLite's extended result code; 0 when the failure is not SQLite's.
  public let code: Int
  /// The words of whoever found it.
  public let message: String

  /// A failure of `operation` on the file at `path`.
  public init(kind: Kind, operation: String, path: String, code: Int, message: String) {
    self.kind = kind
    self.operation = operation
    self.path = path
    self.code = code
    self.message = message
  }

  /// What failed, on what, why, and what to do.
  public var description: String {
    let code = code == 0 ? "" : " (SQLite \(code))"
    return "cannot \(operation) \(path): \(message)\(code); \(remedy)"
  }

  /// What a person can do about it, in a half-sentence.
  public var remedy: String {
    switch kind {
    case .full: "make room on its disk, then start poolwatchd anew"
    case .pageLimit:
      "room on its disk does not help, for the file has reached its own page limit: stop poolwatchd, "
        + "move the file away as an archive, and start poolwatchd anew"
    case .newerVersion: "run the Poolwatch that wrote it, or a newer one; nothing was changed"
    case .corrupt: "move the file away, keep it for repair, and restore it from a backup"
    case .busy: "end the other program that has the file open"
    case .notPermitted: "give poolwatchd's user the right to write the file and its directory"
    case .other: "check the disk and the system's log"
    }
  }
}

extension RecordsError {
  /// Runs `body` and makes any error of it one of ours.
  static func wrap<Answer>(
    _ operation: String, path: String, disk: DiskRoom, _ body: () throws -> Answer
  ) throws(RecordsError) -> Answer {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw RecordsError(error, operation: operation, path: path, disk: disk)
    } catch let error as NewerVersion {
      throw RecordsError(
        kind: .newerVersion, operation: operation, path: path, code: 0,
        message:
          "it has changes that this version does not know: \(error.unknown.joined(separator: ", "))"
      )
    } catch let error as UnreadableValue {
      throw RecordsError(
        kind: .corrupt, operation: operation, path: path, code: 0,
        message: "'\(error.text)' is no \(error.column)")
    } catch {
      throw RecordsError(
        kind: .other, operation: operation, path: path, code: 0, message: "\(error)")
    }
  }

  private init(_ error: DatabaseError, operation: String, path: String, disk: DiskRoom) {
    let kind: Kind =
      switch error.resultCode {
      case .SQLITE_FULL: disk.isFull == false ? .pageLimit : .full
      case .SQLITE_IOERR where error.isOfWriting && disk.isFull == true: .full
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt
      case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
      case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_AUTH: .notPermitted
      default: .other
      }
    self.init(
      kind: kind, operation: operation, path: path,
      code: Int(error.extendedResultCode.rawValue), message: error.message ?? "no reason given")
  }
}

extension RecordsError.Kind {
  /// Whether something did not fit, so that the reserve can help.
  var isWantOfRoom: Bool { self == .full || self == .pageLimit }
}

extension DatabaseError {
  /// Whether an I/O error is of a kind that a full disk can cause.
  ///
  /// SQLite gives `SQLITE_FULL` only where `write` itself says ENOSPC. A quota, `fsync` of a file
  /// whose blocks were promised but not found, a journal that cannot be cut, and the WAL's index
  /// that cannot be made or grow (https://www.sqlite.org/rescode.html#ioerr_shmsize) come as these.
  fileprivate var isOfWriting: Bool {
    switch extendedResultCode {
    case .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC,
      .SQLITE_IOERR_TRUNCATE, .SQLITE_IOERR_SHMOPEN, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMMAP:
      true
    default: false
    }
  }
}

/// A file with migrations that this version does not know.
struct NewerVersion: Error {
  let unknown: [String]
}

/// A stored word that this version does not know.
struct UnreadableValue: Error {
  let column: String
  let text: String
}
