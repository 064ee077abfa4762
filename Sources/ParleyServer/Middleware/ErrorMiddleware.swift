import Hummingbird
import Logging
import Parley

/// Turns whatever was thrown into the error object that OpenAI's clients understand.
struct ErrorMiddleware: RouterMiddleware {
    let methods: RouteMethods

    func handle(
        _ request: Request,
        context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any HTTPResponseError {
            return answer(error, to: request, context)
        } catch let error as JSONError {
            return ParleyError(error).response
        } catch {
            let error = ParleyError(error)
            if error.code.status.kind == .serverError { log(error, context) }
            return error.response
        }
    }

    /// What Hummingbird itself throws: that nothing is there, and little else.
    private func answer(
        _ error: any HTTPResponseError,
        to request: Request,
        _ context: ParleyRequestContext
    ) -> Response {
        switch error.status {
        case .notFound: methods.answer(to: request, isLocal: context.isLocal)
        case .contentTooLarge: ParleyError(.bodyTooLarge, "The request's body is too large.").response
        default: ParleyError(.invalidRequest, error.status.reasonPhrase).response
        }
    }

    /// What is not the client's fault; a mistake of ours louder than a failing upstream.
    private func log(_ error: ParleyError, _ context: ParleyRequestContext) {
        context.logger.log(
            level: error.code == .internalError ? .error : .warning,
            "Request failed",
            metadata: ["request": .string(context.requestID), "error": .string(String(reflecting: error))]
        )
    }
}
