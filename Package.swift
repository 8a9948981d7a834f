// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Every Swift target is built the same way: Swift 6 language mode, warnings are errors, an import is internal unless
// the API leaks it. C types stay behind the target that imports them.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// A plugin exports one symbol, cupel_plugin_entry; the version script hides everything that is linked into it.
// Installed, it finds the Swift runtime in lib/cupel/swift beside lib/cupel/plugins.
let pluginLinker: [LinkerSetting] = [
  .unsafeFlags([
    "-Xlinker", "--version-script=\(Context.packageDirectory)/Plugins/plugin.map",
    "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../swift",
  ])
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A plugin in Swift is two targets: what it does, which tests link, and its entry point, which only the shared library
/// has (one test executable holds the tests of all plugins, and there can be one `cupel_plugin_entry` in it at most).
func plugin(_ name: String, at path: String, _ dependencies: [Target.Dependency]) -> [Target] {
  [
    .target(
      name: name, dependencies: dependencies + ["PluginKit"], path: path, exclude: ["README.md", "Entry"],
      swiftSettings: strict),
    .target(
      name: "\(name)Plugin", dependencies: [.target(name: name), "PluginKit", "CCupelPlugin"], path: "\(path)/Entry",
      swiftSettings: strict, linkerSettings: pluginLinker),
  ]
}

/// `fixtures`: the target has a folder Fixtures, which its tests read where it lies.
func tests(_ name: String, _ dependencies: [Target.Dependency], fixtures: Bool = false) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: fixtures ? ["Fixtures"] : [], swiftSettings: strict)
}

// Run-time plugins: opened by the host with dlopen, never linked into it.
let plugins: [Target] =
  [
    .target(
      name: "PNGPlugin", dependencies: ["CCupelPlugin", "CDecoderKit", "CPNG"], path: "Plugins/png",
      exclude: ["README.md"],
      publicHeadersPath: ".", linkerSettings: pluginLinker + ["deflate", "m"].map { .linkedLibrary($0) })
  ]
  + [
    .target(
      name: "FFmpegPlugin", dependencies: ["CCupelPlugin", "CDecoderKit"], path: "Plugins/ffmpeg",
      exclude: ["README.md"], publicHeadersPath: ".",
      linkerSettings: pluginLinker
        + ["avformat", "avcodec", "swscale", "swresample", "avutil", "m"].map { .linkedLibrary($0) })
  ]
  + plugin("Checks", at: "Plugins/checks", ["CPCRE2", "JSON", "Wire", "Media", "Judging"])
  + plugin("Replay", at: "Plugins/replay", ["JSON", "Wire", "Media", "Judging"])
  + plugin("OpenAI", at: "Plugins/openai", ["HTTP", "PNGWriting", "JSON", "Wire", "Media", "Judging"])

// llama.cpp is optional: where its library is, there is one more plugin. Looked for in CUPEL_LLAMA_PREFIX (a folder with include
// and lib), else where `make llama` puts it. A system's own is not taken unasked: its version may not go with the plugin.
let llamaPrefix: String? = {
  let asked = Context.environment["CUPEL_LLAMA_PREFIX"].flatMap { $0.isEmpty ? nil : $0 }
  let prefix = asked ?? "\(Context.packageDirectory)/.venv/llama/prefix"
  let isThere = ["include/llama.h", "lib/libllama.so", "include/mtmd.h", "lib/libmtmd.so"].allSatisfy {
    FileManager.default.fileExists(atPath: "\(prefix)/\($0)")
  }
  return isThere ? prefix : nil
}()

/// The version whose headers are compiled against; the plugin refuses a library of another one.
func llamaVersion(_ prefix: String) -> String {
  let lines = try? String(contentsOfFile: "\(prefix)/lib/pkgconfig/llama.pc", encoding: .utf8)
  let version = (lines ?? "").split(separator: "\n").first { $0.hasPrefix("Version:") }
  return version.map { $0.dropFirst("Version:".count).trimmingCharacters(in: .whitespaces) } ?? "of unknown version"
}

let llama: [Target] =
  llamaPrefix.map { prefix in
    [
      .target(
        name: "CLlama",
        cSettings: [
          .define("CUPEL_LLAMA_VERSION", to: "\"\(llamaVersion(prefix))\""),
          .unsafeFlags(["-isystem", "\(prefix)/include"]),
        ],
        linkerSettings: [
          .linkedLibrary("llama"), .linkedLibrary("mtmd"), .linkedLibrary("ggml-base"),
          // Installed, it finds the library in lib/cupel/llama beside lib/cupel/plugins; no path of the build machine is left.
          .unsafeFlags(
            ["-L\(prefix)/lib", "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../llama"]
              + (Context.environment["CUPEL_RELOCATABLE"] == nil
                ? ["-Xlinker", "-rpath", "-Xlinker", "\(prefix)/lib"] : [])),
        ]),
      .target(
        name: "Llama",
        dependencies: ["CLlama", "LlamaScheduling", "PluginKit", "JSON", "Wire", "Media", "Judging", crypto],
        path: "Plugins/llama", exclude: ["README.md", "Entry", "Scheduling"], swiftSettings: strict),
      .target(
        name: "LlamaPlugin", dependencies: ["Llama", "PluginKit", "CCupelPlugin"], path: "Plugins/llama/Entry",
        swiftSettings: strict, linkerSettings: pluginLinker),
      .testTarget(
        name: "LlamaTests",
        dependencies: [
          "Llama", "LlamaScheduling", "PluginKit", "Rubrics", "Grading", "Judging", "Media", "Wire", "JSON",
        ],
        exclude: ["Fixtures", "generate.py", "generate_media.py", "generate_sound.py", "generate_whole.py"],
        swiftSettings: strict),
    ]
  } ?? []

let package = Package(
  name: "Cupel",
  products: [
    .executable(name: "cupel", targets: ["cupel"]),
    .library(name: "PluginKit", targets: ["PluginKit"]),
    .library(name: "CupelTesting", targets: ["CupelTesting"]),
    .library(name: "cupel-png", type: .dynamic, targets: ["PNGPlugin"]),
    .library(name: "cupel-ffmpeg", type: .dynamic, targets: ["FFmpegPlugin"]),
    .library(name: "cupel-checks", type: .dynamic, targets: ["ChecksPlugin"]),
    .library(name: "cupel-replay", type: .dynamic, targets: ["ReplayPlugin"]),
    .library(name: "cupel-openai", type: .dynamic, targets: ["OpenAIPlugin"]),
    // For the tests of PluginKit; its name keeps it out of what a development build loads.
    .library(name: "kit-plugin", type: .dynamic, targets: ["KitPlugin"]),
  ] + (llama.isEmpty ? [] : [.library(name: "cupel-llama", type: .dynamic, targets: ["LlamaPlugin"])]),
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
  ],
  targets: plugins + llama + [
    // The C borders: module maps, and C code where Swift cannot call a library (STACK: variadics, macros, setjmp).
    .target(name: "CCupelPlugin"),
    .target(name: "CDecoderKit", dependencies: ["CCupelPlugin"], linkerSettings: [.linkedLibrary("m")]),
    .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CWorker", dependencies: ["CCupelPlugin"]),
    .target(name: "CSandbox", linkerSettings: [.linkedLibrary("seccomp")]),
    .target(name: "CMicrohttpd", linkerSettings: [.linkedLibrary("microhttpd")]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),

    // From values up to the road; each target depends only on those above it.
    library("JSON", ["CJansson"]),
    library("Documents", ["JSON", "CYAML"]),
    library("HTTP", ["CCurl"]),
    library("HTTPServing", ["CMicrohttpd", "CZlib"]),
    library("Wire", ["JSON", crypto]),
    library("Calibration", ["JSON", "Wire"]),
    library("Media", ["JSON", "Wire"]),
    library("MediaFetching", ["HTTP", "Wire", "Media"]),
    library("PNGWriting", ["CPNG", "Wire", "Media"]),
    library("Judging", ["JSON", "Wire", "Media"]),
    library("PluginBridge", ["CCupelPlugin", "JSON", "Wire", "Media", "Judging"]),
    library("PluginKit", ["CCupelPlugin", "PluginBridge", "JSON", "Wire", "Media", "Judging"]),
    // What the llama plugin decides without a model.
    .target(name: "LlamaScheduling", path: "Plugins/llama/Scheduling", swiftSettings: strict),
    library("PluginHost", ["CCupelPlugin", "CWorker", "PluginBridge", "JSON", "Wire", "Media", "Judging"]),
    library("Rubrics", ["JSON", "Wire", "Documents"]),
    library("Grading", ["JSON", "Wire", "Calibration", "Media", "Judging", "Rubrics"]),
    library(
      "Configuration",
      ["JSON", "Documents", "Wire", "Calibration", "Media", "MediaFetching", "Judging", "PluginHost", "Rubrics"]),
    library("Batch", ["JSON", "Wire", "Media", "Judging", "Rubrics", "Grading"]),
    library(
      "Audits",
      ["JSON", "Wire", "Calibration", "Media", "PNGWriting", "Judging", "Rubrics", "Grading", "Batch"]),
    library(
      "Service",
      [
        "JSON", "Documents", "Wire", "Calibration", "Media", "MediaFetching", "Judging", "PluginHost", "Rubrics",
        "Grading",
        "Audits",
        "Configuration",
        "HTTPServing",
      ]),
    library("CupelTesting", ["CCupelPlugin", "PluginBridge", "JSON", "Wire", "Media", "Judging", "PluginHost"]),
    .executableTarget(
      name: "cupel",
      dependencies: [
        "JSON", "Documents", "Wire", "Calibration", "Media", "Judging", "PluginHost", "Rubrics", "Grading",
        "Configuration", "Batch", "Audits", "HTTPServing", "Service", "CupelTesting", "PNGWriting", argumentParser,
      ],
      swiftSettings: strict,
      linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/cupel/swift"])]),
    // Decodes what nobody trusts; started by cupel.
    .executableTarget(
      name: "cupel-worker",
      dependencies: ["CCupelPlugin", "CSandbox", "CWorker", "PluginBridge", "PluginHost", "Media", "Wire"],
      swiftSettings: strict,
      linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../../lib/cupel/swift"])]),
    // For Benchmarks/client; not installed.
    .executableTarget(
      name: "cupel-bench-client", dependencies: ["HTTP", "JSON", "Judging", "PluginHost"],
      path: "Benchmarks/client/Client",
      swiftSettings: strict),

    // For Benchmarks/media; not installed.
    .executableTarget(
      name: "cupel-bench-media", dependencies: ["Media", "PluginHost", "Wire"], path: "Benchmarks/media/Decode",
      swiftSettings: strict),

    tests("JSONTests", ["JSON"]),
    tests("DocumentsTests", ["Documents", "JSON"], fixtures: true),
    tests("HTTPTests", ["HTTP", "CupelTesting", "JSON"]),
    tests("CupelTestingTests", ["CupelTesting", "JSON", "Wire"]),
    tests("HTTPServingTests", ["HTTPServing"]),
    tests("WireTests", ["Wire", "JSON"], fixtures: true),
    .testTarget(
      name: "CalibrationTests", dependencies: ["Calibration", "JSON", "Wire"],
      exclude: ["Fixtures", "Reference", "generate.py"], swiftSettings: strict),
    tests("MediaTests", ["Media", "Wire", "JSON"]),
    tests("MediaFetchingTests", ["MediaFetching", "HTTP", "Media", "Wire", "CupelTesting"]),
    tests(
      "DecoderKitTests", ["CDecoderKit", "CCupelPlugin", "PluginHost", "Media", "JSON", crypto], fixtures: true),
    tests("RubricsTests", ["Rubrics", "Documents", "Wire", "JSON"], fixtures: true),
    tests(
      "PluginHostTests",
      [
        "PluginHost", "PluginBridge", "CCupelPlugin", "CupelTesting", "cupel-check-child", "Judging", "Media", "Wire",
        "JSON",
      ], fixtures: true
    ),
    .testTarget(
      name: "ChecksTests", dependencies: ["Checks", "PluginHost", "Documents", "Judging", "Media", "Wire", "JSON"],
      exclude: ["Fixtures", "generate.py", "schema_cases.py", "media_cases.py"], swiftSettings: strict),
    tests("PNGTests", ["PNGWriting", "PluginHost", "CupelTesting", "Media", "Wire", "JSON"], fixtures: true),
    tests(
      "FFmpegTests", ["PluginHost", "CupelTesting", "cupel-check-child", "Media", "Wire", "JSON", crypto],
      fixtures: true),
    tests("LlamaSchedulingTests", ["LlamaScheduling"]),
    tests("ReplayTests", ["Replay", "PluginKit", "PluginHost", "CupelTesting", "Judging", "Wire", "JSON"]),
    tests(
      "OpenAITests",
      [
        "OpenAI", "HTTP", "PluginKit", "PluginHost", "Grading", "Rubrics", "CupelTesting", "Judging", "Media", "Wire",
        "JSON",
      ], fixtures: true),
    .target(
      name: "KitPlugin", dependencies: ["CCupelPlugin", "PluginKit", "Judging", "Wire", "JSON"],
      path: "Tests/KitPlugin",
      swiftSettings: strict, linkerSettings: pluginLinker),
    .executableTarget(
      name: "cupel-check-child", dependencies: ["CupelTesting"], path: "Tests/CheckChild", swiftSettings: strict),
    tests(
      "GradingTests",
      ["Grading", "PluginHost", "Documents", "Rubrics", "CupelTesting", "Judging", "Media", "Wire", "JSON"],
      fixtures: true),
    tests(
      "BatchTests",
      [
        "Batch", "Configuration", "Documents", "Grading", "Rubrics", "CupelTesting", "PluginHost", "Judging", "Media",
        "Wire",
        "JSON",
      ]),
    .testTarget(
      name: "AuditsTests",
      dependencies: [
        "Audits", "Batch", "Calibration", "Documents", "Grading", "Rubrics", "CupelTesting", "Judging", "Media",
        "PNGWriting", "Wire", "JSON",
      ],
      exclude: ["Fixtures", "generate.py"], swiftSettings: strict),
    tests(
      "ServiceTests",
      [
        "Service", "Calibration", "Checks", "HTTPServing", "HTTP", "Configuration", "Documents", "Grading", "Rubrics",
        "CupelTesting", "PluginHost", "Judging", "Media", "Wire", "JSON",
      ], fixtures: true),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "CupelTesting", "JSON", "HTTP", "Batch", "Audits", "Media", "PluginHost", "cupel", "cupel-worker",
      ],
      exclude: ["Fixtures"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
