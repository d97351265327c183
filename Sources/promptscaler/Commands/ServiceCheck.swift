internal import Foundation
internal import SemanticPrompts
internal import Transfer

/// Whether the configured services are there: what `doctor` asks them, for which nobody pays.
struct ServiceCheck: Sendable {
    let services: ServiceArguments.Services

    /// What was found out about a service.
    struct Finding: Sendable {
        let isRight: Bool
        let text: String
    }

    /// Asks each service once.
    func findings() async throws -> [Finding] {
        let client = try HTTPClient(
            policy: RetryPolicy(attempts: 1), certificates: services.certificates,
            agent: "promptscaler/\(PromptScaler.version)")
        var findings: [Finding] = []
        if let describer = services.describer { findings.append(await check(describer, client)) }
        if let tagger = services.tagger { findings.append(await check(tagger, client)) }
        return findings
    }

    private func check(_ endpoint: DescriptionEndpoint, _ client: HTTPClient) async -> Finding {
        let name = "describe \(endpoint.address) (\(endpoint.api.rawValue))"
        do {
            let body = try await client.send(endpoint.modelsRequest).body
            let models = try endpoint.models(in: body)
            let shown = models.prefix(5).joined(separator: ", ") + (models.count > 5 ? ", …" : "")
            if let model = endpoint.model, !models.contains(model) {
                return Finding(
                    isRight: false, text: "\(name): it has no model '\(model)', but \(shown)")
            }
            return Finding(
                isRight: true, text: "\(name): \(shown.isEmpty ? "no models" : shown)")
        } catch let error as TransferError {
            return finding(name, error, missing: "it answers, and does not list its models")
        } catch {
            return Finding(isRight: false, text: "\(name): \(error)")
        }
    }

    private func check(_ endpoint: TagEndpoint, _ client: HTTPClient) async -> Finding {
        let name = "tag \(endpoint.address) (\(endpoint.api.rawValue))"
        do {
            _ = try await client.send(endpoint.healthRequest)
            return Finding(isRight: true, text: "\(name): ready")
        } catch {
            return finding(name, error, missing: "it answers, and does not say whether it is ready")
        }
    }

    /// A service that answers 404 to a question that it need not know is there all the same.
    private func finding(_ name: String, _ error: TransferError, missing: String) -> Finding {
        if case .status(404, _, _) = error.kind {
            return Finding(isRight: true, text: "\(name): \(missing)")
        }
        return Finding(isRight: false, text: "\(name): \(error.description)")
    }
}
