internal import Foundation
internal import Transfer

/// The model that describes: the one that was named, or the only one that the service has.
///
/// An actor, so that the service is asked once and everybody waits for its answer.
actor ModelChoice {
    private let endpoint: DescriptionEndpoint
    private let client: HTTPClient?
    private let cache: PromptCache?
    private var finding: Task<String, any Error>?

    init(_ endpoint: DescriptionEndpoint, client: HTTPClient?, cache: PromptCache?) {
        self.endpoint = endpoint
        self.client = client
        self.cache = cache
    }

    /// The model's name.
    ///
    /// - Throws: ``PromptError/noModel(host:available:)``, or why the service did not say.
    func name() async throws(PromptError) -> String {
        if let model = endpoint.model { return model }
        let task = finding ?? Task { [self] in try await ask() }
        finding = task
        do {
            return try await task.value
        } catch {
            // The next photo asks again: the service may be back.
            finding = nil
            throw error as? PromptError ?? .noModel(host: endpoint.address.host, available: [])
        }
    }

    private func ask() async throws(PromptError) -> String {
        let host = endpoint.address.host
        guard let client else {
            if let model = try cache?.model(of: endpoint.identity) { return model }
            throw .notRemembered(host: host)
        }
        let body: Data
        do {
            body = try await client.send(endpoint.modelsRequest).body
        } catch {
            // A server without a list of models has one that goes by any name, or it must be named.
            if case .status(404, _, _) = error.kind { throw .noModel(host: host, available: []) }
            throw .service(error)
        }
        let models = try endpoint.models(in: body)
        guard models.count == 1, let model = models.first else {
            throw .noModel(host: host, available: models)
        }
        return model
    }
}
