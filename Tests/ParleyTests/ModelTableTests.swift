import Parley
import Testing

/// What is known about models, and what is learnt about the others.
struct ModelTableTests {
    private let table = ModelTable([
        ModelProfile(name: "gpt-4", window: 8192, reserve: 1024, vocabulary: .cl100k),
        ModelProfile(name: "gpt-4o", window: 128_000, reserve: 4096, vocabulary: .o200k),
        ModelProfile(name: "gpt-4o-mini", window: 128_000, reserve: 4096, vocabulary: .o200k),
    ])

    @Test(arguments: [
        ("gpt-4o", "gpt-4o"), ("gpt-4o-2024-08-06", "gpt-4o"), ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai/gpt-4", "gpt-4"), ("gpt-4-0613", "gpt-4"),
    ])
    func snapshotsAndRoutesFindTheirFamily(_ model: String, _ name: String) {
        #expect(table.profile(of: model).name == name)
    }

    @Test func anUnknownModelHasTheWindowOfTheSettings() {
        var table = table
        table.defaultWindow = 2048
        let profile = table.profile(of: "smollm2")
        #expect(profile.window == 2048 && profile.reserve == 512 && profile.vocabulary == nil)
    }

    @Test func anUnknownModelElseHasTheWindowThatItsUpstreamReports() {
        #expect(table.profile(of: "smollm2", reported: 4096).window == 4096)
        #expect(table.profile(of: "smollm2").window == ModelTable.unknownWindow)
        #expect(table.profile(of: "gpt-4", reported: 4096).window == 8192)
        var table = table
        table.defaultWindow = 2048
        #expect(table.profile(of: "smollm2", reported: 4096).window == 2048)
    }

    @Test func theSmallestBudgetCounts() {
        let profile = table.profile(of: "gpt-4")
        func budget(_ request: Int?, _ conversation: Int?, _ output: Int? = nil) -> ContextBudget {
            ContextBudget(request: request, conversation: conversation, profile: profile, maximumOutput: output)
        }
        #expect(budget(nil, nil).tokens == 7168)
        #expect(budget(nil, nil, 100).tokens == 8092)
        #expect(budget(500, 300).tokens == 300 && budget(500, 300).source == .conversation)
        #expect(budget(200, 300).source == .request)
        #expect(budget(nil, 100_000).source == .model)
        #expect(budget(nil, nil, 1_000_000_000).tokens == 0)
    }

    @Test func costsAreRoundedUpInMillionthsOfADollar() {
        var profile = ModelProfile(name: "m", window: 10, reserve: 1)
        #expect(profile.cost(of: Usage(inputTokens: 1, outputTokens: 1)) == nil)
        profile.price = ModelPrice(input: 2.5, output: 10, cached: 1.25)
        #expect(profile.cost(of: Usage(inputTokens: 100, outputTokens: 10, cachedTokens: 40)) == 300)
        #expect(profile.cost(of: Usage(inputTokens: 10, outputTokens: 0, cachedTokens: 99)) == 13)
    }

    @Test func aTableWithoutItsRowsIsRefused() {
        #expect(throws: ParleyError.self) { try ModelTable(json: [:]) }
        #expect(throws: ParleyError.self) { try ModelTable(json: ["models": [["name": "x"]]]) }
        #expect(throws: ParleyError.self) {
            try ModelTable(json: ["models": [["name": "x", "window": 10, "reserve": 10]]])
        }
    }
}

/// How the counting of an unknown model is learnt.
struct CalibrationTests {
    @Test func theRatioConvergesOnWhatIsReported() {
        var calibration = Calibration()
        for _ in 0..<30 { calibration.learn(reported: 150, counted: 100) }
        #expect(abs(calibration.ratio - 1.5) < 0.001)
        #expect(calibration.expected(100) == 150)
        #expect(calibration.counted(1530) == 1000)
    }

    @Test func nonsenseIsNotLearnt() {
        var calibration = Calibration()
        for (reported, counted) in [(0, 10), (10, 0), (1_000_000, 10), (1, 1000), (-5, 5)] {
            calibration.learn(reported: reported, counted: counted)
        }
        #expect(calibration == Calibration())
    }

    @Test func beforeAnythingIsLearntThereIsAMargin() {
        #expect((999...1000).contains(Calibration().counted(1100)))
    }

    @Test func aChangedTemplateIsLearntAgain() {
        var calibration = Calibration()
        for _ in 0..<1000 { calibration.learn(reported: 100, counted: 100) }
        for _ in 0..<100 { calibration.learn(reported: 200, counted: 100) }
        #expect(calibration.ratio > 1.98)
    }
}
