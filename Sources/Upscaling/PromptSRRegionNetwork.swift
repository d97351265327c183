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
        try model.verify()
        let configuration = try PromptSRConfiguration(
            json: Data(contentsOf: model.configurationURL))
        guard configuration.scale == model.manifest.scale else {
            throw ModelError.badManifest(
                model: model.manifest.name,
                reason: "its scale is not that of configuration.json, \(configuration.scale)")
        }
        network = try PromptSR(
            from: Weights(SafetensorsFile(model.weightsURL)), configuration: configuration)
        name = model.manifest.name
        fingerprint = model.manifest.fingerprint
        footprint = NetworkFootprint(fixedBytes: 80_000_000, bytesPerRegionPixel: 6_000)
    }

    func makeWorker(policy: ComputePolicy, threads: Int) throws -> (Image) throws -> Image {
        let context = try ComputeContext(policy: policy, threadsPerOperation: threads)
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
