//! Products with weights.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, TensorMetadata};
use burn::nn::Linear;
use burn::tensor::Tensor;

use super::{Loops, Perhaps, perhaps};

/// `x W + b`, `[…, inputs] → […, outputs]`.
pub fn linear<const D: usize>(linear: &Linear, x: Tensor<D>) -> Tensor<D> {
    dispatched(x, linear.weight.val(), linear.bias.as_ref().map(|bias| bias.val()))
}

/// `x W` with `W [inputs, outputs]`, `[…, inputs] → […, outputs]`.
pub fn times<const D: usize>(x: Tensor<D>, weight: Tensor<2>) -> Tensor<D> {
    dispatched(x, weight, None)
}

fn dispatched<const D: usize>(x: Tensor<D>, weight: Tensor<2>, bias: Option<Tensor<1>>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::product(x.into_dispatch(), weight.into_dispatch(), perhaps(bias)))
}

/// With a node for each of `x`, weights and, if there is one, bias.
pub fn on_graph<B: Loops, C: CheckpointStrategy, const N: usize>(
    nodes: [NodeGuard; N],
    x: FloatTensor<Autodiff<B, C>>,
    weight: FloatTensor<Autodiff<B, C>>,
    bias: Option<FloatTensor<Autodiff<B, C>>>,
) -> FloatTensor<Autodiff<B, C>> {
    let tracked = [x.is_tracked(), weight.is_tracked()];
    let bias = Perhaps::new(bias.map(|bias| bias.into_primitive()));
    match Product.prepare::<C>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(mut prepared) => {
            // Each is needed for the other's gradient only.
            let kept = (
                tracked[1].then(|| prepared.checkpoint(&x)),
                tracked[0].then(|| prepared.checkpoint(&weight)),
            );
            prepared.finish(kept, B::product(x.into_primitive(), weight.into_primitive(), bias))
        }
        OpsKind::UnTracked(prepared) => {
            prepared.finish(B::product(x.into_primitive(), weight.into_primitive(), bias))
        }
    }
}

#[derive(Debug)]
struct Product;

impl<B: Loops, const N: usize> Backward<B, N> for Product {
    type State = (Option<NodeId>, Option<NodeId>);

    fn backward(self, ops: Ops<Self::State, N>, gradients: &mut Gradients, kept: &mut Checkpointer) {
        let mut parents = ops.parents.into_iter();
        let mut parent = || parents.next().flatten();
        let [x, weight, bias] = [parent(), parent(), parent()];
        let slopes = gradients.consume::<B>(&ops.node);
        let mut kept =
            |id: Option<NodeId>| kept.retrieve_node_output::<FloatTensor<B>>(id.expect("was kept"));
        if let Some(x) = x {
            let turned = B::float_transpose(kept(ops.state.1));
            gradients.register::<B>(x.id, B::product(slopes.clone(), turned, Perhaps::Nothing));
        }
        if let Some(weight) = weight {
            let turned = B::float_transpose(rows::<B>(kept(ops.state.0)));
            let product = B::product(turned, rows::<B>(slopes.clone()), Perhaps::Nothing);
            gradients.register::<B>(weight.id, product);
        }
        if let Some(bias) = bias {
            gradients.register::<B>(bias.id, B::linear_bias_backward(slopes));
        }
    }
}

/// `[…, d] → [n, d]`.
fn rows<B: Backend>(tensor: FloatTensor<B>) -> FloatTensor<B> {
    let shape = tensor.shape();
    let width = shape[shape.num_dims() - 1];
    B::float_reshape(tensor, [shape.num_elements() / width, width].into())
}
