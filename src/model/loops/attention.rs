//! Attention (Vaswani and others, 2017) of all heads at once.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, TensorMetadata};
use burn::tensor::Tensor;

use super::{Loops, Perhaps, Slopes, perhaps};

/// `softmax(Q Kᵀ / √head + bias) V` of `[b, heads, s, head]` each, with a bias `[b or 1, 1, s or 1, s]` that nobody wants
/// the gradient of.
pub fn attention([queries, keys, values]: [Tensor<4>; 3], bias: Option<Tensor<4>>) -> Tensor<4> {
    let [queries, keys, values] = [queries, keys, values].map(|it| it.into_dispatch());
    Tensor::from_dispatch(Dispatch::attended(queries, keys, values, perhaps(bias)))
}

/// On a graph.
pub fn on_graph<B: Slopes, C: CheckpointStrategy>(
    inputs: [FloatTensor<Autodiff<B, C>>; 3],
    bias: Option<FloatTensor<Autodiff<B, C>>>,
) -> FloatTensor<Autodiff<B, C>> {
    let bias = bias.map(|bias| bias.into_primitive());
    let nodes = inputs.each_ref().map(|it| it.node());
    match Attention.prepare::<C>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(mut prepared) => {
            let kept = (inputs.each_ref().map(|it| prepared.checkpoint(it)), bias.clone());
            prepared.finish(kept, attended::<B>(inputs.map(|it| it.into_primitive()), bias))
        }
        OpsKind::UnTracked(prepared) => {
            prepared.finish(attended::<B>(inputs.map(|it| it.into_primitive()), bias))
        }
    }
}

fn attended<B: Loops>(
    [queries, keys, values]: [FloatTensor<B>; 3],
    bias: Option<FloatTensor<B>>,
) -> FloatTensor<B> {
    B::attended(queries, keys, values, Perhaps::new(bias))
}

#[derive(Debug)]
struct Attention;

impl<B: Slopes> Backward<B, 3> for Attention {
    type State = ([NodeId; 3], Option<FloatTensor<B>>);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, kept: &mut Checkpointer) {
        let (inputs, bias) = ops.state;
        let inputs = inputs.map(|id| kept.retrieve_node_output::<FloatTensor<B>>(id));
        let slopes = B::attended_slopes(inputs, bias, gradients.consume::<B>(&ops.node));
        for (parent, slopes) in ops.parents.into_iter().zip(slopes) {
            if let Some(parent) = parent {
                gradients.register::<B>(parent.id, slopes);
            }
        }
    }
}

/// By whole tensors. The shares `P` are computed again, so that no graph keeps them: with `D = P ∘ (dO Vᵀ)` summed over
/// the keys, `dS = P ∘ (dO Vᵀ − D)`, and then `dV = Pᵀ dO`, `dK = dSᵀ Q / √head`, `dQ = dS K / √head` (as Dao and others,
/// 2022, write them down).
pub fn slopes<B: Backend>(
    [queries, keys, values]: [FloatTensor<B>; 3],
    bias: Option<FloatTensor<B>>,
    slopes: FloatTensor<B>,
) -> [FloatTensor<B>; 3] {
    let scale = 1.0 / (queries.shape()[3] as f64).sqrt();
    let queries = B::float_mul_scalar(queries, scale.into());
    let scores = B::float_matmul(queries.clone(), B::float_transpose(keys.clone()));
    let scores = match bias {
        Some(bias) => B::float_add(scores, bias),
        None => scores,
    };
    let shares = B::softmax(scores, 3);
    let by_share = B::float_matmul(slopes.clone(), B::float_transpose(values));
    let mean = B::float_sum_dim(B::float_mul(shares.clone(), by_share.clone()), 3);
    let by_score = B::float_mul(shares.clone(), B::float_sub(by_share, mean));
    let by_query = B::float_mul_scalar(B::float_matmul(by_score.clone(), keys), scale.into());
    let by_key = B::float_matmul(B::float_transpose(by_score), queries);
    [by_query, by_key, B::float_matmul(B::float_transpose(shares), slopes)]
}
