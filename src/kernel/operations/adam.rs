//! Adam's step on a GPU as an operation of Burn; it needs no backward pass.

use burn::{
    backend::{Backend, Cube, Dispatch, backend_extension, tensor::FloatTensor},
    prelude::*,
};

use crate::kernel::gpu::adam::{Factors, step};

/// The operation that Burn does not have.
#[backend_extension(Cube)]
pub trait AdamOperation: Backend {
    /// w, m and v after the step.
    fn adam(
        w: FloatTensor<Self>,
        m: FloatTensor<Self>,
        v: FloatTensor<Self>,
        g: FloatTensor<Self>,
        factors: Factors,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

impl AdamOperation for Cube {
    fn adam(
        w: FloatTensor<Self>,
        m: FloatTensor<Self>,
        v: FloatTensor<Self>,
        g: FloatTensor<Self>,
        factors: Factors,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let [w, m, v] = step([w, m, v], g, factors);
        (w, m, v)
    }
}

/// w, m and v of any shape after the step, on a GPU.
pub fn adam_on_gpu<const D: usize>(
    [w, m, v]: [Tensor<D>; 3],
    g: Tensor<D>,
    factors: Factors,
) -> [Tensor<D>; 3] {
    let (w, m, v) = <Dispatch as AdamOperation>::adam(
        w.into_dispatch(),
        m.into_dispatch(),
        v.into_dispatch(),
        g.into_dispatch(),
        factors,
    );
    [w, m, v].map(Tensor::from_dispatch)
}
