import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Querying

/// Answers every error with its status and `{"error": "one line"}`.
struct ErrorAnswers<Context: RequestContext>: RouterMiddleware {
  let logger: Logger

  @concurrent
  func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as RequestError {
      return answer(error.status, error.description)
    } catch let error as QueryError {
      return answer(.badRequest, error.description)
    } catch let error as HTTPError {
      let text = error.status == .notFound ? "there is no \(request.uri.path)" : error.body
      return answer(error.status, text ?? error.status.reasonPhrase)
    } catch {
      logger.error(
        "request failed",
        metadata: ["request.path": "\(request.uri.path)", "error": "\(error)"])
      return answer(.internalServerError, "\(error)")
    }
  }

  private func answer(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(string: AnswerJSON.error(text))))
  }
}

extension RequestError {
  fileprivate var status: HTTPResponse.Status {
    switch self {
    case .usage: .badRequest
    case .unknown: .notFound
    case .conflict: .conflict
    case .unavailable: .serviceUnavailable
    }
  }
}
