//! Layer norm (Ba and others, 2016).

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, TensorMetadata};
use burn::tensor::Tensor;

use super::super::norm::LayerNorm;
use super::{Loops, Perhaps, Slopes, perhaps};

/// `γ (x − mean) / √(variance + ε) + β`, over the last dimension.
pub fn layer_norm<const D: usize>(norm: &LayerNorm, x: Tensor<D>) -> Tensor<D> {
    let (scale, shift) = (norm.gamma.val(), norm.beta.as_ref().map(|shift| shift.val()));
    let normed =
        Dispatch::layer_normed(x.into_dispatch(), scale.into_dispatch(), perhaps(shift), norm.epsilon);
    Tensor::from_dispatch(normed)
}

/// With a node for each of `x`, scale and, if there is one, shift.
pub fn on_graph<B: Slopes, C: CheckpointStrategy, const N: usize>(
    nodes: [NodeGuard; N],
    x: FloatTensor<Autodiff<B, C>>,
    scale: FloatTensor<Autodiff<B, C>>,
    shift: Option<FloatTensor<Autodiff<B, C>>>,
    epsilon: f64,
) -> FloatTensor<Autodiff<B, C>> {
    let shift = Perhaps::new(shift.map(|shift| shift.into_primitive()));
    match Normed.prepare::<C>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(mut prepared) => {
            let kept = (prepared.checkpoint(&x), prepared.checkpoint(&scale), epsilon);
            prepared.finish(kept, B::layer_normed(x.into_primitive(), scale.into_primitive(), shift, epsilon))
        }
        OpsKind::UnTracked(prepared) => {
            prepared.finish(B::layer_normed(x.into_primitive(), scale.into_primitive(), shift, epsilon))
        }
    }
}

#[derive(Debug)]
struct Normed;

impl<B: Slopes, const N: usize> Backward<B, N> for Normed {
    type State = (NodeId, NodeId, f64);

    fn backward(self, ops: Ops<Self::State, N>, gradients: &mut Gradients, kept: &mut Checkpointer) {
        let (x, scale, epsilon) = ops.state;
        let [x, scale] = [x, scale].map(|id| kept.retrieve_node_output::<FloatTensor<B>>(id));
        let slopes = gradients.consume::<B>(&ops.node);
        let mut parents = ops.parents.into_iter();
        let mut parent = || parents.next().flatten();
        let [of_x, of_scale, of_shift] = [parent(), parent(), parent()];
        let own = of_scale.is_some() || of_shift.is_some();
        let (by_x, own) = B::layer_normed_slopes(x, scale, epsilon, slopes, own);
        let [by_scale, by_shift] = own.map_or([None, None], |own| own.map(Some));
        for (parent, slopes) in [(of_x, Some(by_x)), (of_scale, by_scale), (of_shift, by_shift)] {
            if let (Some(parent), Some(slopes)) = (parent, slopes) {
                gradients.register::<B>(parent.id, slopes);
            }
        }
    }
}

/// By whole tensors: with `g = γ · slope` and `x̂` what the norm gives before its scale,
/// `(g − mean(g) − x̂ · mean(g x̂)) / √(variance + ε)`.
pub fn slopes<B: Backend>(
    x: FloatTensor<B>,
    scale: FloatTensor<B>,
    epsilon: f64,
    slopes: FloatTensor<B>,
    own: bool,
) -> (FloatTensor<B>, Option<[FloatTensor<B>; 2]>) {
    let shape = x.shape();
    let last = shape.num_dims() - 1;
    let mean = |it: FloatTensor<B>| B::float_mean_dim(it, last);
    let centred = B::float_sub(x.clone(), mean(x));
    let variance = mean(B::float_mul(centred.clone(), centred.clone()));
    let deviation = B::float_sqrt(B::float_add_scalar(variance, epsilon.into()));
    let normed = B::float_div(centred, deviation.clone());
    let own = own.then(|| {
        let by_scale = B::linear_bias_backward(B::float_mul(slopes.clone(), normed.clone()));
        [by_scale, B::linear_bias_backward(slopes.clone())]
    });
    let mut wide = vec![1; last + 1];
    wide[last] = shape[last];
    let g = B::float_mul(slopes, B::float_reshape(scale, wide.into()));
    let across = B::float_mul(normed.clone(), mean(B::float_mul(g.clone(), normed)));
    let rest = B::float_sub(B::float_sub(g.clone(), mean(g)), across);
    (B::float_div(rest, deviation), own)
}
