import Testing

@testable import TextureMemory

@Suite("Tables of licences and tags")
struct SourceTableTests {
    func table(
        _ text: String, columns: [SourceTable.Column: String] = [:]
    ) throws -> SourceTable {
        try SourceTable(Array(text.utf8), name: "t.csv", columns: columns)
    }

    @Test("columns are found by their usual names in either spelling")
    func names() throws {
        let table = try table(
            "File,License,license_url,Author,source_repo,category\n"
                + "a.png, CC0-1.0 ,https://x,Ann,repo,\"wood;oak\"\n")
        let record = table.entry(for: "a.png")?.record
        #expect(
            record
                == SourceRecord(
                    licence: "CC0-1.0", licenceURL: "https://x", author: "Ann", origin: "repo",
                    tags: ["wood", "oak"]))
    }

    @Test("a path is looked for before a name, and a name alone serves any folder")
    func paths() throws {
        let table = try table("file,licence\na.png,name\n./deep/a.png,path\n")
        #expect(table.entry(for: "deep/a.png")?.record.licence == "path")
        #expect(table.entry(for: "other/a.png")?.record.licence == "name")
        #expect(table.entry(for: "b.png") == nil)
    }

    @Test("columns can be named, and put together of several")
    func templates() throws {
        let table = try table(
            "picture,repo,path\na.png,x/y,b/c.jpg\n",
            columns: [.file: "picture", .origin: "https://e/{repo}/{Path}#1"])
        #expect(table.entry(for: "a.png")?.record.origin == "https://e/x/y/b/c.jpg#1")
        #expect(throws: MemoryError.self) {
            try self.table("file\na\n", columns: [.author: "nobody"])
        }
        #expect(throws: MemoryError.self) {
            try self.table("file\na\n", columns: [.author: "{file"])
        }
    }

    @Test("a table without files, or with a file twice, is refused")
    func refused() {
        #expect(throws: MemoryError.self) { try table("author\nAnn\n") }
        #expect(throws: MemoryError.self) { try table("file,licence\na,x\na,y\n") }
    }

    @Test("filters take licences by pattern and fields by value; unknown files pass no condition")
    func filters() throws {
        let table = try table(
            "file,licence,split\na,CC-BY-4.0,train\nb,CC0-1.0,val\nc,,train\n")
        func passing(_ filter: SourceFilter) -> [String] {
            ["a", "b", "c", "d"].filter { filter.passes(table.entry(for: $0)) }
        }
        #expect(passing(SourceFilter()) == ["a", "b", "c", "d"])
        #expect(passing(SourceFilter(licences: [NamePattern("cc-by-*")])) == ["a"])
        #expect(
            passing(SourceFilter(licences: [NamePattern("CC0-1.0"), NamePattern("unknown")]))
                == ["b", "c", "d"])
        let train = SourceFilter.Condition(column: "Split", patterns: [NamePattern("train")])
        #expect(passing(SourceFilter(conditions: [train])) == ["a", "c"])
        #expect(
            passing(SourceFilter(licences: [NamePattern("CC-BY-*")], conditions: [train])) == ["a"])
    }

    @Test("a row about a file with other bytes says nothing about this one")
    func otherBytes() throws {
        let corpus = Corpus(
            inputs: [], licences: try table("file,licence,sha256\na.png,CC0-1.0,ABC\n"))
        #expect(corpus.record(of: "a.png", sha256: "abc").licence == "CC0-1.0")
        #expect(corpus.record(of: "a.png", sha256: "def").licence == nil)
        #expect(corpus.isAboutAnotherFile("a.png", sha256: "def"))
    }
}
