import Tensors

/// Mean over the batch of −Σₖ yₖ · log softmax(logits)ₖ. Logits and labels [n, classes]; labels are probabilities.
func crossEntropy(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    -(logits.logSoftmax(1) * labels).sum() / Double(logits.shape[0])
}
