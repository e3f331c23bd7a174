import Foundation
import Measuring

struct ServiceRun {
  let port: Int
  let qualityOfService: Int
  let expectedCount: Int
  let work: String

  func serve() throws { throw Failure("later") }
}
