// swift-tools-version: 6.0
import PackageDescription

/// Applied to every Swift target: imports are internal unless said otherwise, and `any` is spelled.
let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "PromptScaler",
    products: [
        .executable(name: "promptscaler", targets: ["promptscaler"]),
        .library(name: "Upscaling", targets: ["Upscaling"]),
        .library(name: "Imaging", targets: ["Imaging"]),
        .library(name: "PromptSR", targets: ["PromptSR"]),
        .library(name: "Tensors", targets: ["Tensors"]),
        .library(name: "Autoencoding", targets: ["Autoencoding"]),
        .library(name: "Degradations", targets: ["Degradations"]),
        .library(name: "RandomDraws", targets: ["RandomDraws"]),
        .library(name: "TextureMemory", targets: ["TextureMemory"]),
        .library(name: "ModelStore", targets: ["ModelStore"]),
        .library(name: "Diffusion", targets: ["Diffusion"]),
        .library(name: "DegradationPrompts", targets: ["DegradationPrompts"]),
        .library(name: "SemanticPrompts", targets: ["SemanticPrompts"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C: one shim for each library, and our own kernels.
        .target(
            name: "CImageCodecs",
            linkerSettings: [
                .linkedLibrary("png16"), .linkedLibrary("jpeg"), .linkedLibrary("webp"),
                .linkedLibrary("webpmux"), .linkedLibrary("webpdemux"),
            ]),
        .target(name: "COneDNNShim", linkerSettings: [.linkedLibrary("dnnl")]),
        .target(
            name: "CFaissShim",
            linkerSettings: ["faiss", "lapack", "blas", "gomp", "stdc++", "m"].map {
                .linkedLibrary($0)
            }),
        .target(
            name: "CLapackShim", linkerSettings: [.linkedLibrary("lapack"), .linkedLibrary("blas")]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CDigest", linkerSettings: [.linkedLibrary("crypto")]),
        .target(name: "CFolders"),
        .target(name: "CHeap"),
        .target(name: "CKernels", linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),

        // Swift, from the ground up.
        .target(
            name: "Imaging", dependencies: ["CImageCodecs", "CLapackShim"],
            swiftSettings: swiftSettings),
        .target(name: "Locks", swiftSettings: swiftSettings),
        .target(
            name: "Tensors", dependencies: ["COneDNNShim", "CKernels", "Locks"],
            swiftSettings: swiftSettings),
        .target(
            name: "ModelStore", dependencies: ["CDigest", "Tensors"],
            swiftSettings: swiftSettings),
        .target(name: "Regions", swiftSettings: swiftSettings),
        .target(name: "RandomDraws", swiftSettings: swiftSettings),
        .target(name: "Transfer", dependencies: ["CCurl", "Locks"], swiftSettings: swiftSettings),
        .target(
            name: "Degradations", dependencies: ["Imaging", "RandomDraws", "Regions"],
            swiftSettings: swiftSettings),
        .target(
            name: "PromptSR", dependencies: ["ModelStore", "Tensors"],
            swiftSettings: swiftSettings),
        .target(
            name: "Autoencoding",
            dependencies: ["Imaging", "ModelStore", "RandomDraws", "Regions", "Tensors"],
            swiftSettings: swiftSettings),
        .target(
            name: "TextureMemory",
            dependencies: [
                "Autoencoding", "CFaissShim", "CFolders", "CKernels", "Imaging", "ModelStore",
                "RandomDraws", "Regions", "Tensors", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "DegradationPrompts",
            dependencies: ["Imaging", "ModelStore", "Regions", "Tensors"],
            swiftSettings: swiftSettings),
        .target(
            name: "Diffusion",
            dependencies: ["Autoencoding", "ModelStore", "RandomDraws", "Regions", "Tensors"],
            swiftSettings: swiftSettings),
        .target(
            name: "SemanticPrompts",
            dependencies: [
                "Imaging", "Locks", "ModelStore", "Transfer",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "Upscaling",
            dependencies: [
                "Autoencoding", "CHeap", "DegradationPrompts", "Diffusion", "Imaging", "Locks",
                "ModelStore", "PromptSR", "RandomDraws", "Regions", "Tensors", "TextureMemory",
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "promptscaler",
            dependencies: [
                "Upscaling", "Autoencoding", "DegradationPrompts", "Degradations", "Diffusion",
                "Imaging", "Locks", "ModelStore", "RandomDraws", "Regions", "SemanticPrompts",
                "Tensors", "TextureMemory", "Transfer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swiftSettings),

        // Tests.
        .target(
            name: "CTestTLS", path: "Tests/CTestTLS",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(
            name: "TestSupport",
            dependencies: [
                "CTestTLS", "Imaging", "Locks", "ModelStore", "RandomDraws", "Tensors", "Transfer",
            ],
            path: "Tests/TestSupport"),
        .testTarget(name: "TransferTests", dependencies: ["Locks", "Transfer", "TestSupport"]),
        .testTarget(
            name: "SemanticPromptsTests",
            dependencies: ["Locks", "SemanticPrompts", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ImagingTests", dependencies: ["Imaging", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "TensorsTests", dependencies: ["Regions", "Tensors", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "DegradationsTests",
            dependencies: ["Degradations", "Imaging", "RandomDraws", "Tensors", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(name: "ModelStoreTests", dependencies: ["ModelStore"]),
        .testTarget(
            name: "PromptSRTests", dependencies: ["PromptSR", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "AutoencodingTests", dependencies: ["Autoencoding", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "TextureMemoryTests",
            dependencies: [
                "Locks", "TextureMemory", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ], exclude: ["Fixtures"]),
        .testTarget(
            name: "DegradationPromptsTests", dependencies: ["DegradationPrompts", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "DiffusionTests",
            dependencies: [
                "Autoencoding", "Diffusion", "ModelStore", "RandomDraws", "TestSupport",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "UpscalingTests",
            dependencies: [
                "Upscaling", "Imaging", "ModelStore", "Regions", "TestSupport", "TextureMemory",
            ]),
        .testTarget(
            name: "CommandTests", dependencies: ["Locks", "promptscaler", "TestSupport"],
            exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11,
    cxxLanguageStandard: .cxx17
)
