import Foundation

extension Progress {
  /// `answer` as one line of JSON with snake_case keys, on standard output.
  package static func tell(_ answer: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys]
    tell(String(decoding: try encoder.encode(answer), as: UTF8.self))
  }
}
