import Networks
import SearchSpace
import Tensors
import Testing

@testable import Export

@Suite struct InferenceModelTests {
    /// A norm folds into a convolution only if nothing else reads that convolution.
    @Test(arguments: [
        ("conv 3x3 -> 4 > norm > relu > global-avg-pool > linear classes", 1),
        ("conv 3x3 -> 4 > norm > relu > conv 3x3 groups 4 > norm > global-avg-pool > linear classes", 2),
        ("norm > conv 3x3 -> 4 > relu > norm > global-avg-pool > linear classes", 0),
        ("conv 3x3 -> 4 > group-norm 2 > relu > conv 1x1 > norm > global-avg-pool > linear classes", 1),
        ("conv 3x3 -> 4 > bias > norm > global-avg-pool > linear classes", 0),
        ("conv 3x3 -> 4 > (norm + relu) > global-avg-pool > linear classes", 0),
    ])
    func foldsWhereItIsExact(layers: String, count: Int) throws {
        let network = try Fixtures.network(layers)
        let (model, logits) = Fixtures.model(network)
        let (folded, foldedCount) = model.folded()
        #expect(foldedCount == count)
        #expect(folded.isChanged == (count > 0))
        let images = Fixtures.images(7, network.graph.inputShape)
        #expect(Fixtures.difference(model.logits(images), logits(images)) < 1e-5)
        #expect(Fixtures.difference(folded.logits(images), logits(images)) < 1e-5)
        // No tensors of a folded norm remain.
        #expect(
            folded.tensors.keys.filter { $0.hasSuffix(".variance") }.count == model.tensors.keys.filter { $0.hasSuffix(".variance") }.count
                - count)
    }

    @Test func weightNormsBecomeConvolutions() throws {
        let network = try Fixtures.network("conv 3x3 -> 4 > norm > relu > conv 3x3 > global-avg-pool > linear classes", normKind: .meanOnly)
        let (model, logits) = Fixtures.model(network)
        let images = Fixtures.images(7, network.graph.inputShape)
        #expect(Fixtures.difference(model.logits(images), logits(images)) < 1e-5)
        #expect(model.isChanged)
        #expect(model.folded().count == 0)
        #expect(!model.tensors.keys.contains { $0.hasSuffix(".gain") || $0.hasSuffix(".mean") })
    }
}
