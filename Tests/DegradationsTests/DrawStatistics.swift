import Degradations
import Imaging

/// Draws by name, named as `features` in `Scripts/fixtures/degradation.py` names them.
struct DrawStatistics {
    private(set) var words: [String: [String: Int]] = [:]
    private(set) var numbers: [String: [Double]] = [:]

    mutating func add(_ drawn: DrawnDegradation) {
        add("order", drawn.steps.map(Self.kind).joined(separator: " "))
        add("jpeg_last", "\(drawn.isJPEGLast == true)")
        var place = 0
        for step in drawn.steps {
            let kind = "\(place) \(Self.kind(step))"
            switch step {
            case .blur(let blur): add(blur, kind)
            case .sinc(let side, let cutoff):
                add("\(kind) side", "\(side)")
                add("\(kind) \(side < 13 ? "narrow" : "wide")", cutoff)
            case .resize(let resize):
                add("\(kind) method", resize.method.rawValue)
                if let factor = resize.factor {
                    add("\(kind) factor", factor)
                    place += 1
                }
            case .gaussianNoise(let sigma, let isGrey):
                add("\(kind) grey", "\(isGrey)")
                add("\(kind) sigma_8_bit", sigma)
            case .poissonNoise(let scale, let isGrey):
                add("\(kind) grey", "\(isGrey)")
                add("\(kind) scale", scale)
            case .jpeg(let quality): add("\(kind) quality", Double(quality))
            }
        }
    }

    private mutating func add(_ blur: BlurStep, _ kind: String) {
        let shape = "\(kind) \(blur.shape.rawValue)"
        let isIsotropic = blur.sigmaAcrossPixels == blur.sigmaDownPixels
        add("\(kind) shape", blur.shape.rawValue)
        add("\(kind) side", "\(blur.side)")
        add("\(shape) isotropic", "\(isIsotropic)")
        add("\(shape) sigma_x", blur.sigmaAcrossPixels)
        add("\(shape) beta", blur.beta)
        if !isIsotropic {
            add("\(kind) sigma_y", blur.sigmaDownPixels)
            add("\(kind) angle", blur.angleRadians)
        }
    }

    private mutating func add(_ name: String, _ word: String) {
        words[name, default: [:]][word, default: 0] += 1
    }

    private mutating func add(_ name: String, _ number: Double) {
        numbers[name, default: []].append(number)
    }

    private static func kind(_ step: DegradationStep) -> String {
        switch step {
        case .blur: "blur"
        case .sinc: "sinc"
        case .resize(let resize): resize.factor == nil ? "final resize" : "resize"
        case .gaussianNoise: "gaussian noise"
        case .poissonNoise: "poisson noise"
        case .jpeg: "jpeg"
        }
    }
}
