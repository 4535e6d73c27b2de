//! What a graph computes by our own loops ([`kernels`]) where the device is the CPU, through burn's public interface for
//! that (`backend_extension`). Elsewhere each is burn's own operation.

// NdArray is deprecated upstream, and asked for by name: it is the second opinion on flex.
#![allow(deprecated)]

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, FloatDType, TensorMetadata, backend_extension};
use burn::nn::Linear;
use burn::tensor::Tensor;

#[cfg(feature = "cpu")]
mod flex;

/// `x W + b`, `[…, inputs] → […, outputs]`.
pub fn linear<const D: usize>(linear: &Linear, x: Tensor<D>) -> Tensor<D> {
    let weight = linear.weight.val();
    match &linear.bias {
        Some(bias) => dispatched(x, weight, bias.val()),
        None => times(x, weight),
    }
}

/// `x W` with `W [inputs, outputs]`, `[…, inputs] → […, outputs]`.
pub fn times<const D: usize>(x: Tensor<D>, weight: Tensor<2>) -> Tensor<D> {
    let nothing = Tensor::zeros([weight.dims()[1]], &weight.device());
    dispatched(x, weight, nothing)
}

fn dispatched<const D: usize>(x: Tensor<D>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<D> {
    let [weight, bias] = [weight.into_dispatch(), bias.into_dispatch()];
    Tensor::from_dispatch(Dispatch::product(x.into_dispatch(), weight, bias))
}

/// `x Φ(x)`, each by itself.
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::exact_gelu(x.into_dispatch()))
}

#[backend_extension(Flex: cfg(feature = "cpu"), NdArray: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"), Autodiff)]
trait Loops: Backend {
    /// `x […, inputs] · weight [inputs, outputs] + bias [outputs]`.
    fn product(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::linear(x, weight, Some(bias))
    }

    /// `x Φ(x)`.
    fn exact_gelu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::gelu(x)
    }

    /// `slopes` times those of [`Self::exact_gelu`] at `x`.
    fn exact_gelu_slopes(x: FloatTensor<Self>, slopes: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::gelu_backward(x, slopes)
    }
}

#[cfg(feature = "cpu")]
impl Loops for burn::backend::NdArray {}

#[cfg(feature = "gpu")]
impl Loops for burn::backend::Cube {}

impl<B: Loops, C: CheckpointStrategy> Loops for Autodiff<B, C> {
    fn product(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let tracked = [x.is_tracked(), weight.is_tracked()];
        match Product.prepare::<C>([x.node(), weight.node(), bias.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prepared) => {
                // Each is needed for the other's gradient only.
                let kept = (
                    tracked[1].then(|| prepared.checkpoint(&x)),
                    tracked[0].then(|| prepared.checkpoint(&weight)),
                );
                let [x, weight, bias] = [x, weight, bias].map(|it| it.into_primitive());
                prepared.finish(kept, B::product(x, weight, bias))
            }
            OpsKind::UnTracked(prepared) => {
                let [x, weight, bias] = [x, weight, bias].map(|it| it.into_primitive());
                prepared.finish(B::product(x, weight, bias))
            }
        }
    }

    fn exact_gelu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        match Gelu.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prepared) => {
                let kept = prepared.checkpoint(&x);
                prepared.finish(kept, B::exact_gelu(x.into_primitive()))
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::exact_gelu(x.into_primitive())),
        }
    }
}

#[derive(Debug)]
struct Product;

impl<B: Loops> Backward<B, 3> for Product {
    type State = (Option<NodeId>, Option<NodeId>);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, kept: &mut Checkpointer) {
        let [x, weight, bias] = ops.parents;
        let slopes = gradients.consume::<B>(&ops.node);
        let mut kept =
            |id: Option<NodeId>| kept.retrieve_node_output::<FloatTensor<B>>(id.expect("was kept"));
        if let Some(x) = x {
            let turned = B::float_transpose(kept(ops.state.1));
            gradients.register::<B>(x.id, product::<B>(slopes.clone(), turned));
        }
        if let Some(weight) = weight {
            let turned = B::float_transpose(rows::<B>(kept(ops.state.0)));
            gradients.register::<B>(weight.id, product::<B>(turned, rows::<B>(slopes.clone())));
        }
        if let Some(bias) = bias {
            gradients.register::<B>(bias.id, B::linear_bias_backward(slopes));
        }
    }
}

/// Without a bias.
fn product<B: Loops>(x: FloatTensor<B>, weight: FloatTensor<B>) -> FloatTensor<B> {
    let nothing = B::float_zeros([weight.shape()[1]].into(), &weight.device(), FloatDType::F32);
    B::product(x, weight, nothing)
}

/// `[…, d] → [n, d]`.
fn rows<B: Backend>(tensor: FloatTensor<B>) -> FloatTensor<B> {
    let shape = tensor.shape();
    let width = shape[shape.num_dims() - 1];
    B::float_reshape(tensor, [shape.num_elements() / width, width].into())
}

#[derive(Debug)]
struct Gelu;

impl<B: Loops> Backward<B, 1> for Gelu {
    type State = NodeId;

    fn backward(self, ops: Ops<NodeId, 1>, gradients: &mut Gradients, kept: &mut Checkpointer) {
        let x = kept.retrieve_node_output(ops.state);
        unary::<B, _>(ops.parents, ops.node, gradients, |slopes| B::exact_gelu_slopes(x, slopes));
    }
}
