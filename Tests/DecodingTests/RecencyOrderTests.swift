import PoolModel
import Testing

@testable import Decoding

@Suite struct `Order of last hearing` {
  @Test func `keys leave in the order in which they were last heard of, as in a plain list`() {
    var generator = SplitMix64(seed: 7)
    for keyCount in 1...6 {
      var order = RecencyOrder<Int>()
      var model: [Int] = []
      for _ in 0..<500 {
        let key = Int.random(in: 0..<keyCount, using: &generator)
        model.removeAll { $0 == key }
        if Bool.random(using: &generator) {
          order.heard(key)
          model.append(key)
        } else {
          order.remove(key)
        }
        #expect(order.oldest == model.first)
        #expect(order.count == model.count)
        #expect((0..<keyCount).filter(order.contains) == model.sorted())
      }
      while let oldest = order.oldest {
        #expect(oldest == model.removeFirst())
        order.remove(oldest)
      }
      #expect(model == [])
    }
  }
}
