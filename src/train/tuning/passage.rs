//! A part's way up through the blocks that train, and its gradients' way down: with the graph of all blocks in memory, or
//! with that of one at a time (gradient checkpointing; Chen and others, 2016).
//!
//! burn's own checkpointing forgets what is cheap to compute again and keeps every product; ours keeps what goes into each
//! block and nothing else, for one more pass upwards.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Gradients, Tensor};

use crate::model::transformer::Sights;
use crate::model::upper::Upper;

/// What the way down needs of the way up.
pub enum Passage {
    /// The graph of all blocks is there.
    Whole,
    /// No graph is: what went into each block, lowest first, and what came out of the last, where another graph begins.
    Recomputed(Vec<Tensor<3>>),
}

impl Passage {
    /// `hidden [b, s, d]` through all blocks, to the states after the last. `hidden` and what the `sights` hold are on the
    /// graph's device.
    pub fn whole(upper: &Upper, hidden: Tensor<3>, sights: &Sights) -> (Self, Tensor<3>) {
        let blocks = 0..upper.blocks.len();
        (Self::Whole, blocks.fold(hidden, |hidden, at| upper.through(at, hidden, sights)))
    }

    /// The same without a graph.
    pub fn recomputed(upper: &Upper, hidden: Tensor<3>, sights: &Sights) -> (Self, Tensor<3>) {
        let frozen = upper.clone().no_grad();
        let (mut states, mut top) = (vec![], hidden);
        for at in 0..frozen.blocks.len() {
            states.push(top.clone());
            top = frozen.through(at, top, sights);
        }
        let top = top.require_grad();
        states.push(top.clone());
        (Self::Recomputed(states), top)
    }

    /// The way down from `gradients`, which the loss has given: those of the upper's parameters, a block's at a time where
    /// blocks are computed again.
    pub fn down(
        self,
        upper: &Upper,
        sights: &Sights,
        gradients: &mut Gradients,
        mut take: impl FnMut(GradientsParams),
    ) {
        take(GradientsParams::from_module(gradients, upper));
        let Self::Recomputed(mut states) = self else { return };
        let mut above = states.pop().and_then(|top| top.grad_remove(gradients));
        for (at, below) in states.into_iter().enumerate().rev() {
            let Some(gradient) = above else { return };
            // Below the lowest block nothing trains.
            let below = if at > 0 { below.require_grad() } else { below };
            let after = upper.through(at, below.clone(), sights);
            let mut gradients = (after * Tensor::from_inner(gradient)).sum().backward();
            take(GradientsParams::from_module(&mut gradients, &upper.blocks[at]));
            above = below.grad_remove(&mut gradients);
        }
    }
}
