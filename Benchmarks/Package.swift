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
            path: "Sources/NetworkBenchmark")
    ],
    swiftLanguageModes: [.v6]
)
