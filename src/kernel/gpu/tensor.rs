//! The tensors of a GPU, as our kernels take and make them.

use burn::{
    backend::{Cube, TensorMetadata, ops::FloatTensorOps, tensor::FloatTensor},
    tensor::Shape,
};
use burn_cubecl::{cubecl::prelude::*, ops::numeric::empty_device_contiguous_dtype};

/// A tensor of a GPU.
pub type OnGpu = FloatTensor<Cube>;

/// The same numbers in another shape.
pub fn reshaped<const D: usize>(tensor: OnGpu, shape: [usize; D]) -> OnGpu {
    Cube::float_reshape(tensor, shape.into())
}

/// Room for a tensor that a kernel will fill.
pub fn empty(like: &OnGpu, shape: impl Into<Shape>) -> OnGpu {
    let (client, device) = (like.client.clone(), like.device.clone());
    empty_device_contiguous_dtype(client, device, shape.into(), like.dtype)
}

/// The numbers of a contiguous tensor as an argument of a kernel that reads `vector` of them at once.
pub fn argument(tensor: &OnGpu, vector: usize) -> BufferArg {
    let length = tensor.shape().num_elements() / vector;
    // SAFETY: the tensor is contiguous and has that many numbers.
    #[allow(unsafe_code)]
    unsafe {
        BufferArg::from_raw_parts(tensor.handle.clone(), length)
    }
}
