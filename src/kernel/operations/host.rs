//! Backends whose tensors are slices of this program's memory.
#![allow(deprecated)] // naming NdArray is: it is here because the course asks for it

use std::borrow::Cow;

use burn::{
    backend::{
        Backend, Flex, TensorMetadata,
        tensor::{FloatTensor, IntTensor},
    },
    prelude::*,
};

/// A backend whose tensors are slices of this program's memory.
pub trait HostTensors: Backend {
    /// The numbers, row by row; copied only if they lie otherwise.
    ///
    /// # Panics
    /// If they are no f32, which [`Kernel::runs_on`](crate::kernel::Kernel::runs_on) rules out.
    fn host(tensor: &FloatTensor<Self>) -> Cow<'_, [f32]>;

    /// The ids of an integer tensor of any width.
    fn host_ids(tensor: IntTensor<Self>) -> Vec<u32> {
        let data = burn::tensor::read_sync(Self::int_into_data(tensor));
        data.expect("numbers in this program's memory can be read").iter::<u32>().collect()
    }

    /// The numbers as a tensor on the device of `like`; they move, they are not copied.
    fn tensor(
        values: Vec<f32>,
        shape: impl Into<Vec<usize>>,
        like: &FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::float_from_data(TensorData::new(values, shape.into()), &like.device())
    }
}

const ONLY_F32: &str = "`Kernel::runs_on` lets only f32 come here";

impl HostTensors for Flex {
    fn host(tensor: &FloatTensor<Self>) -> Cow<'_, [f32]> {
        match tensor.as_slice::<f32>() {
            Some(slice) => Cow::Borrowed(slice),
            None => Cow::Owned(tensor.to_contiguous().as_slice::<f32>().expect(ONLY_F32).to_vec()),
        }
    }
}

#[cfg(feature = "ndarray")]
impl HostTensors for burn::backend::NdArray {
    fn host(tensor: &FloatTensor<Self>) -> Cow<'_, [f32]> {
        use burn::backend::ndarray::NdArrayTensor;
        let NdArrayTensor::F32(storage) = tensor else { unreachable!("{ONLY_F32}") };
        let view = storage.view();
        match view.to_slice() {
            Some(slice) => Cow::Borrowed(slice),
            None => Cow::Owned(view.iter().copied().collect()),
        }
    }
}
