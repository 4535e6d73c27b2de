//! GELU (Hendrycks and Gimpel, 2016), by the error function.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Dispatch};
use burn::tensor::Tensor;

use super::{Loops, Slopes};

/// `x Φ(x)`, each by itself.
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::exact_gelu(x.into_dispatch()))
}

/// On a graph.
pub fn on_graph<B: Slopes, C: CheckpointStrategy>(
    x: FloatTensor<Autodiff<B, C>>,
) -> FloatTensor<Autodiff<B, C>> {
    match Gelu.prepare::<C>([x.node()]).compute_bound().stateful() {
        OpsKind::Tracked(mut prepared) => {
            let kept = prepared.checkpoint(&x);
            prepared.finish(kept, B::exact_gelu(x.into_primitive()))
        }
        OpsKind::UnTracked(prepared) => prepared.finish(B::exact_gelu(x.into_primitive())),
    }
}

#[derive(Debug)]
struct Gelu;

impl<B: Slopes> Backward<B, 1> for Gelu {
    type State = NodeId;

    fn backward(self, ops: Ops<NodeId, 1>, gradients: &mut Gradients, kept: &mut Checkpointer) {
        let x = kept.retrieve_node_output(ops.state);
        unary::<B, _>(ops.parents, ops.node, gradients, |slopes| B::exact_gelu_slopes(x, slopes));
    }
}
