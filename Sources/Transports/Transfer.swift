import CCurl

/// The bytes of one transfer: what goes out, and where what comes in goes.
///
/// Not Sendable: the thread that performs the transfer uses it.
final class Transfer {
  /// The last lines of the server's replies, SMTP replies or HTTP headers; at most 16.
  private var replyLines: [String] = []
  /// The code of the HTTP status line; 0 before it came.
  private(set) var status = 0
  private let upload: [UInt8]
  private var uploadedCount = 0
  private let onBytes: (Transfer, [UInt8]) -> Bool

  /// A transfer that sends `upload` and hands what comes in to `onBytes`, which answers whether it
  /// wants to go on.
  init(upload: [UInt8] = [], onBytes: @escaping (Transfer, [UInt8]) -> Bool = { _, _ in true }) {
    self.upload = upload
    self.onBytes = onBytes
  }

  /// libcurl asks for bytes to send.
  static let read: ccurl_transfer = { buffer, size, count, context in
    guard let transfer = unsafe of(context), let buffer = unsafe buffer else { return 0 }
    let target = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
    let part = transfer.upload[transfer.uploadedCount...].prefix(target.count)
    unsafe target.copyBytes(from: part)
    transfer.uploadedCount += part.count
    return part.count
  }

  /// libcurl has bytes of the answer.
  ///
  /// Taking another number than it has ends the transfer.
  static let write: ccurl_transfer = { buffer, size, count, context in
    guard let transfer = unsafe of(context), let buffer = unsafe buffer else { return 0 }
    let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: buffer, count: size * count))
    return transfer.onBytes(transfer, bytes) ? bytes.count : 0
  }

  /// libcurl has a line of the server's reply.
  static let header: ccurl_transfer = { buffer, size, count, context in
    guard let transfer = unsafe of(context), let buffer = unsafe buffer else { return 0 }
    let line = unsafe UnsafeRawBufferPointer(start: buffer, count: size * count)
    // A server's words go into errors and logs: at most one line of them, and not without end.
    let text = unsafe String(decoding: line.prefix(500), as: UTF8.self)
    transfer.replyLines = transfer.replyLines.suffix(15) + [String(text.prefix { !$0.isNewline })]
    if text.hasPrefix("HTTP/"), let code = text.split(separator: " ").dropFirst().first {
      transfer.status = Int(code) ?? 0
    }
    return size * count
  }

  /// The last line with reply code `code`; nil when there is none.
  ///
  /// After a refusal the very last one is the answer to our QUIT.
  func reply(_ code: Int) -> String? {
    replyLines.last { $0.hasPrefix("\(code)") }
  }

  /// What the last HTTP header called `name` says; nil when it is not among the last lines.
  func header(_ name: String) -> String? {
    let line = replyLines.last { $0.lowercased().hasPrefix("\(name.lowercased()):") }
    return line.map { $0.dropFirst(name.count + 1).trimmingPrefix { $0 == " " } }.map(String.init)
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }
}
