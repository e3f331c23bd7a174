/// The `--set` arguments of the command line.
struct Overrides {
  let report: Report

  /// `root` with each `key.path=value` of `arguments` in place of what was there, the last one last.
  ///
  /// The value is taken as the file's text would be, without quotes. Mappings on the way that are
  /// not there are created; lists cannot be set.
  func applied(_ arguments: [String], to root: Element) -> Element {
    arguments.reduce(root) { root, argument in
      let place = Place.override(argument)
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let path = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, path.allSatisfy({ !$0.isEmpty }) else {
        report.add(
          place,
          "the argument is \(quoted(argument)), expected key.path=value such as"
            + " broker.port=1884")
        return root
      }
      let scalar = Scalar(text: String(parts[1]), isQuoted: false)
      let value = Element(content: .scalar(scalar), place: place)
      return setting(value, at: path[...], of: root, from: "")
    }
  }

  private func setting(
    _ value: Element, at path: ArraySlice<String>, of element: Element, from prefix: String
  ) -> Element {
    guard let key = path.first else {
      switch element.content {
      case .scalar: return value
      case .list, .mapping:
        report.add(
          value.place, "'\(prefix)' is \(element.found), expected the path of a single value")
        return element
      }
    }
    guard case .mapping(var pairs) = element.content else {
      report.add(
        value.place, "'\(prefix)' is \(element.found), expected the path of a single value")
      return element
    }
    let index = pairs.firstIndex { $0.key == key }
    let rest = path.dropFirst()
    let old = index.map { pairs[$0].value } ?? absent(place: value.place, isLast: rest.isEmpty)
    let new = setting(
      value, at: rest, of: old, from: prefix.isEmpty ? key : "\(prefix).\(key)")
    if let index {
      pairs[index].value = new
    } else {
      pairs.append(Element.Pair(key: key, place: value.place, value: new))
    }
    return Element(content: .mapping(pairs), place: element.place)
  }

  private func absent(place: Place, isLast: Bool) -> Element {
    let content: Element.Content =
      isLast ? .scalar(Scalar(text: "", isQuoted: false)) : .mapping([])
    return Element(content: content, place: place)
  }
}
