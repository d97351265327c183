import Foundation
import Testing

@Suite("Help")
struct HelpTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/Help")

    @Test(
        "help screens are word for word as committed",
        arguments: [
            [], ["upscale"], ["resize"], ["evaluate"], ["reconstruct"], ["degrade"],
            ["models"],
            ["models", "list"], ["doctor"], ["memory"], ["memory", "build"], ["memory", "add"],
            ["memory", "remove"], ["memory", "merge"], ["memory", "query"], ["memory", "show"],
            ["memory", "info"], ["memory", "verify"], ["memory", "attribution"], ["prompt"],
            ["prompt", "both"], ["prompt", "degradation"], ["prompt", "semantic"],
            ["prompt", "cache"], ["prompt", "cache", "info"],
            ["prompt", "cache", "clear"],
        ])
    func screens(command: [String]) throws {
        let outcome = try Program().run(["help"] + command)
        #expect(outcome.status == 0)
        let name = (["promptscaler"] + command).joined(separator: "-") + ".txt"
        let file = Self.folder.appending(path: name)
        if ProcessInfo.processInfo.environment["PROMPTSCALER_RECORD_HELP"] == "1" {
            try outcome.output.write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == outcome.text)
    }

    @Test("the version is a version")
    func version() throws {
        let outcome = try Program().run(["--version"])
        #expect(outcome.status == 0)
        #expect(outcome.text.contains(/^\d+\.\d+\.\d+\n$/))
    }

    @Test("completion scripts name the subcommands", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let outcome = try Program().run(["--generate-completion-script", shell])
        #expect(outcome.status == 0)
        for command in ["upscale", "resize", "evaluate", "doctor"] {
            #expect(outcome.text.contains(command))
        }
    }

    @Test(
        "wrong arguments end with 64 and a message, and write nothing to stdout",
        arguments: [
            ["nonsense"], ["upscale"], ["upscale", "a.png"],
            ["upscale", "a.png", "-o", "b.png", "--scale", "0"],
            ["upscale", "a.png", "-o", "b.png", "--scale", "2", "--size", "9x9"],
            ["upscale", "a.png", "-o", "b.png", "--size", "9"],
            ["upscale", "a.png", "-o", "b.png", "--region", "40"],
            ["upscale", "a.png", "-o", "b.png", "--overlap", "100"],
            ["upscale", "a.png", "-o", "b.png", "--quality", "101"],
            ["upscale", "a.png", "-o", "b.png", "--threads", "0"],
            ["upscale", "a.png", "-o", "b.png", "--precision", "f64"],
            ["upscale", "a.png", "b.png", "-o", "-"], ["upscale", "-", "b.png", "-o", "out"],
            ["upscale", "-", "-o", "-", "--json"], ["resize", "a.png", "-o", "b.png"],
            ["evaluate", "a.png", "b.png", "--json", "--csv"],
            ["evaluate", "a.png", "b.png", "--border", "-1"],
            ["evaluate", "a.png", "b.png", "--suffix", "x"],
            ["evaluate"], ["evaluate", "a.png"], ["evaluate", "a.png", "b.png", "c.png"],
            ["memory", "build", "a"], ["memory", "build", "a", "-o", "b", "--shard", "3/2"],
            ["memory", "build", "a", "-o", "b", "--where", "split"],
            ["memory", "build", "a", "-o", "b", "--only-licence", "CC0-1.0"],
            ["memory", "build", "a", "-o", "b", "--licence", "t.csv", "--column", "x=y"],
            ["memory", "merge", "a", "-o", "b"], ["memory", "remove", "a"],
            ["memory", "query", "a", "b.png", "--top", "0"],
            ["prompt", "semantic"], ["prompt", "semantic", "a.png", "--jobs", "0"],
            ["prompt", "semantic", "a.png", "--regions", "9x9"],
            ["prompt", "semantic", "a.png", "--offline", "--no-cache"],
            ["prompt", "semantic", "a.png", "--describe-api", "soap"],
            ["reconstruct", "a.png", "-o", "-"],
            ["reconstruct", "a.png", "-o", "b", "--tile", "8"],
            ["reconstruct", "a.png", "-o", "b.png", "--latent-noise", "-1"],
            ["degrade", "a.png"], ["degrade", "a.png", "b.png", "-o", "-"],
            ["degrade", "a.png", "-o", "-", "--json"],
            ["degrade", "a.png", "-o", "b.png", "--blur", "0"],
            ["degrade", "a.png", "-o", "b.png", "--blur", "nan"],
            ["degrade", "a.png", "-o", "b.png", "--blur-down", "1"],
            ["degrade", "a.png", "-o", "b.png", "--blur", "1", "--blur-beta", "2"],
            ["degrade", "a.png", "-o", "b.png", "--sinc", "4"],
            ["degrade", "a.png", "-o", "b.png", "--resize", "0"],
            ["degrade", "a.png", "-o", "b.png", "--resize-method", "area"],
            ["degrade", "a.png", "-o", "b.png", "--noise", "300"],
            ["degrade", "a.png", "-o", "b.png", "--poisson", "-1"],
            ["degrade", "a.png", "-o", "b.png", "--grey-noise"],
            ["degrade", "a.png", "-o", "b.png", "--jpeg", "0"],
            ["degrade", "a.png", "-o", "b.png", "--seed", "-1"],
            ["degrade", "a.png", "-o", "b.png", "--scale", "17"],
            ["degrade", "a.png", "-o", "b.png", "--scale", "2", "--noise", "1"],
            ["degrade", "a.png", "-o", "b.png", "--recipe", "x", "--noise", "1"],
        ])
    func wrong(arguments: [String]) throws {
        let outcome = try Program().run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("Error: "))
    }
}
