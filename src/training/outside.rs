//! Arithmetic that no gradient is asked of.

use burn::prelude::*;

/// `change` of the numbers of a tensor, outside autodiff; the outcome is on the tensor's own device.
///
/// A tensor that autodiff watches leaves a node in its graph with every operation, and only a
/// backward pass through it clears that node. What is computed beside the training, step after step,
/// would fill the graph. (`detach` alone leaves the node of what it was made by.)
///
/// ```
/// use burn::prelude::*;
/// use lstm_lessons::training::outside_autodiff;
///
/// let w = Tensor::<1>::from_data([2.0f32], &Device::flex().autodiff()).require_grad();
/// let doubled = outside_autodiff(w, |w| w * 2.0);
/// assert!(doubled.is_autodiff() && !doubled.is_require_grad());
/// assert_eq!(doubled.into_scalar::<f32>(), 4.0);
/// ```
pub fn outside_autodiff<const D: usize>(
    tensor: Tensor<D>,
    change: impl FnOnce(Tensor<D>) -> Tensor<D>,
) -> Tensor<D> {
    let tracked = tensor.is_autodiff();
    let changed = change(tensor.without_autodiff());
    if tracked { changed.autodiff() } else { changed }
}
