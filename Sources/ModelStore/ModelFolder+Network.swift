internal import Tensors

extension ModelFolder {
    /// Makes a network of this folder after all its files have been checked.
    ///
    /// - Throws: ``ModelError`` also for what is wrong with configuration and weights.
    package func network<Network>(
        architecture: String, _ make: (ModelFolder) throws -> Network
    ) throws -> Network {
        guard manifest.architecture == architecture else {
            throw ModelError.unfit(
                model: manifest.name,
                reason: "its network is '\(manifest.architecture)', and '\(architecture)' is needed"
            )
        }
        try verify()
        do {
            return try make(self)
        } catch let error as ConfigurationError {
            throw ModelError.unfit(model: manifest.name, reason: error.description)
        } catch let error as WeightsError {
            throw ModelError.unfit(model: manifest.name, reason: error.description)
        }
    }
}
