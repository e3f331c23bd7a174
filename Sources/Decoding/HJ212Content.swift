import PoolModel

/// What a frame of data says in its `CP`: `DataTime=…;CODE-Rtd=7.1,CODE-Flag=N;CODE-Rtd=…`.
///
/// Semicolons divide groups and commas the items of a group; which item stands in which group does not
/// matter, because each names its code. Empty groups and items say nothing. Items without a dash, and
/// those of other suffixes (`-Min`, `-Max`, `-Cou`, `-SampleTime`), are passed over and counted.
struct HJ212Content {
  /// What was said under one code.
  struct Entry: Hashable {
    /// Such as `w01001`.
    let code: ArraySlice<UInt8>
    /// The number's text, perhaps empty; nil where there is only a flag.
    fileprivate(set) var value: ArraySlice<UInt8>?
    /// The flag's text; nil where there is none.
    fileprivate(set) var flag: ArraySlice<UInt8>?
  }

  /// The text of `DataTime`; nil where there is none.
  private(set) var dataTime: ArraySlice<UInt8>?
  /// The codes with a value or a flag, in their order.
  private(set) var entries: [Entry] = []
  /// The items that were passed over.
  private(set) var ignoredItemCount = 0

  private var indices: [ArraySlice<UInt8>: Int] = [:]

  /// The items of `content`, of which those that end in `-` and `suffix` are values.
  ///
  /// - Throws: The mistake, `bad_payload`, for which the message is refused.
  init(_ content: ArraySlice<UInt8>, suffix: String) throws(Mistake) {
    for group in content.split(separator: UInt8(ascii: ";")) {
      for item in group.split(separator: UInt8(ascii: ",")) {
        try add(item, suffix: suffix)
      }
    }
    indices = [:]
  }

  private mutating func add(_ item: ArraySlice<UInt8>, suffix: String) throws(Mistake) {
    guard let sign = item.firstIndex(of: UInt8(ascii: "=")), sign > item.startIndex else {
      throw Self.mistake(
        "CP", at: item, found: OneLine.quoted(String(decoding: item, as: UTF8.self)),
        expected: "NAME=VALUE")
    }
    let name = item[..<sign]
    let value = item[(sign + 1)...]
    if name.elementsEqual("DataTime".utf8) {
      guard dataTime == nil else { throw Self.repeated(name) }
      dataTime = value
      return
    }
    guard let dash = name.lastIndex(of: UInt8(ascii: "-")), dash > name.startIndex else {
      ignoredItemCount += 1
      return
    }
    let kind = name[(dash + 1)...]
    if kind.elementsEqual(suffix.utf8) {
      let index = index(of: name[..<dash])
      guard entries[index].value == nil else { throw Self.repeated(name) }
      entries[index].value = value
    } else if kind.elementsEqual("Flag".utf8) {
      let index = index(of: name[..<dash])
      guard entries[index].flag == nil else { throw Self.repeated(name) }
      entries[index].flag = value
    } else {
      ignoredItemCount += 1
    }
  }

  /// The place of the entry of `code`, which is made if there is none.
  private mutating func index(of code: ArraySlice<UInt8>) -> Int {
    if let index = indices[code] { return index }
    indices[code] = entries.count
    entries.append(Entry(code: code))
    return entries.count - 1
  }

  private static func repeated(_ name: ArraySlice<UInt8>) -> Mistake {
    let path = OneLine.escaped(
      String(decoding: name, as: UTF8.self), limit: OneLine.nameLimit)
    return mistake(path, at: name, found: "it again", expected: "each item once")
  }

  private static func mistake(
    _ path: String, at place: ArraySlice<UInt8>, found: String, expected: String
  ) -> Mistake {
    Mistake(
      reason: .badPayload, offset: place.startIndex, path: path, found: found, expected: expected)
  }
}
