internal import Foundation
internal import Imaging
internal import ModelStore
internal import PromptSR
internal import Tensors

/// PromptSR at one scale, from a model folder that has been checked.
struct PromptSRRegionNetwork: RegionNetwork {
    let name: String
    let fingerprint: String
    let footprint: NetworkFootprint
    private let network: PromptSR

    init(_ model: ModelFolder) throws {
        let manifest = model.manifest
        name = manifest.name
        fingerprint = manifest.fingerprint
        guard manifest.architecture == "promptsr" else {
            throw ModelError.badManifest(
                model: name, reason: "this program has no network '\(manifest.architecture)'")
        }
        try model.verify()
        do {
            let configuration = try PromptSRConfiguration(
                json: Data(contentsOf: model.configurationURL))
            guard configuration.scale == manifest.scale else {
                throw ModelError.badManifest(
                    model: name,
                    reason: "its scale is not that of configuration.json, \(configuration.scale)")
            }
            network = try PromptSR(
                from: Weights(SafetensorsFile(model.weightsURL)), configuration: configuration)
        } catch let error as PromptSRConfigurationError {
            throw ModelError.unfit(model: name, reason: error.description)
        } catch let error as WeightsError {
            throw ModelError.unfit(model: name, reason: error.description)
        }
        footprint = NetworkFootprint(fixedBytes: 60_000_000, bytesPerRegionPixel: 6_500)
    }

    func makeWorker(policy: ComputePolicy) throws -> (Image) throws -> Image {
        let context = try ComputeContext(policy: policy)
        return { region in
            let input = Tensor(
                region.pixels, [region.height, region.width, region.channels.rawValue], in: context)
            let output = try network(input, in: context)
            return Image(
                width: output.shape[1], height: output.shape[0], channels: .rgb,
                pixels: output.values)
        }
    }
}
