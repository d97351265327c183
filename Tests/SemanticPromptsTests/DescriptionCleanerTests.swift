import SemanticPrompts
import Testing

@Suite("Cleaning descriptions")
struct DescriptionCleanerTests {
    let cleaner: DescriptionCleaner

    init() throws { cleaner = DescriptionCleaner(try TemplateFixture.standard()) }

    @Test(
        "what speaks of quality goes, what speaks of content stays",
        arguments: [
            ("A cat sits on a sofa.", "A cat sits on a sofa."),
            ("The image shows a cat on a sofa. The image is blurry.", "A cat on a sofa."),
            (
                "A cat sits on a sofa. The photo is slightly grainy and dark.",
                "A cat sits on a sofa."
            ),
            ("A blurry, low-resolution photo of a dog on grass.", "A dog on grass."),
            ("An old, grainy photograph of a dog.", "A dog."),
            ("A dog runs on grass, but the picture is out of focus.", "A dog runs on grass."),
            ("The quality is poor. The image quality is low.", nil),
            ("The picture, which is pixelated, shows a red brick wall.", "A red brick wall."),
            // About content: these words are not about the picture.
            (
                "A noisy street with grainy wooden doors.",
                "A noisy street with grainy wooden doors."
            ),
            ("A photo of clear water over soft sand.", "Clear water over soft sand."),
            ("The image is of a soft blanket.", "A soft blanket."),
            ("Sharp rocks stand in dark water.", "Sharp rocks stand in dark water."),
        ] as [(String, String?)])
    func quality(answer: String, text: String?) {
        #expect(cleaner.clean(answer) == text.map { .description($0) } ?? .empty)
    }

    @Test(
        "refusals are no descriptions",
        arguments: [
            "I'm sorry, but I can't help with that.", "I\u{2019}m sorry, I cannot assist.",
            "As an AI language model, I cannot see images.", "I cannot identify people in photos.",
            "Unfortunately, I am unable to view the image.", "I don't see any image attached.",
            "Sorry.", "Please provide the image.",
        ])
    func refusals(answer: String) { #expect(cleaner.clean(answer) == .refused) }

    @Test("a refusal after a description goes alone")
    func laterRefusal() {
        #expect(
            cleaner.clean("A man in a red coat. I cannot tell who he is.")
                == .description("A man in a red coat."))
    }

    @Test(
        "nothing is recognised",
        arguments: [
            "", "   \n", "None", "N/A", "null.", "</s>", "<|im_end|>", "...", "\"\"", "**",
            "<think>the user wants", "No description.",
        ])
    func empty(answer: String) { #expect(cleaner.clean(answer) == .empty) }

    @Test("marks of formatting, special tokens and thoughts go")
    func marks() {
        let answer = """
            <think>Let me look.
            A blurry one.</think>
            **Description:**
            - A `cat` on a sofa.
            - A lamp.<|im_end|></s>
            """
        guard case .description(let text) = cleaner.clean(answer) else {
            Issue.record("nothing left")
            return
        }
        #expect(text.hasSuffix("A cat on a sofa. A lamp."))
        #expect(!text.contains("think") && !text.contains("*") && !text.contains("<"))
        #expect(cleaner.clean("a\u{1B}[2Jcat sits\u{7}") == .description("A [2Jcat sits"))
    }

    @Test("random text never stops the program, and what comes out comes out again unchanged")
    func stable() {
        let words = [
            "the", "image", "is", "blurry", "photo", ",", ".", "a", "of", "very", "grainy", "and",
            "cat", "but", "shows", "\n- ", "**", "I", "cannot", "é", "🙂", ";", "low resolution",
        ]
        var state: UInt64 = 1
        for _ in 0..<300 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += words[Int(state >> 33) % words.count] + " "
            }
            if case .description(let once) = cleaner.clean(text) {
                #expect(!once.isEmpty)
                #expect(!once.contains("blurry"), "\(text)")
            }
        }
    }

    @Test("words and marks are counted as CLIP's tokenizer splits them, at the least")
    func length() {
        #expect(DescriptionCleaner.length(of: "A cat, on a sofa.") == 7)
        #expect(DescriptionCleaner.length(of: "") == 0)
        #expect(DescriptionCleaner.length(of: "red-brown") == 3)
    }
}
