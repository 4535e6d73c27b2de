//! Our own loops over tensors of burn's CPU backend.

mod heads;

use burn::backend::flex::FlexTensor;
use burn::backend::ops::ModuleOps;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::DType;
use kernels::{Matrix, Norm, SlopeWorkshop, Weights, Workshop};

use self::heads::{Heads, in_rows, rows};
use super::{Loops, Perhaps, Slopes};

impl Loops for Flex {
    fn product(x: FlexTensor, weight: FlexTensor, bias: Perhaps<Self>) -> FlexTensor {
        // Natively burn's own has wider registers than ours, which are those of every browser.
        if cfg!(target_family = "wasm") {
            by_kernels(x, weight, bias.option())
        } else {
            Self::linear(x, weight, bias.option())
        }
    }

    fn attended(
        queries: FlexTensor,
        keys: FlexTensor,
        values: FlexTensor,
        bias: Perhaps<Self>,
    ) -> FlexTensor {
        let heads = Heads::new([queries, keys, values], bias.option());
        let mut out = heads.room();
        let numbers = out.storage_mut();
        let mut workshop = Workshop::default();
        heads.each(|head, _, start| {
            kernels::attend_head(&head, &mut workshop, &mut numbers[start..], heads.apart());
        });
        out.transpose(1, 2)
    }

    fn layer_normed(x: FlexTensor, scale: FlexTensor, shift: Perhaps<Self>, epsilon: f64) -> FlexTensor {
        let mut x = contiguous(x);
        let scale = numbers(&contiguous(scale)).to_vec();
        let shift = match shift {
            Perhaps::This(shift) => numbers(&contiguous(shift)).to_vec(),
            Perhaps::Nothing => vec![0.0; scale.len()],
        };
        Norm { scale, shift, epsilon: epsilon as f32 }.apply(x.storage_mut());
        x
    }

    fn exact_gelu(x: FlexTensor) -> FlexTensor {
        let mut x = contiguous(x);
        kernels::gelu(x.storage_mut());
        x
    }
}

impl Slopes for Flex {
    fn attended_slopes(
        inputs: [FlexTensor; 3],
        bias: Option<FlexTensor>,
        slopes: FlexTensor,
    ) -> [FlexTensor; 3] {
        let heads = Heads::new(inputs, bias);
        let slopes = in_rows(slopes);
        let mut out = [(); 3].map(|()| heads.room());
        let mut numbers = out.each_mut().map(|it| it.storage_mut::<f32>());
        let mut workshop = SlopeWorkshop::default();
        heads.each(|head, place, start| {
            let parts = numbers.each_mut().map(|numbers| &mut numbers[start..]);
            kernels::head_slopes(&head, rows(&slopes, place), &mut workshop, parts, heads.apart());
        });
        out.map(|it| it.transpose(1, 2))
    }

    fn layer_normed_slopes(
        x: FlexTensor,
        scale: FlexTensor,
        epsilon: f64,
        slopes: FlexTensor,
        _: bool,
    ) -> (FlexTensor, Option<[FlexTensor; 2]>) {
        let (x, scale, mut slopes) = (contiguous(x), contiguous(scale), contiguous(slopes));
        let mut own = [(); 2].map(|()| FlexTensor::empty(scale.shape(), DType::F32));
        let parts = own.each_mut().map(|part| part.storage_mut());
        kernels::norm_slopes(numbers(&x), numbers(&scale), epsilon as f32, slopes.storage_mut(), parts);
        (slopes, Some(own))
    }

    fn exact_gelu_slopes(x: FlexTensor, slopes: FlexTensor) -> FlexTensor {
        let mut slopes = contiguous(slopes);
        kernels::gelu_slopes(numbers(&contiguous(x)), slopes.storage_mut());
        slopes
    }
}

fn by_kernels(x: FlexTensor, weight: FlexTensor, bias: Option<FlexTensor>) -> FlexTensor {
    let mut shape = x.shape();
    let (x, weight) = (lines(x), lines(weight));
    let weight = matrix(&weight);
    let last = shape.num_dims() - 1;
    shape[last] = weight.columns();
    let bias = bias.map_or_else(|| vec![0.0; weight.columns()], |bias| numbers(&contiguous(bias)).to_vec());
    let mut out = FlexTensor::empty(shape, DType::F32);
    Weights::new(weight, &bias).apply(matrix(&x), out.storage_mut());
    out
}

/// A tensor that lies row by row, and whether it has to be turned to be the given one.
fn lines(tensor: FlexTensor) -> (FlexTensor, bool) {
    if let [_, _] = tensor.shape()[..] {
        let turned = tensor.transpose(0, 1);
        if turned.is_contiguous() && !tensor.is_contiguous() {
            return (turned, true);
        }
    }
    (contiguous(tensor), false)
}

/// It alone, so that what nobody else holds is written over and not copied.
fn contiguous(tensor: FlexTensor) -> FlexTensor {
    tensor.to_contiguous()
}

fn matrix((lines, turned): &(FlexTensor, bool)) -> Matrix<'_> {
    let width = lines.shape()[lines.shape().num_dims() - 1];
    let matrix = Matrix::new(numbers(lines), width);
    if *turned { matrix.turned() } else { matrix }
}

fn numbers(contiguous: &FlexTensor) -> &[f32] {
    contiguous.as_slice().expect("numbers in single precision that lie together")
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;

    use super::*;

    #[test]
    fn a_product_by_the_kernels_is_burns_own() {
        let some = |shape: &[usize]| {
            let numbers = (0..shape.iter().product()).map(|at: usize| ((at * 37) % 101) as f32 / 50.0 - 1.0);
            FlexTensor::from_data(TensorData::new(numbers.collect::<Vec<f32>>(), shape.to_vec()))
        };
        let bias = some(&[10]);
        for (x, weight) in [
            (some(&[9, 21]), some(&[21, 10])),
            (some(&[3, 4, 21]), some(&[21, 10])),
            (some(&[9, 21]), some(&[10, 21]).transpose(0, 1)),
            (some(&[21, 9]).transpose(0, 1), some(&[21, 10])),
        ] {
            let own = Flex::linear(x.clone(), weight.clone(), Some(bias.clone()));
            let ours = by_kernels(x, weight, Some(bias.clone()));
            assert_eq!(ours.shape(), own.shape());
            for (ours, own) in numbers(&ours).iter().zip(numbers(&own)) {
                assert!((ours - own).abs() < 1e-5, "{ours}, {own}");
            }
        }
    }
}
