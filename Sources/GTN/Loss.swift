import Tensors

/// Returns the batch mean of −Σₖ yₖ · log softmax(logits)ₖ for logits and labels [n, classes]. Labels are probabilities.
func crossEntropy(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    -(logits.logSoftmax(1) * labels).sum() / Double(logits.shape[0])
}
