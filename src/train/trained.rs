//! The numbers of what trains in a module, out of it and into it again, in the module's own order.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{ExecutionError, Tensor, TensorData, Transaction};

/// Every parameter that trains, as one row of numbers.
///
/// # Errors
/// If the device was lost.
pub async fn numbers<M: Module>(module: &M) -> Result<Vec<Vec<f32>>, ExecutionError> {
    let mut rows = Rows(Vec::new());
    module.visit(&mut rows);
    read_all(rows.0).await
}

/// A row of numbers, from the device.
///
/// # Errors
/// If the device was lost.
pub async fn read(row: Tensor<1>) -> Result<Vec<f32>, ExecutionError> {
    Ok(row.into_data_async().await?.iter::<f32>().collect())
}

/// Rows of numbers, from the device in one go: a GPU is waited for once.
///
/// # Errors
/// If the device was lost.
pub async fn read_all(rows: impl IntoIterator<Item = Tensor<1>>) -> Result<Vec<Vec<f32>>, ExecutionError> {
    let all = rows.into_iter().fold(Transaction::default(), Transaction::register);
    Ok(all.execute_async().await?.iter().map(|row| row.iter::<f32>().collect()).collect())
}

/// The module with these numbers in place of its own; as many of them, and as long, as [`numbers`] gives.
pub fn with_numbers<M: Module>(module: M, numbers: Vec<Vec<f32>>) -> M {
    module.map(&mut Filling(numbers.into_iter()))
}

struct Rows(Vec<Tensor<1>>);

impl ModuleVisitor for Rows {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if param.is_require_grad() {
            let tensor = param.val().without_autodiff();
            let count = tensor.dims().iter().product::<usize>();
            self.0.push(tensor.reshape([count]));
        }
    }
}

struct Filling(std::vec::IntoIter<Vec<f32>>);

impl ModuleMapper for Filling {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if !param.is_require_grad() {
            return param;
        }
        let Some(values) = self.0.next() else { return param };
        let (id, tensor, mapper) = param.consume();
        let tensor = tensor.without_autodiff();
        let values = TensorData::new(values, tensor.dims());
        let filled = Tensor::<D>::from_data(values, &tensor.device());
        Param::from_mapped_value(id, Tensor::from_inner(filled).require_grad(), mapper)
    }
}
