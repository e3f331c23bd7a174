import Yams

/// Turns the bytes of a file into elements; what cannot be read becomes a mistake with its place.
struct Composer {
  let file: String
  let report: Report
  private var elementCount = 0
  /// The names of repeated keys, by the number of the mark that was written over them.
  private var repeatedKeys: [String] = []

  /// More values than any plan of 40,000 pools has, and few enough to end in seconds.
  ///
  /// Aliases of aliases could otherwise make 10⁹ of a file of one page.
  private static let elementLimit = 4_000_000
  /// Deeper than any file goes (7), far below what overflows a stack.
  ///
  /// The parser itself stops at 1000.
  private static let depthLimit = 32
  /// Each costs one more pass over the file.
  private static let repeatedKeyLimit = 100

  init(file: String, report: Report) {
    self.file = file
    self.report = report
  }

  /// The file's root; nil after a mistake that hides the rest of the file.
  mutating func compose(_ bytes: [UInt8]) -> Element? {
    guard let text = validated(bytes) else { return nil }
    var source = text
    while true {
      do {
        let parser = try Parser(yaml: source, resolver: .basic, encoding: .utf8)
        guard let root = try parser.singleRoot() else {
          report.add(place(1, 1), "the file is empty, expected a first line such as 'kind: plan'")
          return nil
        }
        return element(root, depth: 0)
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        guard let name = names.first, let marked = marking(name, at: context.mark, in: source)
        else {
          report.add(
            place(context.mark),
            "the keys \(names.joined(separator: ", ")) are given more than"
              + " once in one mapping, expected each key once")
          return nil
        }
        repeatedKeys.append(name)
        source = marked
      } catch {
        add(error)
        return nil
      }
    }
  }

  private func place(_ line: Int, _ column: Int) -> Place {
    Place(file: file, line: line, column: column)
  }

  private func place(_ mark: Mark?) -> Place { place(mark?.line ?? 1, mark?.column ?? 1) }
}

// MARK: - Bytes to text

extension Composer {
  private func validated(_ bytes: [UInt8]) -> String? {
    let span = bytes.span
    do {
      return String(copying: try UTF8Span(validating: span))
    } catch {
      let offset = error.byteOffsets.lowerBound
      let value = "0x" + String(bytes[offset], radix: 16)
      report.add(
        place(ofByte: offset, in: bytes), "byte \(value) is not UTF-8, expected UTF-8 text")
      return nil
    }
  }

  private func place(ofByte offset: Int, in bytes: [UInt8]) -> Place {
    let before = bytes[..<offset]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    // Continuation bytes are 10xxxxxx; every other byte begins a scalar.
    let column = bytes[lineStart..<offset].count { $0 & 0xC0 != 0x80 } + 1
    return place(line, column)
  }
}

// MARK: - Nodes to elements

extension Composer {
  private mutating func element(_ node: Node, depth: Int) -> Element? {
    let place = place(node.mark)
    elementCount += 1
    guard elementCount <= Self.elementLimit, depth <= Self.depthLimit else {
      // Said once: the counter goes on past the limit.
      if elementCount <= Self.elementLimit + 1 {
        report.add(
          place,
          "the file's lists, mappings and aliases make more than"
            + " \(Self.elementLimit) values or \(Self.depthLimit) levels, expected fewer")
        elementCount = Self.elementLimit + 1
      }
      return nil
    }
    switch node {
    case .scalar(let scalar):
      let isQuoted = scalar.style != .plain && scalar.style != .any
      return Element(
        content: .scalar(Scalar(text: scalar.string, isQuoted: isQuoted)), place: place)
    case .sequence(let sequence):
      var elements: [Element] = []
      elements.reserveCapacity(sequence.count)
      for node in sequence {
        guard let element = element(node, depth: depth + 1) else { return nil }
        elements.append(element)
      }
      return Element(content: .list(elements), place: place)
    case .mapping(let mapping):
      return pairs(mapping, depth: depth).map { Element(content: .mapping($0), place: place) }
    case .alias:
      // The parser follows aliases itself and never makes one of these.
      report.add(place, "an alias that leads nowhere, expected a value")
      return nil
    }
  }

  private mutating func pairs(_ mapping: Node.Mapping, depth: Int) -> [Element.Pair]? {
    var pairs: [Element.Pair] = []
    var first: [String: Place] = [:]
    let hasRepeats = !repeatedKeys.isEmpty
    for (key, value) in mapping {
      let place = place(key.mark)
      guard let written = key.scalar?.string else {
        report.add(place, "a key is a list or a mapping, expected a word")
        continue
      }
      let original = originalKey(written)
      let name = original ?? written
      if hasRepeats {
        if let earlier = first[name] {
          report.add(
            place,
            "\(quoted(name)) is given again, expected each key once (the first is in line"
              + " \(earlier.line))")
        } else {
          first[name] = place
        }
      }
      guard let value = element(value, depth: depth + 1) else { return nil }
      if original == nil { pairs.append(Element.Pair(key: name, place: place, value: value)) }
    }
    return pairs
  }
}

// MARK: - Repeated keys

// The YAML library stops at a repeated key and names the place of the first only. To find the rest
// of the file's mistakes too, the first is overwritten with as many marks of the private use area
// and the file is read again: columns stay, and `pairs` knows the marks.
extension Composer {
  private static let firstMark: UInt32 = 0xE000

  private func marking(_ name: String, at mark: Mark, in source: String) -> String? {
    guard repeatedKeys.count < Self.repeatedKeyLimit, !name.isEmpty,
      let symbol = Unicode.Scalar(Self.firstMark + UInt32(repeatedKeys.count))
    else { return nil }
    var scalars = source.unicodeScalars
    var lineStart = scalars.startIndex
    for _ in 1..<max(mark.line, 1) {
      guard let end = scalars[lineStart...].firstIndex(of: "\n") else { return nil }
      lineStart = scalars.index(after: end)
    }
    guard
      var start = scalars.index(lineStart, offsetBy: mark.column - 1, limitedBy: scalars.endIndex),
      start < scalars.endIndex
    else { return nil }
    if scalars[start] == "\"" || scalars[start] == "'" { start = scalars.index(after: start) }
    let count = name.unicodeScalars.count
    guard let end = scalars.index(start, offsetBy: count, limitedBy: scalars.endIndex),
      scalars[start..<end].elementsEqual(name.unicodeScalars)
    else { return nil }
    scalars.replaceSubrange(start..<end, with: repeatElement(symbol, count: count))
    return String(scalars)
  }

  /// The key that was overwritten with marks; nil for a key as the file has it.
  private func originalKey(_ written: String) -> String? {
    guard !repeatedKeys.isEmpty, let first = written.unicodeScalars.first,
      first.value >= Self.firstMark, written.unicodeScalars.allSatisfy({ $0 == first })
    else { return nil }
    let index = Int(first.value - Self.firstMark)
    return repeatedKeys.indices.contains(index) ? repeatedKeys[index] : nil
  }
}

// MARK: - Syntax errors

extension Composer {
  private func add(_ error: any Error) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      var words = (context.map { "\($0.text), " } ?? "") + problem
      // The scanner's words for a tab that indents a line.
      if problem.contains("cannot start any token") { words += " (a tab? indent with spaces)" }
      report.add(place(mark), "not YAML: \(words), expected YAML 1.1")
    case .reader(let problem, let offset, let value, let text):
      let index =
        text.index(
          text.startIndex, offsetBy: offset ?? 0, limitedBy: text.endIndex) ?? text.endIndex
      let before = Array(text[..<index].utf8)
      report.add(
        place(ofByte: before.count, in: before),
        "not YAML: \(problem) (U+\(String(value, radix: 16, uppercase: true))), expected text")
    default:
      report.add(place(1, 1), "not YAML: \(error), expected YAML 1.1")
    }
  }
}
