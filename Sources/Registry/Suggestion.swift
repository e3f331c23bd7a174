/// The word of `candidates` that was probably meant by `word`; nil when none is near.
///
/// Near is an edit distance (Levenshtein) of at most 2 that leaves something of the word; the
/// nearest wins, then the first. Costs the product of the lengths, for words of up to 64 characters.
public func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
  let letters = Array(word.unicodeScalars)
  guard letters.count <= 64 else { return nil }
  var best: (word: String, distance: Int)?
  for candidate in candidates {
    let other = Array(candidate.unicodeScalars)
    guard abs(other.count - letters.count) <= 2 else { continue }
    let distance = editDistance(letters, other)
    guard distance <= 2, distance < min(letters.count, other.count) else { continue }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.word
}

/// How many insertions, deletions and replacements turn one word into the other (Levenshtein 1966).
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var row = Array(0...right.count)
  for (i, letter) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in right.enumerated() {
      let replaced = diagonal + (letter == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[right.count]
}
