// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "PromptScaler", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    ],
    targets: [
        .executableTarget(
            name: "network-benchmark",
            dependencies: [
                .product(name: "PromptSR", package: "PromptScaler"),
                .product(name: "Tensors", package: "PromptScaler"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/NetworkBenchmark"),
        .executableTarget(
            name: "autoencoder-benchmark",
            dependencies: [
                .product(name: "Autoencoding", package: "PromptScaler"),
                .product(name: "Imaging", package: "PromptScaler"),
                .product(name: "Tensors", package: "PromptScaler"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/AutoencoderBenchmark"),
        .executableTarget(
            name: "degradation-benchmark",
            dependencies: [
                .product(name: "DegradationPrompts", package: "PromptScaler"),
                .product(name: "Imaging", package: "PromptScaler"),
                .product(name: "ModelStore", package: "PromptScaler"),
                .product(name: "Tensors", package: "PromptScaler"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/DegradationBenchmark"),
        .executableTarget(
            name: "patch-dit-benchmark",
            dependencies: [
                .product(name: "Diffusion", package: "PromptScaler"),
                .product(name: "Tensors", package: "PromptScaler"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/PatchDiTBenchmark"),
        .target(
            name: "CReference",
            linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
        .executableTarget(
            name: "operator-benchmark",
            dependencies: [
                "CReference",
                .product(name: "Tensors", package: "PromptScaler"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/OperatorBenchmark"),
        .executableTarget(
            name: "memory-benchmark",
            dependencies: [
                .product(name: "TextureMemory", package: "PromptScaler"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/MemoryBenchmark"),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
