//! What a graph computes by our own loops ([`kernels`]) where the device is the CPU, through burn's public interface for
//! that (`backend_extension`). Elsewhere each is made of burn's own operations. Each has a step back of its own, which keeps
//! what went in and nothing of what was in between.

// NdArray is deprecated upstream, and asked for by name: it is the second opinion on flex.
#![allow(deprecated)]

mod attention;
#[cfg(feature = "cpu")]
mod flex;
mod gelu;
mod layer_norm;
mod product;

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::ops::AttentionModuleOptions;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, ExtensionType, backend_extension};

pub use self::attention::attention;
pub use self::gelu::gelu;
pub use self::layer_norm::layer_norm;
pub use self::product::{linear, times};

/// The operations, forward.
#[backend_extension(Flex: cfg(feature = "cpu"), NdArray: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"), Autodiff)]
trait Loops: Backend {
    /// `x […, inputs] · weight [inputs, outputs] + bias [outputs]`.
    fn product(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        #[extension_type] bias: Perhaps<Self>,
    ) -> FloatTensor<Self> {
        Self::linear(x, weight, bias.option())
    }

    /// `softmax(Q Kᵀ / √head + bias) V` of `[b, heads, s, head]` each, with a bias `[b or 1, 1, s or 1, s]`, which is taken for
    /// a constant.
    fn attended(
        queries: FloatTensor<Self>,
        keys: FloatTensor<Self>,
        values: FloatTensor<Self>,
        #[extension_type] bias: Perhaps<Self>,
    ) -> FloatTensor<Self> {
        <Self as burn::backend::ops::ModuleOps<Self>>::attention(
            queries,
            keys,
            values,
            None,
            bias.option(),
            AttentionModuleOptions::default(),
        )
    }

    /// `scale (x − mean) / √(variance + ε) + shift`, each row `[d]` of `x […, d]` by itself.
    fn layer_normed(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        #[extension_type] shift: Perhaps<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        <Self as burn::backend::ops::ModuleOps<Self>>::layer_norm(x, scale, shift.option(), epsilon)
    }

    /// `x Φ(x)`.
    fn exact_gelu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::gelu(x)
    }
}

/// Their steps back: from the slopes of a result, those of what it was made of.
trait Slopes: Loops {
    /// Of [`Loops::attended`]: of queries, keys and values.
    fn attended_slopes(
        [queries, keys, values]: [FloatTensor<Self>; 3],
        bias: Option<FloatTensor<Self>>,
        slopes: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 3] {
        attention::slopes::<Self>([queries, keys, values], bias, slopes)
    }

    /// Of [`Loops::layer_normed`]: of `x`, and, where they are asked for, of scale and shift.
    fn layer_normed_slopes(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        epsilon: f64,
        slopes: FloatTensor<Self>,
        own: bool,
    ) -> (FloatTensor<Self>, Option<[FloatTensor<Self>; 2]>) {
        layer_norm::slopes::<Self>(x, scale, epsilon, slopes, own)
    }

    /// Of [`Loops::exact_gelu`].
    fn exact_gelu_slopes(x: FloatTensor<Self>, slopes: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::gelu_backward(x, slopes)
    }
}

#[cfg(feature = "cpu")]
impl Loops for burn::backend::NdArray {}
#[cfg(feature = "cpu")]
impl Slopes for burn::backend::NdArray {}

#[cfg(feature = "gpu")]
impl Loops for burn::backend::Cube {}
#[cfg(feature = "gpu")]
impl Slopes for burn::backend::Cube {}

impl<B: Slopes, C: CheckpointStrategy> Loops for Autodiff<B, C> {
    fn product(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: Perhaps<Self>) -> FloatTensor<Self> {
        match bias {
            Perhaps::This(bias) => {
                let nodes = [x.node(), weight.node(), bias.node()];
                product::on_graph::<B, C, 3>(nodes, x, weight, Some(bias))
            }
            Perhaps::Nothing => product::on_graph::<B, C, 2>([x.node(), weight.node()], x, weight, None),
        }
    }

    fn attended(
        queries: FloatTensor<Self>,
        keys: FloatTensor<Self>,
        values: FloatTensor<Self>,
        bias: Perhaps<Self>,
    ) -> FloatTensor<Self> {
        attention::on_graph::<B, C>([queries, keys, values], bias.option())
    }

    fn layer_normed(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: Perhaps<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        match shift {
            Perhaps::This(shift) => {
                let nodes = [x.node(), scale.node(), shift.node()];
                layer_norm::on_graph::<B, C, 3>(nodes, x, scale, Some(shift), epsilon)
            }
            Perhaps::Nothing => {
                layer_norm::on_graph::<B, C, 2>([x.node(), scale.node()], x, scale, None, epsilon)
            }
        }
    }

    fn exact_gelu(x: FloatTensor<Self>) -> FloatTensor<Self> {
        gelu::on_graph::<B, C>(x)
    }
}

/// An `Option`, as burn's interface takes it.
#[derive(ExtensionType)]
enum Perhaps<B: Backend> {
    This(FloatTensor<B>),
    Nothing,
}

impl<B: Backend> Perhaps<B> {
    fn new(option: Option<FloatTensor<B>>) -> Self {
        option.map_or(Self::Nothing, Self::This)
    }

    fn option(self) -> Option<FloatTensor<B>> {
        match self {
            Self::This(tensor) => Some(tensor),
            Self::Nothing => None,
        }
    }
}

/// As one of the operations takes it.
fn perhaps<const D: usize>(tensor: Option<burn::tensor::Tensor<D>>) -> Perhaps<Dispatch> {
    Perhaps::new(tensor.map(|tensor| tensor.into_dispatch()))
}
