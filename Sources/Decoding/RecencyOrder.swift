/// Keys in the order in which they were last heard of; each operation takes the same time, however many
/// there are.
///
/// Grows with the keys alone: whoever fills it bounds it.
///
/// ```
/// places   key → place
/// links    place → key, the places before and after it; free places are chained by `next`
/// ```
struct RecencyOrder<Key: Hashable & Sendable>: Sendable {
  private struct Link {
    var key: Key?
    var previous: Int
    var next: Int
  }

  private static var none: Int { -1 }

  private var places: [Key: Int] = [:]
  private var links: [Link] = []
  private var first = Self.none
  private var last = Self.none
  private var free = Self.none

  /// How many keys there are.
  var count: Int { places.count }

  /// The key that was heard of longest ago; nil when there is none.
  var oldest: Key? { first == Self.none ? nil : links[first].key }

  /// Whether `key` is there.
  func contains(_ key: Key) -> Bool { places[key] != nil }

  /// Puts `key` at the end, wherever it was.
  mutating func heard(_ key: Key) {
    remove(key)
    let link = Link(key: key, previous: last, next: Self.none)
    var place = free
    if place == Self.none {
      place = links.count
      links.append(link)
    } else {
      free = links[place].next
      links[place] = link
    }
    if last == Self.none { first = place } else { links[last].next = place }
    last = place
    places[key] = place
  }

  /// Takes `key` out, if it is there.
  mutating func remove(_ key: Key) {
    guard let place = places.removeValue(forKey: key) else { return }
    let link = links[place]
    if link.previous == Self.none {
      first = link.next
    } else {
      links[link.previous].next = link.next
    }
    if link.next == Self.none {
      last = link.previous
    } else {
      links[link.next].previous = link.previous
    }
    links[place] = Link(key: nil, previous: Self.none, next: free)
    free = place
  }
}
